"""The pixels that text stands on."""

from collections.abc import Iterable

import numpy as np
from PIL import Image

from compositor_service.imaging.blocks import Block
from compositor_service.imaging.contrast import Pixels
from compositor_service.imaging.geometry import Box

_SAMPLE_STEP = 2


def behind(canvas: Image.Image, blocks: Iterable[Block]) -> list[Pixels]:
    """The pixels behind and close around each line.

    Every other one in both directions: the share of bad ones is the same, at a quarter of the time.
    """
    boxes = _grounds(canvas.size, blocks)
    return [_pixels(canvas, box)[::_SAMPLE_STEP, ::_SAMPLE_STEP].reshape(-1, 3) for box in boxes]


def behind_box(picture: Image.Image, canvas: tuple[int, int], box: Box) -> Pixels:
    """The pixels behind a box of the canvas, from the canvas itself or a reduced picture of it."""
    return _pixels(picture, _reduced(box, canvas, picture.size)).reshape(-1, 3)


def behind_in_small(small: Image.Image, canvas: tuple[int, int], blocks: Iterable[Block]) -> list[Pixels]:
    """About the same from a reduced picture of the canvas, for comparing places before anything is painted."""
    boxes = _grounds(canvas, blocks)
    return [behind_box(small, canvas, box) for box in boxes]


def _grounds(canvas: tuple[int, int], blocks: Iterable[Block]) -> list[Box]:
    frame = Box(0, 0, *canvas)
    return [line.box.grown(block.size // 8).intersection(frame) for block in blocks for line in block.lines]


def _pixels(picture: Image.Image, box: Box) -> Pixels:
    return np.asarray(picture.crop(box.as_tuple()))


def _reduced(box: Box, canvas: tuple[int, int], small: tuple[int, int]) -> Box:
    left, right = box.left * small[0] // canvas[0], -(-box.right * small[0] // canvas[0])
    top, bottom = box.top * small[1] // canvas[1], -(-box.bottom * small[1] // canvas[1])
    return Box(left, top, min(right, small[0]), min(bottom, small[1]))
