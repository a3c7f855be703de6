"""The hour and the weather, laid over a picture: night with a lamp, a low sun, morning haze, rain, snow."""

import numpy as np

from image_service.painting.canvas import Canvas, Stops
from image_service.painting.colour import Floats, Tone, gradient
from image_service.painting.masks import ellipse, polygon, ring
from image_service.painting.palette import WHITE

LAMP = Tone(0.88, 0.10, 72)
_FALLS: dict[str, Stops] = {
    "night": [(0, Tone(0.27, 0.07, 270)), (0.6, Tone(0.40, 0.075, 278)), (1, Tone(0.34, 0.06, 275))],
    "dusk": [(0, Tone(0.62, 0.09, 310)), (0.45, Tone(0.83, 0.10, 40)), (1, Tone(0.74, 0.08, 45))],
    "morning": [(0, Tone(0.95, 0.025, 230)), (0.6, Tone(0.99, 0.03, 85)), (1, Tone(0.97, 0.02, 80))],
}


def fall(canvas: Canvas, hour: str, depth: float = 1.0) -> None:
    """Let the hour's light fall on everything painted so far; `depth` 0–1 is how much of it."""
    stops = _FALLS.get(hour)
    if stops is None:
        return
    table = gradient(stops, canvas.height)
    canvas.planes *= 1 - np.float32(depth) * (1 - table[:, :, None])
    if hour == "dusk":
        canvas.glow(0.14, 0.42, 0.34, Tone(0.80, 0.15, 55), 0.55 * depth)
    if hour == "morning":
        canvas.glow(0.0, 0.0, 0.55, Tone(0.97, 0.06, 90), 0.6 * depth)


def weather(canvas: Canvas, place: str | None, hour: str, *, wet: bool) -> None:
    """A landscape's hour and weather. The city brings its own night; blossom and leaves are lit up in theirs."""
    lit = _lit_up(canvas) if hour == "night" and place in ("sakura", "autumn") else None
    if place != "city":
        fall(canvas, hour)
    if hour == "night" and place not in ("city", "snow"):
        night_sky(canvas, 0.5)
        lanterns(canvas, 0.7)
    if lit is not None:
        glow, alpha = lit
        canvas.planes += (glow - canvas.planes) * alpha[None]
    if wet:
        rain(canvas)


def _lit_up(canvas: Canvas) -> tuple[Floats, Floats]:
    """Everything pink, red or orange as lamps from below show it, and how much of it there is at each pixel."""
    red, green = canvas.planes[0], canvas.planes[1]
    reach = np.clip(1.25 - canvas.ys, 0, 1)[:, None]
    alpha = np.clip((red - green - 0.09) * 7, 0, 1) * reach
    warm = np.array([0.97, 0.86, 0.88], np.float32)[:, None, None]
    return canvas.planes * warm, alpha * np.float32(0.9)


def night_sky(canvas: Canvas, horizon: float) -> None:
    """A moon and stars above the horizon."""
    rng, unit = canvas.rng, canvas.unit
    for _ in range(70):
        x, y = rng.uniform(0, canvas.width), rng.uniform(0, horizon * 0.8) * canvas.height
        size = rng.uniform(0.0008, 0.0022) * unit
        canvas.light(ellipse(canvas, x, y, size, size, size), WHITE, rng.uniform(0.3, 0.9))
    x, y = rng.uniform(0.16, 0.3), rng.uniform(0.14, 0.24)
    canvas.glow(x, y, 0.14, Tone(0.86, 0.05, 90), 0.5)
    canvas.paint(
        ellipse(canvas, x * canvas.width, y * canvas.height, 0.05 * unit, 0.05 * unit, 2), Tone(0.97, 0.03, 95)
    )


def lanterns(canvas: Canvas, horizon: float) -> None:
    """Warm lights out of focus along the horizon."""
    rng = canvas.rng
    for _ in range(16):
        size = rng.uniform(0.014, 0.034) * canvas.unit
        x, y = rng.uniform(0, canvas.width), (horizon - abs(rng.normal(0.02, 0.06))) * canvas.height
        strength = rng.uniform(0.25, 0.6)
        canvas.light(ellipse(canvas, x, y, size, size, 4), LAMP, strength)
        canvas.light(ring(canvas, x, y, size), LAMP, strength * 0.6)


def rain(canvas: Canvas) -> None:
    """Slanting streaks, and a paler, wetter air."""
    rng, w, h, unit = canvas.rng, canvas.width, canvas.height, canvas.unit
    canvas.planes *= np.array([0.76, 0.81, 0.87], np.float32)[:, None, None]
    for _ in range(230):
        x, y, long = rng.uniform(0, w * 1.1), rng.uniform(-0.05, 1) * h, rng.uniform(0.03, 0.10) * unit
        wide = rng.uniform(0.0010, 0.0022) * unit
        drop = [(x, y), (x + wide, y), (x - long * 0.16 + wide, y + long), (x - long * 0.16, y + long)]
        canvas.light(polygon(canvas, drop), WHITE, rng.uniform(0.25, 0.6))
