"""Cherry blossom: a branch from a corner, hills in the haze, petals in the air."""

import numpy as np

from image_service.painting.canvas import Canvas
from image_service.painting.colour import Tone
from image_service.painting.masks import ellipse, polygon, stroke
from image_service.painting.palette import WHITE, Scheme
from image_service.painting.scenery import drift, hill, range_line, sky
from image_service.painting.shapes import curved, petal, placed

PINK = 355.0
PETAL = petal()


def paint(canvas: Canvas, scheme: Scheme) -> tuple[float, float]:
    """The branch fills one upper corner; the lower opposite side stays calm."""
    rng = canvas.rng
    side = 1 if rng.random() < 0.5 else -1
    _air(canvas, scheme, side)
    twigs = _branch(canvas, scheme, side)
    _blossom(canvas, scheme, twigs)
    tones = [scheme.themed(PINK, 0.93, light, 0.07) for light in (0.95, 0.9, 0.85)]
    w, h = canvas.width, canvas.height
    drift(canvas, PETAL, tones, 46, (0.010, 0.085), lambda: (rng.uniform(0, w), h * rng.uniform(0.3, 1) ** 0.8))
    return 0.5 + side * 0.24, 0.27


def _air(canvas: Canvas, scheme: Scheme, side: int) -> None:
    blush = scheme.themed(PINK, 0.85, 0.94, 0.035)
    sky(canvas, [(0, scheme.ground(0.86, 0.06)), (0.5, blush), (1, WHITE)], lean=0.2 * side, streaks=0.05)
    canvas.glow(0.5 - side * 0.22, 0.40, 0.24, scheme.spark(0.97, 0.05), 0.7)
    for depth in (0.0, 0.5, 1.0):
        tone = scheme.ground(0.84 - 0.10 * depth, 0.05 + 0.02 * depth)
        line = range_line(canvas, 0.72 + 0.10 * depth, 0.07, 1.0 + depth, 4, 0.42)
        hill(canvas, line, tone, blush.lighter(0.02), 0.13)


def _branch(canvas: Canvas, scheme: Scheme, side: int) -> list[tuple[float, float, float]]:
    """Paint the wood; returns where blossom grows: x, y in pixels and the cluster's spread."""
    rng, w, h = canvas.rng, canvas.width, canvas.height
    wood = scheme.ink.lean(20, 0.7).at(0.36, 0.04)
    start = (0.5 + side * 0.54, rng.uniform(0.02, 0.10))
    spots: list[tuple[float, float, float]] = []
    for reach, fall, thick in ((0.66, 0.25, 0.020), (0.44, 0.46, 0.014), (0.56, 0.06, 0.012)):
        bends = [
            (start[0] - side * reach * t, start[1] + fall * t**1.3 + rng.normal(0, 0.018)) for t in (0, 0.35, 0.7, 1)
        ]
        path = curved([(x * w, y * h) for x, y in bends])
        widths = np.linspace(thick, 0.003, len(path)) * canvas.unit
        canvas.paint(stroke(canvas, path, widths.tolist()), wood)
        canvas.paint(
            stroke(canvas, [(x, y - canvas.unit * 0.002) for x, y in path], (widths * 0.3).tolist(), 1.0),
            wood.lighter(0.2),
            0.6,
        )
        spots += [(*path[int(t * (len(path) - 1))], 0.05) for t in np.linspace(0.12, 1, 8)]
    return spots


def _blossom(canvas: Canvas, scheme: Scheme, spots: list[tuple[float, float, float]]) -> None:
    rng = canvas.rng
    flowers = [
        (x + rng.normal(0, spread) * canvas.unit, y + rng.normal(0, spread) * canvas.unit, layer)
        for layer in range(3)
        for x, y, spread in spots
        for _ in range(4)
    ]
    for x, y, layer in flowers:
        light = round(0.80 + 0.07 * layer + rng.uniform(-0.015, 0.015), 2)
        _flower(canvas, scheme.themed(PINK, 0.93, light, 0.105 - 0.022 * layer), x, y, rng.uniform(0.018, 0.033))


def _flower(canvas: Canvas, tone: Tone, x: float, y: float, size: float) -> None:
    """Five petals, a darker heart and stamens, tipped in a random direction."""
    rng, reach = canvas.rng, size * canvas.unit
    turn, squash = rng.uniform(0, 360), rng.uniform(0.72, 1.0)
    heart = tone.at(tone.lightness - 0.20, 0.15)
    for i in range(5):
        outline = placed(PETAL, x, y, reach, turn + 72 * i)
        flat = [(px, y + (py - y) * squash) for px, py in outline]
        canvas.paint(polygon(canvas, flat), tone.lighter(rng.integers(-4, 4) / 100), 0.96)
    canvas.paint(ellipse(canvas, x, y, reach * 0.30, reach * 0.30 * squash, reach * 0.4), heart, 0.55)
    for angle in rng.uniform(0, 2 * np.pi, 6):
        dot = ellipse(
            canvas,
            x + reach * 0.36 * np.cos(angle),
            y + reach * 0.36 * squash * np.sin(angle),
            reach * 0.05 + 0.7,
            reach * 0.05 + 0.7,
        )
        canvas.paint(dot, Tone(0.9, 0.12, 88), 0.9)
