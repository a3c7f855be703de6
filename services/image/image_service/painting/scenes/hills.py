"""Layers of cut paper under a round sun: for everything without a subject of its own."""

import numpy as np

from image_service.painting.canvas import Canvas
from image_service.painting.masks import below, ellipse
from image_service.painting.palette import WHITE, Scheme
from image_service.painting.scenery import cast, range_line, sky

LAYERS = 6


def paint(canvas: Canvas, scheme: Scheme) -> tuple[float, float]:
    """The upper half stays calm; the sun is the thing to look at."""
    rng = canvas.rng
    x, y = rng.choice([rng.uniform(0.2, 0.34), rng.uniform(0.66, 0.8)]), rng.uniform(0.36, 0.46)
    sky(canvas, [(0, scheme.ground(0.90, 0.05)), (0.55, scheme.spark(0.965, 0.04)), (1, WHITE)], streaks=0.03)
    _sun(canvas, scheme, x, y)
    for layer in range(LAYERS):
        _sheet(canvas, scheme, layer / (LAYERS - 1))
    return float(x), float(y)


def _sun(canvas: Canvas, scheme: Scheme, x: float, y: float) -> None:
    radius = canvas.rng.uniform(0.12, 0.17) * canvas.unit
    canvas.glow(x, y, 0.26, scheme.spark(0.93, 0.08), 0.55)
    disc = ellipse(canvas, x * canvas.width, y * canvas.height, radius, radius)
    cast(canvas, disc, scheme.ground(0.5, 0.06), 0.28, 0.014, (0.004, 0.012))
    rows = np.linspace(0, 1, disc.alpha.shape[0], dtype=np.float32)[:, None]
    canvas.blend(disc, rows, [(0, scheme.spark(0.80, 0.15)), (1, scheme.spark(0.68, 0.17))])


def _sheet(canvas: Canvas, scheme: Scheme, depth: float) -> None:
    """One sheet of paper: further ones paler, each casting a shadow on those behind and lit along its edge."""
    line = range_line(canvas, 0.55 + 0.33 * depth, 0.11 + 0.05 * depth, 0.8 + 0.5 * depth, 3, 0.38)
    mask = below(canvas, line)
    cast(canvas, mask, scheme.ink.at(0.42, 0.05), 0.42, 0.018, (0.0, -0.010))
    light, chroma = 0.86 - 0.54 * depth, 0.05 + 0.09 * depth
    tone = scheme.main.mix(scheme.accent, 0.16 * (1 - depth)).at(light, min(chroma, scheme.main.chroma + 0.02))
    rows = np.arange(mask.top, canvas.height, dtype=np.float32)[:, None]
    field = (rows - line[None, :]) / np.float32(0.30 * canvas.height) + 0.25 * (canvas.xs[None, :] - 0.5)
    canvas.blend(mask, field, [(0, tone.lighter(0.035)), (0.06, tone), (1, tone.lighter(-0.10))])
