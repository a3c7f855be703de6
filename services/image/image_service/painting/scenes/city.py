"""The city at night: skylines in haze, lit windows, wet ground and lights out of focus."""

import numpy as np
from PIL import Image, ImageFilter

from image_service.painting.canvas import Canvas, Mask
from image_service.painting.colour import Tone
from image_service.painting.masks import ellipse, ring
from image_service.painting.noise import smooth_noise
from image_service.painting.palette import Scheme
from image_service.painting.scenery import sky

NIGHT = 275.0
SHORE = 0.70


def paint(canvas: Canvas, scheme: Scheme) -> tuple[float, float]:
    """The sky stays calm; the brightest cluster of towers is the thing to look at."""
    rng = canvas.rng
    x = float(rng.choice([rng.uniform(0.26, 0.4), rng.uniform(0.6, 0.74)]))
    deep = scheme.themed(NIGHT, 0.62, 0.20, 0.07)
    dusk = scheme.themed(345, 0.62, 0.60, 0.11)
    sky(canvas, [(0, deep), (0.40, deep.mix(dusk, 0.35).at(0.36, 0.10)), (SHORE, dusk), (1, dusk)], streaks=0.05)
    canvas.glow(x, SHORE, 0.34, scheme.accented(50, 0.4, 0.82, 0.11), 0.6)
    for depth in (0.0, 0.5, 1.0):
        _skyline(canvas, scheme, depth, deep, dusk, x)
    _embankment(canvas, scheme, x)
    _reflect(canvas, deep)
    _bokeh(canvas, scheme)
    return x, 0.55


def _skyline(canvas: Canvas, scheme: Scheme, depth: float, deep: Tone, dusk: Tone, peak: float) -> None:
    """One row of towers, tallest around the peak; nearer rows are darker and have sharper windows."""
    rng = canvas.rng
    tone = dusk.mix(deep, 0.45 + 0.5 * depth).lighter(-0.03 * depth)
    left = -0.02
    while left < 1.0:
        width = rng.uniform(0.03, 0.075) * (0.85 + 0.3 * depth)
        near = np.exp(-0.5 * ((left + width / 2 - peak) / 0.2) ** 2)
        tall = (0.07 + 0.30 * near) * rng.uniform(0.45, 1.1) * (1.05 - 0.32 * depth)
        _tower(canvas, scheme, (left, SHORE - tall, left + width * rng.uniform(0.8, 1.0), SHORE), tone, depth)
        left += width


def _tower(canvas: Canvas, scheme: Scheme, box: tuple[float, float, float, float], tone: Tone, depth: float) -> None:
    rng, w, h = canvas.rng, canvas.width, canvas.height
    x0, x1 = max(0, int(box[0] * w)), min(w, int(box[2] * w))
    y0, y1 = int(box[1] * h), int(box[3] * h)
    if x1 - x0 < 4:
        return
    rows = np.linspace(0, 1, y1 - y0, dtype=np.float32)[:, None]
    canvas.blend(Mask(np.ones((y1 - y0, x1 - x0), np.float32), x0, y0), rows, [(0, tone), (1, tone.lighter(0.07))])
    step = max(5, round((0.0085 + 0.004 * depth) * canvas.unit))
    grid_rows, grid_cols = (y1 - y0) // step, (x1 - x0) // step
    if grid_rows < 2 or grid_cols < 2:
        return
    lit = (rng.random((grid_rows, grid_cols)) < rng.uniform(0.22, 0.6)) * rng.uniform(0.45, 1.0, (grid_rows, grid_cols))
    pane = np.zeros((step, step), np.float32)
    pane[round(step * 0.25) : round(step * 0.75), round(step * 0.2) : round(step * 0.75)] = 1
    alpha = np.kron(lit.astype(np.float32), pane)
    warm = Tone(0.90, 0.10, 80).mix(scheme.spark(0.88, 0.12), rng.uniform(0, 0.8))
    canvas.light(
        Mask(alpha, x0 + (x1 - x0 - grid_cols * step) // 2, y0 + (y1 - y0 - grid_rows * step) // 2),
        warm,
        0.55 + 0.4 * depth,
    )


def _reflect(canvas: Canvas, deep: Tone) -> None:
    """Mirror the city in wet ground: stretched, rippled sideways, darker towards us."""
    top = int(SHORE * canvas.height)
    rows = canvas.height - top
    source = canvas.planes[:, max(0, top - rows) : top][:, ::-1]
    small = np.clip(source.transpose(1, 2, 0) * 255, 0, 255).astype(np.uint8)
    image = Image.fromarray(small).resize((canvas.width // 2, max(2, rows // 9))).filter(ImageFilter.GaussianBlur(2))
    mirror = np.asarray(image.resize((canvas.width, rows), Image.Resampling.BICUBIC), np.float32) / 255
    ripple = (smooth_noise(canvas.rng, 8, rows, 2, 60)[:, 4] - 0.5) * np.linspace(4, 46, rows) * canvas.unit / 1536
    columns = (np.arange(canvas.width)[None, :] + ripple[:, None]).astype(np.int32) % canvas.width
    rippled = np.take_along_axis(mirror, columns[..., None], axis=1)
    dim = np.linspace(0.86, 0.42, rows, dtype=np.float32)[:, None]
    for plane, channel, base in zip(canvas.planes, rippled.transpose(2, 0, 1), deep.rgb(), strict=True):
        plane[top:] = channel * dim + base * (1 - dim)


def _bokeh(canvas: Canvas, scheme: Scheme) -> None:
    """Discs of light near the lens, brighter at their rim, thick at the foot of the picture."""
    rng, w, h, unit = canvas.rng, canvas.width, canvas.height, canvas.unit
    tones = [scheme.spark(0.80, 0.17), Tone(0.84, 0.13, 70), scheme.main.at(0.70, min(0.18, scheme.main.chroma + 0.03))]
    for _ in range(44):
        size = rng.uniform(0.010, 0.058) * unit
        x, y = rng.uniform(0, w), h * (SHORE + 0.05 + abs(rng.normal(0.0, 0.15)))
        tone, strength = tones[int(rng.integers(len(tones)))], rng.uniform(0.10, 0.42)
        canvas.light(ellipse(canvas, x, y, size, size, 3 + size * 0.08), tone, strength)
        canvas.light(ring(canvas, x, y, size), tone, strength * 0.6)


def _embankment(canvas: Canvas, scheme: Scheme, peak: float) -> None:
    """Street lamps and traffic along the foot of the towers, glowing into the haze."""
    rng, w, h, unit = canvas.rng, canvas.width, canvas.height, canvas.unit
    warm = Tone(0.86, 0.12, 68).mix(scheme.spark(0.84, 0.14), 0.4)
    fall = np.exp(-0.5 * ((canvas.ys - np.float32(SHORE - 0.012)) / 0.022) ** 2)[:, None]
    spread = np.exp(-0.5 * ((canvas.xs - np.float32(peak)) / 0.30) ** 2)[None, :]
    canvas.light(canvas.whole(fall * (0.25 + 0.75 * spread)), warm, 0.55)
    for _ in range(110):
        size = rng.uniform(0.0012, 0.0034) * unit
        spot = ellipse(canvas, rng.uniform(0, w), (SHORE - rng.uniform(0.002, 0.014)) * h, size, size, size)
        canvas.light(spot, warm.lighter(0.08), rng.uniform(0.5, 1.0))
