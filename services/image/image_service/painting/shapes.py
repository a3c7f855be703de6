"""Outlines as unit-sized points around the origin, and how to place them."""

from math import cos, pi, radians, sin

import numpy as np

from image_service.painting.masks import Points

Outline = list[tuple[float, float]]

# Half a momiji leaf from the stalk up: (degrees from the axis, reach) of its tips and notches.
_MAPLE_HALF = ((180, 0.10), (152, 0.50), (128, 0.24), (103, 0.86), (80, 0.30), (52, 0.97), (27, 0.34), (0, 1.08))


def placed(outline: Points, x: float, y: float, size: float, turn: float = 0.0, squash: float = 1.0) -> Outline:
    """Scale to `size`, squash across, turn by `turn` degrees and move to (x, y)."""
    c, s = cos(radians(turn)), sin(radians(turn))
    return [(x + (px * squash * c - py * s) * size, y + (px * squash * s + py * c) * size) for px, py in outline]


def petal(notch: float = 0.15, width: float = 0.66, steps: int = 18) -> Outline:
    """One cherry petal, base at the origin, tip up at y = -1, with its notch."""
    places = np.linspace(0, 1, steps)
    half = width * 0.5 * np.sin(np.pi * places**1.18) ** 0.85
    right = [(float(w), float(-t)) for w, t in zip(half, places * (1 - notch * 0.1), strict=True)]
    right[-1] = (width * 0.16, -1.0)
    left = [(-px, py) for px, py in reversed(right)]
    return [*right, (0.0, -1.0 + notch), *left]


def leaf(width: float = 0.42, steps: int = 16, bend: float = 0.0) -> Outline:
    """A plain pointed leaf, base at the origin, tip at y = -1."""
    places = np.linspace(0, 1, steps)
    half = width * 0.5 * np.sin(np.pi * places**0.85)
    spine = bend * np.sin(np.pi * places * 0.5) ** 2
    right = [(float(m + w), float(-t)) for w, t, m in zip(half, places, spine, strict=True)]
    left = [(float(m - w), float(-t)) for w, t, m in zip(half, places, spine, strict=True)]
    return [*right, *reversed(left)]


def maple() -> Outline:
    """A momiji leaf of seven lobes with slender tips."""
    half = [_bulged(i) for i in range(len(_MAPLE_HALF) - 1)]
    right = [point for part in half for point in part] + [_polar(*_MAPLE_HALF[-1])]
    return right + [(-x, y) for x, y in reversed(right[:-1])]


def _bulged(index: int) -> Outline:
    """One edge of the leaf, curved outwards so that the lobes look like leaves and not like a star."""
    (a0, r0), (a1, r1) = _MAPLE_HALF[index], _MAPLE_HALF[index + 1]
    steps = np.linspace(0, 1, 5)[:-1]
    swell = 0.07 if r1 < r0 else 0.05
    return [_polar(a0 + (a1 - a0) * t, r0 + (r1 - r0) * t + swell * sin(pi * t)) for t in steps]


def _polar(angle: float, reach: float) -> tuple[float, float]:
    return sin(radians(angle)) * reach, -cos(radians(angle)) * reach


def curved(points: Points, steps: int = 24) -> Outline:
    """A smooth Catmull-Rom path through a few points."""
    pts = np.asarray([points[0], *points, points[-1]], np.float64)
    path: Outline = []
    for a, b, c, d in zip(pts, pts[1:], pts[2:], pts[3:], strict=False):
        t = np.linspace(0, 1, steps, endpoint=False)[:, None]
        spot = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        path += [(float(x), float(y)) for x, y in spot]
    return [*path, (float(points[-1][0]), float(points[-1][1]))]
