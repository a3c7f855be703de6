"""Winter: a pale moon, firs in the haze, snowfields and falling snow."""

import numpy as np

from image_service.painting.canvas import Canvas
from image_service.painting.colour import Tone
from image_service.painting.masks import ellipse, polygon
from image_service.painting.palette import WHITE, Scheme
from image_service.painting.scenery import hill, range_line, sky

BLUE = 250.0


def paint(canvas: Canvas, scheme: Scheme) -> tuple[float, float]:
    """The sky stays calm; moon and tallest firs are the things to look at."""
    rng = canvas.rng
    side = 1 if rng.random() < 0.5 else -1
    night = scheme.themed(BLUE, 0.45, 0.42, 0.085)
    dawn = scheme.accented(20, 0.5, 0.90, 0.045)
    sky(canvas, [(0, night), (0.38, night.mix(dawn, 0.5).at(0.70, 0.07)), (0.72, dawn), (1, WHITE)], streaks=0.07)
    x, y = 0.5 + side * rng.uniform(0.12, 0.24), rng.uniform(0.2, 0.28)
    _moon(canvas, dawn, x, y)
    for depth in (0.0, 0.33, 0.66, 1.0):
        _field(canvas, depth, night, side)
    _snowfall(canvas)
    return float(x), float(y)


def _moon(canvas: Canvas, tone: Tone, x: float, y: float) -> None:
    canvas.glow(x, y, 0.22, tone, 0.5)
    canvas.glow(x, y, 0.08, WHITE, 0.4)
    size = 0.062 * canvas.unit
    canvas.paint(ellipse(canvas, x * canvas.width, y * canvas.height, size, size, 2), tone.at(0.98, 0.015))


def _field(canvas: Canvas, depth: float, night: Tone, side: int) -> None:
    """A snowfield with firs standing on it; nearer ones are taller, darker and fewer."""
    rng = canvas.rng
    line = range_line(canvas, 0.62 + 0.27 * depth, 0.06 + 0.03 * depth, 0.7 + 0.3 * depth, 3, 0.35)
    haze = WHITE.mix(night, 0.42 - 0.1 * depth)
    tone = haze.mix(night.lighter(-0.12), 0.12 + 0.62 * depth)
    count = int(34 - 24 * depth)
    for _ in range(count):
        x = rng.random() if depth < 0.6 else 0.5 + side * (0.62 - abs(rng.normal(0, 0.22)))
        column = int(np.clip(x * canvas.width, 0, canvas.width - 1))
        height = (0.05 + 0.17 * depth) * rng.uniform(0.6, 1.35) * canvas.unit
        _fir(canvas, x * canvas.width, line[column] + 0.012 * canvas.unit, height, tone, 0.25 + 0.5 * depth)
    snow = WHITE.mix(night, 0.16 - 0.10 * depth)
    hill(canvas, line, snow.lighter(0.03), snow.mix(night, 0.30), 0.30)


def _fir(canvas: Canvas, x: float, foot: float, height: float, tone: Tone, snow: float) -> None:
    rng = canvas.rng
    tiers = 7
    right: list[tuple[float, float]] = [(0.0, -height)]
    for tier in range(1, tiers + 1):
        spread = height * 0.26 * (tier / tiers) ** 0.9 * rng.uniform(0.85, 1.1)
        drop = -height * (1 - tier / tiers * 0.94)
        right += [(spread, drop + height * 0.03), (spread * 0.45, drop)]
    outline = [(x + dx, foot + dy) for dx, dy in right] + [(x - dx, foot + dy) for dx, dy in reversed(right[1:])]
    canvas.paint(polygon(canvas, outline), tone)
    lit = [(x + min(0.0, dx) * 0.9 + height * 0.012, foot + dy - height * 0.012) for dx, dy in right]
    lit += [(x - dx * 0.92, foot + dy - height * 0.02) for dx, dy in reversed(right[1:])]
    canvas.paint(polygon(canvas, lit, height * 0.012), WHITE, snow * 0.55)


def _snowfall(canvas: Canvas) -> None:
    rng, w, h = canvas.rng, canvas.width, canvas.height
    for _ in range(260):
        size = (0.0012 + 0.0035 * rng.random() ** 2) * canvas.unit
        canvas.light(
            ellipse(canvas, rng.uniform(0, w), rng.uniform(0, h), size, size, size), WHITE, rng.uniform(0.35, 0.9)
        )
    for _ in range(16):
        size = rng.uniform(0.010, 0.03) * canvas.unit
        canvas.light(ellipse(canvas, rng.uniform(0, w), rng.uniform(0, h), size, size, size * 0.8), WHITE, 0.22)
