"""Draws an arrangement onto the canvas."""

from PIL import Image, ImageDraw

from compositor_service.imaging.blocks import Block
from compositor_service.imaging.contrast import Rgb
from compositor_service.imaging.geometry import Box
from compositor_service.typesetting.horizontal import draw_line
from compositor_service.typesetting.vertical import draw_column

_SMOOTHING = 4


def paint_block(canvas: Image.Image, block: Block, ink: Rgb) -> None:
    """Set one block's lines in one colour."""
    for line in block.lines:
        # Glyphs may reach a little over their em boxes; the mask has room for that, so nothing is cut off.
        spot = line.box.grown(block.size // 2)
        mask = Image.new("L", (spot.width, spot.height))
        left, top = line.box.left - spot.left, line.box.top - spot.top
        if block.writing == "horizontal":
            draw_line(mask, left, top, line.text, block.weight, block.size)
        else:
            draw_column(mask, left + line.box.width // 2, top, line.text, block.weight, block.size)
        canvas.paste(ink, (spot.left, spot.top), mask)


def paint_button(canvas: Image.Image, box: Box, fill: Rgb, keyline: Rgb | None) -> None:
    """A pill with smooth edges; the keyline sets it off from a ground of nearly its own colour."""
    if keyline is not None:
        rim = max(2, box.height // 28)
        _paint_pill(canvas, box, keyline)
        box = box.grown(-rim)
    _paint_pill(canvas, box, fill)


def paint_logo(canvas: Image.Image, logo: Image.Image, box: Box) -> None:
    """The logo, resized into its box."""
    resized = logo.resize((box.width, box.height), Image.Resampling.LANCZOS)
    canvas.paste(resized.convert("RGB"), (box.left, box.top), resized.getchannel("A"))


def paint_plate(canvas: Image.Image, box: Box, fill: Rgb, radius: int) -> None:
    """A rounded rectangle with smooth edges."""
    _paint_rounded(canvas, box, fill, radius * _SMOOTHING)


def _paint_pill(canvas: Image.Image, box: Box, fill: Rgb) -> None:
    _paint_rounded(canvas, box, fill, box.height * _SMOOTHING // 2)


def _paint_rounded(canvas: Image.Image, box: Box, fill: Rgb, large_radius: int) -> None:
    large = (box.width * _SMOOTHING, box.height * _SMOOTHING)
    mask = Image.new("L", large)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, large[0] - 1, large[1] - 1), large_radius, fill=255)
    canvas.paste(fill, (box.left, box.top), mask.reduce(_SMOOTHING))
