"""Composites: a base image with a copy variant's text set on it, in the brand's colours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from compositor_service.imaging.arranging import Floors, arrange
from compositor_service.imaging.blocks import Arrangement, Block, Field
from compositor_service.imaging.contrast import (
    NEAR_BLACK,
    WHITE,
    Pixels,
    Rgb,
    best_ink,
    contrast,
    parse_colour,
)
from compositor_service.imaging.decode import decode_rgb
from compositor_service.imaging.encode import COMPOSITE_QUALITY, MEDIA_TYPES, Rendered, encode_jpeg
from compositor_service.imaging.geometry import Box, FocalPoint, Target, canvas_pixels, canvas_size, text_area
from compositor_service.imaging.layouts import Layout, layout_named
from compositor_service.imaging.painting import paint_block, paint_button
from compositor_service.imaging.scrim import Veil, choose_veil, lay_scrim
from contracts.values import Colours, CopyText

RENDERER = "compositor/1"
"""The renderer's version, an input of every composite and platform image.

Raise it with any change after which the same inputs give other bytes: geometry, typography, layouts, colours,
scrim, encoding, or a new version of Pillow, its libraries, the fonts or BudouX. Every composite then becomes stale.
"""

_HEADLINE_LEAST = (20, 45)
_BODY_LEAST = (14, 28)
_LABEL_LEAST = (14, 28)
"""Least sizes in every target: pixels, and per mille of its shorter side."""

_SAMPLE_STEP = 2
_TOO_ALIKE = 150


@dataclass(frozen=True, slots=True)
class Composite(Rendered):
    """A finished composite, with what was measured on it.

    Contrasts are in hundredths (450 is 4.5:1): `contrast` of the text that stands on the picture, as 98 % of the
    pixels behind its worst line reach it; `button_contrast` of the label on its button. `text_boxes` are the em
    boxes of all lines and the button, in pixels.
    """

    layout: str
    fields: tuple[Field, ...]
    lines: tuple[str, ...]
    text_boxes: tuple[Box, ...]
    contrast: int
    button_contrast: int
    scrim_opacity: int
    headline_size: int


def render_composite(
    base: bytes, copy: CopyText, colours: Colours, layout: str, targets: Sequence[Target], focal: FocalPoint
) -> Composite:
    """Set the copy's headline, cta and, where the layout's rule allows, body on the base image.

    The text lies in the safe zone of every target, cut with the same focal point. Hashtags are never set.
    Raises UnreadableImage, UnknownLayout, MissingGlyphs and LayoutOverflow; ValueError without any target.
    """
    if not targets:
        raise ValueError("a composite needs at least one target")
    design = layout_named(layout)
    image = decode_rgb(base)
    size = canvas_size(image.size, targets)
    arrangement = arrange(copy, design, text_area(size, targets, focal), _floors(size, targets))
    canvas = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    veil, button_contrast = _paint(canvas, arrangement, design, colours)
    blocks = (*arrangement.blocks, arrangement.label)
    lines = [line for block in blocks for line in block.lines]
    return Composite(
        data=encode_jpeg(canvas, COMPOSITE_QUALITY),
        media_type=MEDIA_TYPES["jpeg"],
        width=size[0],
        height=size[1],
        layout=design.id,
        fields=arrangement.fields,
        lines=tuple(line.text for line in lines),
        text_boxes=(*(line.box for line in lines), arrangement.button),
        contrast=veil.contrast,
        button_contrast=button_contrast,
        scrim_opacity=veil.opacity,
        headline_size=arrangement.headline_size,
    )


def _floors(size: tuple[int, int], targets: Sequence[Target]) -> Floors:
    headline, body, label = (
        canvas_pixels(pixels, share, size, targets) for pixels, share in (_HEADLINE_LEAST, _BODY_LEAST, _LABEL_LEAST)
    )
    return Floors(headline, body, label)


def _paint(canvas: Image.Image, arrangement: Arrangement, design: Layout, colours: Colours) -> tuple[Veil, int]:
    own, primary, accent = (parse_colour(c) for c in (colours.text, colours.primary, colours.accent))
    veil = choose_veil(list(_behind(canvas, arrangement.blocks)), (own, WHITE, NEAR_BLACK), primary)
    if veil.opacity:
        lay_scrim(canvas, veil, arrangement, design.scrim)
    for block in arrangement.blocks:
        paint_block(canvas, block, veil.ink)
    label = best_ink(accent, (WHITE, own, NEAR_BLACK))
    paint_button(canvas, arrangement.button, accent, _keyline(canvas, arrangement.button, accent, label))
    paint_block(canvas, arrangement.label, label)
    return veil, contrast(label, accent)


def _behind(canvas: Image.Image, blocks: Iterable[Block]) -> Iterable[Pixels]:
    frame = Box(0, 0, *canvas.size)
    for block in blocks:
        for line in block.lines:
            around = line.box.grown(block.size // 8).intersection(frame)
            # Every other pixel in both directions: the share of bad ones is the same, at a quarter of the time.
            pixels = np.asarray(canvas.crop(around.as_tuple()))[::_SAMPLE_STEP, ::_SAMPLE_STEP]
            yield pixels.reshape(-1, 3)


def _keyline(canvas: Image.Image, button: Box, fill: Rgb, label: Rgb) -> Rgb | None:
    pixels = np.asarray(canvas.crop(button.as_tuple())).reshape(-1, 3)
    red, green, blue = (int(level) for level in np.median(pixels, axis=0))
    return label if contrast(fill, (red, green, blue)) < _TOO_ALIKE else None
