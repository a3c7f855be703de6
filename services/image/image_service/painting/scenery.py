"""Pieces that several scenes share: skies, ranges of hills, drifting things, casting shadows."""

from collections.abc import Callable

import numpy as np

from image_service.painting.canvas import Canvas, Mask, Stops
from image_service.painting.colour import Floats, Tone
from image_service.painting.masks import below, polygon, softened
from image_service.painting.noise import clouds, ridge, uniform
from image_service.painting.shapes import Outline, placed


def sky(canvas: Canvas, stops: Stops, *, lean: float = 0.0, streaks: float = 0.06) -> None:
    """A gradient from top to bottom, tilted by `lean`, with faint long clouds in it."""
    drift = clouds(canvas.rng, canvas.width, canvas.height, 2, 4, stretch=3.0) - 0.5
    field = canvas.ys[:, None] + np.float32(lean) * (canvas.xs[None, :] - 0.5) + np.float32(streaks * 2) * drift
    canvas.fill(field, stops)


def range_line(
    canvas: Canvas, base: float, height: float, peaks: float, octaves: int = 5, rough: float = 0.5
) -> Floats:
    """The outline of a range of hills: y in pixels for every column; base and height as shares of the height."""
    return ((base + height * 0.5 * ridge(canvas.rng, canvas.width, peaks, octaves, rough)) * canvas.height).astype(
        np.float32
    )


def hill(canvas: Canvas, line: Floats, top: Tone, foot: Tone, fade: float, opacity: float = 1.0) -> Mask:
    """A hill lit along its outline and fading to `foot` within `fade` of the canvas's height."""
    mask = below(canvas, line)
    rows = np.arange(mask.top, canvas.height, dtype=np.float32)[:, None]
    # The fade follows the ridge's broad course: following every notch would comb the slope into stripes.
    broad = uniform(line, canvas.width // 9)
    field = (rows - broad[None, :]) / np.float32(fade * canvas.height)
    canvas.blend(mask, field, [(0, top), (1, foot)], opacity)
    return mask


def cast(canvas: Canvas, mask: Mask, tone: Tone, strength: float, blur: float, shift: tuple[float, float]) -> None:
    """Let the shadow of a mask fall on what is painted so far; blur and shift as shares of the unit."""
    offset = (shift[0] * canvas.unit, shift[1] * canvas.unit)
    canvas.shade(softened(mask, canvas, blur * canvas.unit, offset), tone, strength)


def drift(
    canvas: Canvas,
    outline: Outline,
    tones: list[Tone],
    count: int,
    sizes: tuple[float, float],
    spot: Callable[[], tuple[float, float]],
) -> None:
    """Scatter turning petals or leaves: small ones sharp, the few big ones out of focus, as if near the lens."""
    rng = canvas.rng
    for _ in range(count):
        size = sizes[0] + (sizes[1] - sizes[0]) * rng.random() ** 3
        x, y = spot()
        blur = max(0.0, (size - 0.03) * 0.22) * canvas.unit
        shape = placed(outline, x, y, size * canvas.unit, rng.uniform(0, 360), rng.uniform(0.45, 1.0))
        tone = tones[int(rng.integers(len(tones)))]
        canvas.paint(polygon(canvas, shape, blur), tone, 0.92 if blur < 4 else 0.75)
