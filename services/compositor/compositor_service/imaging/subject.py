"""Where a picture's subject lies, so that text can keep off it."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from compositor_service.imaging.focal import box_blur, saliency
from compositor_service.imaging.geometry import PER_MILLE, Box, FocalPoint

_NEAR = 0.3
"""Reach of the focal point's own weight, as a share of the picture's shorter side."""

_FAR_WEIGHT = 0.35
_FILLED = 21
_SCALE = 0.9
_UNNOTICED = 0.08
_LEVELS = 255


class Subject:
    """A coarse map of how much every spot belongs to the subject. Whole numbers, so that sums are exact."""

    def __init__(self, image: Image.Image, canvas: tuple[int, int], focal: FocalPoint) -> None:
        energy = saliency(image)
        # A cup stands out by its rim and is empty inside; what lies among striking spots belongs to them.
        energy = (energy + box_blur(energy, _FILLED)) * _SCALE
        near = _nearness(energy.shape, focal)
        # What stands out near the focal point is the subject; elsewhere it may as well be the grain of a table.
        weight = np.clip(energy * (_FAR_WEIGHT + near) + near * near / 2 - _UNNOTICED, 0, 1)
        levels = np.round(weight * weight * _LEVELS).astype(np.int64)
        self._sums = np.pad(np.cumsum(np.cumsum(levels, axis=0), axis=1), ((1, 0), (1, 0)))
        self.canvas = canvas

    def under(self, box: Box) -> int:
        """How much of the box, given in canvas pixels, lies on the subject, per mille."""
        left, top, right, bottom = self._cells(box)
        return self._sum(box) * PER_MILLE // (_LEVELS * (bottom - top) * (right - left))

    def share_in(self, box: Box) -> int:
        """How much of all the subject lies in the box, given in canvas pixels, per mille."""
        return self._sum(box) * PER_MILLE // max(1, int(self._sums[-1, -1]))

    def _sum(self, box: Box) -> int:
        left, top, right, bottom = self._cells(box)
        sums = self._sums
        return int(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left])

    def _cells(self, box: Box) -> tuple[int, int, int, int]:
        rows, columns = (length - 1 for length in self._sums.shape)
        left, right = _span(box.left, box.right, self.canvas[0], columns)
        top, bottom = _span(box.top, box.bottom, self.canvas[1], rows)
        return left, top, right, bottom


def _nearness(shape: tuple[int, ...], focal: FocalPoint) -> npt.NDArray[np.float64]:
    """1 at the focal point, a quarter at its reach, and soon nothing."""
    height, width = shape
    reach = min(shape) * _NEAR
    y = (np.arange(height) + 0.5 - height * focal.y / PER_MILLE)[:, None] / reach
    x = (np.arange(width) + 0.5 - width * focal.x / PER_MILLE)[None, :] / reach
    return 1 / (1 + x * x + y * y) ** 2


def _span(start: int, end: int, length: int, cells: int) -> tuple[int, int]:
    first = min(max(0, start * cells // length), cells - 1)
    return first, min(max(first + 1, -(-end * cells // length)), cells)
