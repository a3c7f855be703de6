"""Autumn: mountain ranges in mist, a low sun and maple leaves."""

from image_service.painting.canvas import Canvas, Mask
from image_service.painting.masks import below, ellipse
from image_service.painting.noise import clouds, smoothstep
from image_service.painting.palette import Scheme
from image_service.painting.scenery import drift, hill, range_line, sky
from image_service.painting.shapes import maple

RANGES = 6
AMBER = 60.0
CRIMSON = 30.0


def paint(canvas: Canvas, scheme: Scheme) -> tuple[float, float]:
    """The sky in the upper middle stays calm; the sun over the ranges is the thing to look at."""
    rng = canvas.rng
    side = 1 if rng.random() < 0.5 else -1
    x, y = 0.5 + side * rng.uniform(0.08, 0.22), rng.uniform(0.36, 0.44)
    warm = scheme.accented(AMBER, 0.65, 0.93, 0.07)
    sky(canvas, [(0, scheme.themed(AMBER, 0.35, 0.80, 0.06)), (0.45, warm), (1, warm.lighter(0.04))], lean=-0.1 * side)
    _sun(canvas, scheme, x, y)
    for index in range(RANGES):
        _range(canvas, scheme, index / (RANGES - 1))
    _leaves(canvas, scheme, side)
    return float(x), float(y)


def _sun(canvas: Canvas, scheme: Scheme, x: float, y: float) -> None:
    light = scheme.accented(AMBER, 0.7, 0.95, 0.09)
    for radius, strength in ((0.30, 0.45), (0.13, 0.5)):
        canvas.glow(x, y, radius, light, strength)
    size = 0.075 * canvas.unit
    canvas.paint(ellipse(canvas, x * canvas.width, y * canvas.height, size, size, 2), light.at(0.985, 0.04))


def _range(canvas: Canvas, scheme: Scheme, depth: float) -> None:
    base, height = 0.50 + 0.42 * depth**0.9, 0.16 - 0.04 * depth
    line = range_line(canvas, base, height, 0.9 + 0.7 * depth, 7, 0.47)
    distant = scheme.themed(AMBER, 0.30, 0.80, 0.05)
    near = scheme.themed(CRIMSON, 0.45, 0.30, 0.07)
    crest = distant.mix(near, depth**1.15)
    foot = scheme.accented(AMBER, 0.6, 0.93 - 0.36 * depth**1.4, 0.055 + 0.03 * depth)
    hill(canvas, line, crest, foot, 0.17)
    mist = clouds(canvas.rng, canvas.width, canvas.height, 3, 3, stretch=2.0)
    veil = smoothstep(0.45, 0.8, mist)
    lower = below(canvas, line + 0.05 * canvas.height, 0.12 * canvas.height)
    canvas.paint(Mask(lower.alpha * veil[lower.top :], 0, lower.top), foot.lighter(0.05), 0.5 * (1 - depth * 0.7))


def _leaves(canvas: Canvas, scheme: Scheme, side: int) -> None:
    rng, w, h = canvas.rng, canvas.width, canvas.height
    tones = [scheme.accented(hue, 0.88, light, 0.17) for hue, light in ((28, 0.56), (40, 0.64), (60, 0.74), (24, 0.46))]

    def corner() -> tuple[float, float]:
        across = abs(rng.normal(0, 0.17))
        return (across if side > 0 else 1 - across) * w, abs(rng.normal(0, 0.13)) * h

    def anywhere() -> tuple[float, float]:
        return rng.uniform(0, w), rng.uniform(0.25, 1.0) * h

    drift(canvas, maple(), tones, 54, (0.028, 0.075), corner)
    drift(canvas, maple(), tones, 16, (0.014, 0.10), anywhere)
