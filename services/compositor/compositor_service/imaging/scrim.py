"""The soft veil between picture and text: as faint as contrast allows, in a shade of the brand's colour."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from compositor_service.imaging.blocks import Arrangement
from compositor_service.imaging.contrast import (
    LEAST_CONTRAST,
    Pixels,
    Rgb,
    luminance,
    unrest,
    veiled_luminances,
    worst_contrast,
)
from compositor_service.imaging.geometry import PER_MILLE
from compositor_service.imaging.layouts import Scrim

OPACITIES = (0, 250, 350, 450, 550, 650, 750, 850, 1000)
"""Tried in order, per mille. At 1000 the text stands on a plain panel, where white on the dark shade has over 13:1."""

_DARK_LUMINANCE = 0.03
_LIGHT_LUMINANCE = 0.85
_MIDDLE_LUMINANCE = 0.18
_FADE = 900
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
    """The faintest scrim at which one of the inks is legible on every line.

    When both dark and light inks are, the side with the stronger contrast; on that side the first such ink.
    Legible means 4.5:1 or more, and a ground whose own contrast is small beside the text's, so that shapes in the
    picture do not compete with strokes.
    """
    veils: list[Veil] = []
    for opacity in OPACITIES:
        alpha = opacity * 255 // PER_MILLE
        colours = (shade(primary), tint(primary))
        behind = [[veiled_luminances(pixels, colour, alpha) for pixels in lines] for colour in colours]
        for ink in inks:
            side = 0 if luminance(ink) > _MIDDLE_LUMINANCE else 1
            measured = worst_contrast(behind[side], ink), unrest(behind[side])
            veils.append(Veil(ink, colours[side], opacity, *measured))
        legible = [veil for veil in veils if veil.is_legible]
        if legible:
            strongest = max(legible, key=lambda veil: veil.contrast)
            return next(veil for veil in legible if veil.colour == strongest.colour)
    return max(veils, key=lambda veil: veil.contrast)


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


def lay_scrim(canvas: Image.Image, veil: Veil, arrangement: Arrangement, kind: Scrim) -> None:
    """Paint the scrim: even behind the text, fading beyond it, to the canvas's edge where the layout says so."""
    downwards = kind in ("from_top", "from_bottom", "band")
    around = arrangement.extent.grown(arrangement.headline_size // 2)
    start, end = (around.top, around.bottom) if downwards else (around.left, around.right)
    length = canvas.height if downwards else canvas.width
    fade = max(1, (end - start) * _FADE // PER_MILLE)
    before = None if kind in ("from_top", "from_left") else start
    after = None if kind in ("from_bottom", "from_right") else end
    alphas = _profile(length, before, after, fade, veil.alpha)
    strip = Image.frombytes("L", (1, length) if downwards else (length, 1), alphas)
    canvas.paste(veil.colour, (0, 0), strip.resize(canvas.size, Image.Resampling.NEAREST))


def _profile(length: int, before: int | None, after: int | None, fade: int, alpha: int) -> bytes:
    places = np.arange(length)
    short = np.zeros(length)
    if before is not None:
        short = np.maximum(short, before - places)
    if after is not None:
        short = np.maximum(short, places - after + 1)
    left = np.clip(1 - short / fade, 0, 1)
    # Smoothstep: a straight ramp would show its two corners as faint lines across the picture.
    return np.round(left * left * (3 - 2 * left) * alpha).astype(np.uint8).tobytes()
