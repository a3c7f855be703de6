"""Rooms for still lifes: a wall, a table, and daylight through something outside the frame."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from image_service.painting.canvas import Canvas, Mask
from image_service.painting.colour import Tone
from image_service.painting.masks import below
from image_service.painting.noise import clouds, smooth_noise
from image_service.painting.shapes import leaf, placed


def wall(canvas: Canvas, tone: Tone, lit_from: float) -> None:
    """A plastered wall, lighter towards `lit_from` (0 left, 1 right) and upwards."""
    rough = clouds(canvas.rng, canvas.width, canvas.height, 4, 4) - 0.5
    away = np.abs(canvas.xs - np.float32(lit_from))[None, :]
    field = 0.7 * away + 0.35 * canvas.ys[:, None] + 0.10 * rough
    canvas.fill(field, [(0, tone.lighter(0.05)), (0.45, tone), (1, tone.lighter(-0.14))])


def table(canvas: Canvas, edge: float, tone: Tone, *, grain: float = 0.0) -> None:
    """A table top from `edge` (share of the height) down, with wood grain from 0 to 1."""
    line = np.full(canvas.width, edge * canvas.height, np.float32)
    mask = below(canvas, line, 1.6)
    rows = mask.alpha.shape[0]
    field = np.linspace(0, 0.8, rows, dtype=np.float32)[:, None] + 0.22 * np.abs(canvas.xs[None, :] - 0.3)
    if grain:
        veins = smooth_noise(canvas.rng, canvas.width, rows, 3, 46) - 0.5
        field = field + np.float32(grain * 0.42) * veins
    canvas.blend(mask, field, [(0, tone.lighter(0.07)), (0.4, tone), (1, tone.lighter(-0.13))])
    shade = np.exp(-np.arange(rows, dtype=np.float32)[:, None] / (0.02 * canvas.height))
    canvas.shade(Mask(mask.alpha * shade, 0, mask.top), tone.at(0.4, tone.chroma), 0.30)


def dappled(canvas: Canvas, tone: Tone, strength: float, *, window: bool) -> None:
    """Let sunlight in through leaves, or through a window's panes, as a soft pattern over everything so far."""
    scale = 6
    width, height = canvas.width // scale, canvas.height // scale
    stencil = Image.new("L", (width, height), 0 if window else 255)
    draw = ImageDraw.Draw(stencil)
    shift = canvas.rng.uniform(-0.1, 0.15)
    outlines = _panes(shift) if window else _fronds(canvas.rng)
    for outline in outlines:
        draw.polygon([(x * width, y * height) for x, y in outline], fill=255 if window else 0)
    stencil = stencil.filter(ImageFilter.GaussianBlur(width * (0.010 if window else 0.011)))
    pattern = np.asarray(stencil.resize((canvas.width, canvas.height), Image.Resampling.BICUBIC), np.float32) / 255
    if window:
        canvas.light(canvas.whole(pattern), tone, strength)
    else:
        canvas.shade(canvas.whole(1 - pattern), tone, strength)


def _panes(shift: float) -> list[list[tuple[float, float]]]:
    """Four slanted rectangles, as the sun throws them."""
    corners = [(col, row) for col in range(2) for row in range(3)]
    quads = [((c * 0.20, r * 0.20), (c * 0.20 + 0.185, r * 0.20 + 0.185)) for c, r in corners]
    return [
        [(shift + 0.08 + x + 0.45 * y, y * 0.95 - 0.02 + 0.16 * x) for x, y in ((a, b), (c, b), (c, d), (a, d))]
        for (a, b), (c, d) in quads
    ]


def _fronds(rng: np.random.Generator) -> list[list[tuple[float, float]]]:
    """A few sprays of long leaves reaching in from one upper corner."""
    side = rng.random() < 0.5
    sprays = []
    for _ in range(4):
        base, lean = (rng.uniform(-0.15, 0.35), rng.uniform(-0.15, 0.1)), rng.uniform(112, 155)
        for step in range(11):
            x, y = base[0] + step * 0.035, base[1] + step * 0.042
            turns = [turn + rng.uniform(-6, 6) for turn in (lean - 62, lean + 40)]
            sprays += [placed(leaf(0.2), x, y, 0.23 - 0.012 * step, turn) for turn in turns]
    return [[(x if side else 1 - x, y) for x, y in outline] for outline in sprays]
