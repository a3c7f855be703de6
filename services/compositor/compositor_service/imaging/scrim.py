"""The soft veil between picture and text: as faint as contrast allows, in a shade of the brand's colour."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from compositor_service.imaging.blocks import Arrangement
from compositor_service.imaging.contrast import (
    LEAST_CONTRAST,
    Pixels,
    Rgb,
    luminance,
    luminances,
    unrest,
    veiled_luminances,
    worst_contrast,
)
from compositor_service.imaging.geometry import PER_MILLE

OPACITIES = (0, 120, 180, 240, 300, 360, 420, 480, 540, 600, 680, 760, 860, 1000)
"""Tried in order, per mille. At 1000 the text stands on a plain panel, where white on the dark shade has over 13:1."""

_DARK_LUMINANCE = 0.02
_LIGHT_LUMINANCE = 0.85
_MIDDLE_LUMINANCE = 0.18
_FAINT = 240
"""The most a light scrim may have: a stronger one is fog, where a dark one is still a shadow."""

_LIGHT_GROUND = 0.3
"""Least mean luminance behind the text for a light scrim: on a darker ground even a faint one is fog."""

_FADE = 260
_CELL = 8
_UNREST_ALLOWED = 500


@dataclass(frozen=True, slots=True)
class Veil:
    """Text colour, the scrim under it (opacity per mille, 0 for none) and what is measured then, in hundredths.

    `contrast` is the text's against the ground, `unrest` the ground's own, between its darkest and lightest parts.
    """

    ink: Rgb
    colour: Rgb
    opacity: int
    contrast: int
    unrest: int

    @property
    def is_legible(self) -> bool:
        return self.contrast >= LEAST_CONTRAST and self.unrest * PER_MILLE <= self.contrast * _UNREST_ALLOWED

    @property
    def alpha(self) -> int:
        return self.opacity * 255 // PER_MILLE


def choose_veil(lines: Sequence[Pixels], inks: Sequence[Rgb], primary: Rgb) -> Veil:
    """The faintest scrim at which one of the inks is legible on every line; a light one only where it stays faint.

    The first ink, the brand's own, is taken wherever it is among them, or would be in place of another of its side
    under a scrim that stays faint. Else, when both dark and light inks are, the side with the stronger contrast.
    Legible means 4.5:1 or more, and a ground whose own contrast is small beside the text's, so that shapes in the
    picture do not compete with strokes.
    """
    veils: list[Veil] = []
    for opacity in OPACITIES:
        tried = _veils(lines, inks, primary, opacity)
        legible = [veil for veil in tried if veil.is_legible]
        if legible:
            strongest = max(legible, key=lambda veil: veil.contrast)
            return _in_own_ink(lines, inks[0], primary, strongest)
        veils += tried
    return max(veils, key=lambda veil: veil.contrast)


def _in_own_ink(lines: Sequence[Pixels], own: Rgb, primary: Rgb, other: Veil) -> Veil:
    """The same text in the brand's ink, with a scrim that is no more than faint; the other one where it needs more."""
    opacities = (opacity for opacity in OPACITIES if opacity == other.opacity or other.opacity < opacity <= _FAINT)
    tried = (veil for opacity in opacities for veil in _veils(lines, [own], primary, opacity))
    as_wanted = (veil for veil in tried if veil.opacity == other.opacity or veil.colour == other.colour)
    return next((veil for veil in as_wanted if veil.is_legible), other)


def _veils(lines: Sequence[Pixels], inks: Sequence[Rgb], primary: Rgb, opacity: int) -> list[Veil]:
    veils: list[Veil] = []
    for colour, is_dark in ((shade(primary), True), (tint(primary), False)):
        fitting = [ink for ink in inks if (luminance(ink) > _MIDDLE_LUMINANCE) is is_dark]
        if not fitting or (opacity and not is_dark and not (opacity <= _FAINT and _is_light(lines))):
            continue
        behind = [veiled_luminances(pixels, colour, opacity * 255 // PER_MILLE) for pixels in lines]
        unquiet = unrest(behind)
        veils += [Veil(ink, colour, opacity, worst_contrast(behind, ink), unquiet) for ink in fitting]
    return veils


def _is_light(lines: Sequence[Pixels]) -> bool:
    return min(float(luminances(pixels).mean()) for pixels in lines) >= _LIGHT_GROUND


def shade(primary: Rgb) -> Rgb:
    """The brand colour, darkened until white stands out on it."""
    steps = (_mix(primary, (0, 0, 0), share) for share in range(0, PER_MILLE + 1, 20))
    return next(colour for colour in steps if luminance(colour) <= _DARK_LUMINANCE)


def tint(primary: Rgb) -> Rgb:
    """The brand colour, lightened until dark text stands out on it."""
    steps = (_mix(primary, (255, 255, 255), share) for share in range(0, PER_MILLE + 1, 20))
    return next(colour for colour in steps if luminance(colour) >= _LIGHT_LUMINANCE)


def _mix(colour: Rgb, other: Rgb, share: int) -> Rgb:
    red, green, blue = ((a * (PER_MILLE - share) + b * share) // PER_MILLE for a, b in zip(colour, other, strict=True))
    return red, green, blue


def lay_scrim(canvas: Image.Image, veil: Veil, arrangement: Arrangement) -> None:
    """Paint the scrim: even behind the text, fading softly around it, and running out to a canvas's side nearby."""
    core = arrangement.text_extent.grown(arrangement.headline_size // 4 + _CELL)
    fade = max(2 * arrangement.headline_size, min(canvas.size) * _FADE // PER_MILLE)
    x = _beyond(canvas.width, core.left, core.right, fade)
    y = _beyond(canvas.height, core.top, core.bottom, fade)
    left = np.clip(1 - np.hypot(x[None, :], y[:, None]) / fade, 0, 1)
    # Smoothstep: a straight ramp would show its two corners as faint lines across the picture.
    alphas = np.round(left * left * (3 - 2 * left) * veil.alpha).astype(np.uint8)
    mask = Image.fromarray(alphas).resize((len(x) * _CELL, len(y) * _CELL), Image.Resampling.BILINEAR)
    canvas.paste(veil.colour, (0, 0), mask.crop((0, 0, *canvas.size)))


def _beyond(length: int, start: int, end: int, fade: int) -> npt.NDArray[np.float64]:
    """Each cell's distance in pixels from the stretch from start to end, which a margin too small to fade in joins."""
    middles = np.arange(-(-length // _CELL)) * _CELL + _CELL / 2
    before = start - middles if start > fade else np.zeros(len(middles))
    after = middles - end if length - end > fade else np.zeros(len(middles))
    return np.maximum(0, np.maximum(before, after))
