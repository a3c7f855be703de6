"""Finds the part of a picture that a crop should keep."""

from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from compositor_service.imaging.geometry import PER_MILLE, FocalPoint

_LONG_SIDE = 128
_BLUR = 5
_BACKDROP_BLUR = 41
_CENTRE_PULL = 0.5
_SKIN = ((80, 240), (135, 162), (135, 168))
"""Ranges of L, a and b, as bytes with 128 for neutral, that hold most skin of any tone."""
_SKIN_IN_A_PORTRAIT = 0.4

_Plane = npt.NDArray[np.float64]


def find_focal_point(image: Image.Image) -> FocalPoint:
    """Middle of the most striking region, by colour against the surroundings and by density of edges.

    An even picture has none, and gets its centre.
    """
    energy = saliency(image)
    if energy.max() < 1e-6:
        return FocalPoint()
    weighted = energy * _centre_weight(energy.shape)
    peak_y, peak_x = np.unravel_index(
        int(np.argmax(box_blur(weighted, _window(energy.shape), "constant"))), energy.shape
    )
    y, x = _centroid_near(weighted, int(peak_y), int(peak_x))
    height, width = energy.shape
    return FocalPoint(_share(x, width), _share(y, height))


def saliency(image: Image.Image) -> _Plane:
    """How striking each spot of the picture is, from 0 upwards, in a grid of at most 128 cells a side."""
    return _striking(_small(image))


def _small(image: Image.Image) -> npt.NDArray[np.float64]:
    scale = _LONG_SIDE / max(image.size)
    size = (max(8, round(image.width * scale)), max(8, round(image.height * scale)))
    small = image.convert("RGB").resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    return np.asarray(small.convert("LAB"), dtype=np.float64)


def _striking(lab: npt.NDArray[np.float64]) -> _Plane:
    # Lab bytes of a and b wrap around zero in Pillow; shifting them makes neighbouring colours neighbours again.
    lab[..., 1:] = (lab[..., 1:] + 128) % 256
    planes = [lab[..., i] for i in range(3)]
    colour = sum((box_blur(p, _BLUR) - box_blur(p, _BACKDROP_BLUR)) ** 2 for p in planes) ** 0.5
    gradient_y, gradient_x = np.gradient(planes[0])
    edges = box_blur(np.hypot(gradient_x, gradient_y), _BLUR)
    return _normalised(colour) + _normalised(edges) + _skin(planes)


def _skin(planes: list[_Plane]) -> _Plane:
    """Up to 1.5 where the colour is that of skin; less the more of the picture has it, as sand and wood do."""
    inside = [(low < plane) & (plane < high) for plane, (low, high) in zip(planes, _SKIN, strict=True)]
    mask = np.logical_and.reduce(inside).astype(np.float64)
    rarity = max(0.0, 1 - float(mask.mean()) / _SKIN_IN_A_PORTRAIT)
    return 1.5 * rarity * box_blur(mask, _BLUR)


def _normalised(plane: _Plane) -> _Plane:
    above = np.clip(plane - np.median(plane), 0, None)
    top = float(above.max())
    return above / top if top > 1.0 else np.zeros_like(above)


def box_blur(plane: _Plane, side: int, beyond: Literal["edge", "constant"] = "edge") -> _Plane:
    """Each cell's mean over a square around it, `side` cells wide."""
    for axis in (0, 1):
        reach = min(side // 2, plane.shape[axis] - 1)
        padding = [(0, 0), (0, 0)]
        padding[axis] = (reach + 1, reach)
        sums = np.cumsum(np.pad(plane, padding, mode=beyond), axis=axis)
        length = 2 * reach + 1
        upper = np.take(sums, range(length, sums.shape[axis]), axis=axis)
        lower = np.take(sums, range(sums.shape[axis] - length), axis=axis)
        plane = (upper - lower) / length
    return plane


def _window(shape: tuple[int, ...]) -> int:
    return min(shape) // 2 | 1


def _centre_weight(shape: tuple[int, ...]) -> _Plane:
    y = np.linspace(-1, 1, shape[0])[:, None]
    x = np.linspace(-1, 1, shape[1])[None, :]
    return 1 - _CENTRE_PULL * np.minimum(1, (x * x + y * y) / 2)


def _centroid_near(plane: _Plane, y: int, x: int) -> tuple[float, float]:
    reach = _window(plane.shape) // 2
    top, left = max(0, y - reach), max(0, x - reach)
    part = plane[top : y + reach + 1, left : x + reach + 1]
    total = float(part.sum())
    rows, columns = np.indices(part.shape)
    return top + float((rows * part).sum()) / total, left + float((columns * part).sum()) / total


def _share(position: float, length: int) -> int:
    return min(PER_MILLE, max(0, round((position + 0.5) * PER_MILLE / length)))
