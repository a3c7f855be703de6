"""Composites: a base image with a copy variant's text set on it, in the brand's colours."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from compositor_service.imaging.arranging import Floors, prepare
from compositor_service.imaging.blocks import Arrangement, Field
from compositor_service.imaging.choosing import Room, choose, choose_beside
from compositor_service.imaging.contrast import (
    NEAR_BLACK,
    WHITE,
    Pixels,
    Rgb,
    contrast,
    label_on,
    parse_colour,
)
from compositor_service.imaging.decode import decode_rgb
from compositor_service.imaging.encode import COMPOSITE_QUALITY, encode_jpeg
from compositor_service.imaging.files import MEDIA_TYPES, Rendered
from compositor_service.imaging.geometry import (
    Box,
    FocalPoint,
    Target,
    canvas_pixels,
    canvas_size,
    crop_window,
    text_area,
)
from compositor_service.imaging.ground import behind, behind_box, behind_in_small
from compositor_service.imaging.layouts import layouts_named
from compositor_service.imaging.logo import Ground, Logo
from compositor_service.imaging.painting import paint_block, paint_button, paint_logo, paint_plate
from compositor_service.imaging.scrim import Veil, choose_veil, lay_scrim
from compositor_service.imaging.spots import Spot
from compositor_service.imaging.subject import Subject
from contracts.values import Colours, CopyText

_HEADLINE_LEAST = (18, 45)
_BODY_LEAST = (14, 28)
_LABEL_LEAST = (12, 28)
"""Least sizes in every target: pixels, and per mille of its shorter side."""

_SMALL_SIDE = 400
_TOO_ALIKE = 150
_CLEARLY_APART = 160


@dataclass(frozen=True, slots=True)
class Composite(Rendered):
    """A finished composite, with what was measured on it.

    Contrasts are in hundredths (450 is 4.5:1): `contrast` of the text that stands on the picture, as 98 % of the
    pixels behind its worst line reach it; `button_contrast` of the label on its button. `text_boxes` are the em
    boxes of all lines and the button, in pixels, `logo_box` that of the logo without its plate.
    """

    layout: str
    fields: tuple[Field, ...]
    lines: tuple[str, ...]
    text_boxes: tuple[Box, ...]
    contrast: int
    button_contrast: int
    scrim_opacity: int
    headline_size: int
    logo_box: Box | None = None


def render_composite(
    base: bytes,
    copy: CopyText,
    colours: Colours,
    layout: str,
    targets: Sequence[Target],
    focal: FocalPoint,
    logo: bytes | None = None,
) -> Composite:
    """Set the copy's headline, cta and, where the layout's rule allows, body on the base image.

    Text and logo lie in the safe zone of every target, cut with the same focal point. Hashtags are never set.
    Raises UnreadableImage, UnusableLogo, UnknownLayout, MissingGlyphs and LayoutOverflow; ValueError without a target.
    """
    if not targets:
        raise ValueError("a composite needs at least one target")
    layouts = layouts_named(layout)
    image = decode_rgb(base)
    size = canvas_size(image.size, targets)
    texts = prepare(copy, layouts[0].setting.writing)
    room = _room(image, size, colours, targets, focal)
    mark = Logo(logo) if logo is not None else None
    windows = [crop_window(size, target.width, target.height, focal) for target in targets]
    choice = choose_beside(mark, windows, texts, layouts, room) if mark else choose(texts, layouts, room)
    arrangement = choice.arrangement
    canvas = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    veil, button_contrast = _paint(canvas, arrangement, colours)
    logo_box = _paint_logo(canvas, mark, choice.spot) if mark and choice.spot else None
    blocks = (*arrangement.blocks, arrangement.label)
    lines = [line for block in blocks for line in block.lines]
    return Composite(
        data=encode_jpeg(canvas, COMPOSITE_QUALITY),
        media_type=MEDIA_TYPES["jpeg"],
        width=size[0],
        height=size[1],
        layout=choice.layout.id,
        fields=arrangement.fields,
        lines=tuple(line.text for line in lines),
        text_boxes=(*(line.box for line in lines), arrangement.button),
        contrast=veil.contrast,
        button_contrast=button_contrast,
        scrim_opacity=veil.opacity,
        headline_size=arrangement.headline_size,
        logo_box=logo_box,
    )


def _floors(size: tuple[int, int], targets: Sequence[Target]) -> Floors:
    headline, body, label = (
        canvas_pixels(pixels, share, size, targets) for pixels, share in (_HEADLINE_LEAST, _BODY_LEAST, _LABEL_LEAST)
    )
    return Floors(headline, body, label)


def _room(
    image: Image.Image, size: tuple[int, int], colours: Colours, targets: Sequence[Target], focal: FocalPoint
) -> Room:
    small = image.copy()
    small.thumbnail((_SMALL_SIDE, _SMALL_SIDE), Image.Resampling.BOX)

    def scrim_of(arrangement: Arrangement) -> int:
        return _veil(behind_in_small(small, size, arrangement.blocks), colours).opacity

    def ground_of(box: Box) -> Ground:
        return Ground.of(behind_box(small, size, box))

    area = text_area(size, targets, focal)
    return Room(area, _floors(size, targets), Subject(image, size, focal), scrim_of, ground_of)


def _veil(lines: Sequence[Pixels], colours: Colours) -> Veil:
    return choose_veil(lines, (parse_colour(colours.text), WHITE, NEAR_BLACK), parse_colour(colours.primary))


def _paint(canvas: Image.Image, arrangement: Arrangement, colours: Colours) -> tuple[Veil, int]:
    veil = _veil(behind(canvas, arrangement.blocks), colours)
    if veil.opacity:
        lay_scrim(canvas, veil, arrangement)
    for block in arrangement.blocks:
        paint_block(canvas, block, veil.ink)
    # The accent stays exactly as the brand has it; it is the label that gives way.
    fill = parse_colour(colours.accent)
    label = label_on(fill, parse_colour(colours.text))
    paint_button(canvas, arrangement.button, fill, _keyline(canvas, arrangement.button, fill, label))
    paint_block(canvas, arrangement.label, label)
    return veil, contrast(label, fill)


def _paint_logo(canvas: Image.Image, logo: Logo, spot: Spot) -> Box:
    # Judged on what the scrim has made of the picture, which may reach under the logo.
    plate = logo.plate_on(Ground.of(behind_box(canvas, canvas.size, spot.room)))
    if plate is not None:
        paint_plate(canvas, spot.room, plate, spot.padding)
    box = spot.box(on_plate=plate is not None)
    paint_logo(canvas, logo.image, box)
    return box


def _keyline(canvas: Image.Image, button: Box, fill: Rgb, label: Rgb) -> Rgb | None:
    pixels = np.asarray(canvas.crop(button.as_tuple())).reshape(-1, 3)
    red, green, blue = (int(level) for level in np.median(pixels, axis=0))
    apart = sum(abs(one - other) for one, other in zip(fill, (red, green, blue), strict=True))
    if apart >= _CLEARLY_APART or contrast(fill, (red, green, blue)) >= _TOO_ALIKE:
        return None
    return WHITE if contrast(fill, WHITE) >= _TOO_ALIKE else label
