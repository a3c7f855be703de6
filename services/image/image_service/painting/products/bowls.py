"""Bowls of tea, the steam above them and the sweet beside them."""

import numpy as np

from image_service.painting.canvas import Canvas, Mask
from image_service.painting.colour import Tone
from image_service.painting.direction import Direction
from image_service.painting.masks import ellipse, polygon
from image_service.painting.noise import clouds
from image_service.painting.palette import WHITE
from image_service.painting.products.spot import Spot
from image_service.painting.shapes import leaf, placed
from image_service.painting.solids import Turned, ball, contact, cylinder, glazed, turned

# Height over radius, and how much the wall draws in towards the foot: wide, plain and tall bowls.
_FORMS = ((0.82, 0.50), (1.08, 0.50), (1.36, 0.30))


def paint(spot: Spot, plan: Direction, tea: Tone) -> float:
    """A bowl of tea, steaming; returns the y of its rim."""
    deep, taper = _FORMS[plan.form]
    radius = spot.size * (0.52, 0.48, 0.38)[plan.form]
    main, accent = spot.scheme.main, spot.scheme.accent
    tone = (main, accent.mix(main, 0.3), Tone(0.90, 0.02, 80))[(plan.emphasis + plan.form) % 3]
    glaze = tone.at(min(0.70, max(0.36, tone.lightness)), min(tone.chroma, 0.11))
    rim = _bowl(spot, (radius, radius * deep, taper), glaze, tea)
    if not plan.cold:
        steam(spot.canvas, spot.x, rim, radius * 0.9)
    return rim


def _bowl(spot: Spot, form: tuple[float, float, float], glaze: Tone, tea: Tone) -> float:
    """Paint the bowl of this radius, depth and taper; returns the y of its rim."""
    canvas, x, y = spot.canvas, spot.x, spot.y
    radius, deep, taper = form
    rim = y - deep
    contact(canvas, x, y, radius * 0.62, spot.shadow, 0.8)
    steps = np.linspace(0, 1, 24)
    body = [(rim + t * deep * 0.89, radius * (1 - taper * t**3.2 - 0.02 * t)) for t in steps.tolist()]
    foot = [(y - deep * 0.15, radius * (0.94 - taper)), (y - deep * 0.02, radius * (0.93 - taper))]
    glazed(canvas, turned(canvas, x, foot), glaze.lighter(-0.16), 0.05)
    shape = turned(canvas, x, body)
    glazed(canvas, shape, glaze, 0.30)
    _drip(canvas, shape, glaze, rim, radius)
    _inside(canvas, x, rim, radius, glaze, tea)
    return rim


def _drip(canvas: Canvas, form: Turned, glaze: Tone, rim: float, radius: float) -> None:
    """A second, paler glaze running down from the rim in an uneven line."""
    mask, across = form.mask, form.across
    rows = (np.arange(mask.alpha.shape[0], dtype=np.float32) + mask.top - rim)[:, None] / radius
    wander = 0.44 + 0.07 * np.sin(across * 15 + canvas.rng.uniform(0, 6)) + 0.04 * np.sin(across * 37 + 1)
    slump = 0.22 * np.sqrt(np.clip(1 - (across * 2 - 1) ** 2, 0, 1))
    run = np.clip((wander + slump - rows) * radius / 5, 0, 1) * mask.alpha
    stops = [
        (0.0, glaze.lighter(0.12)),
        (0.28, glaze.lighter(0.30)),
        (0.55, glaze.lighter(0.22)),
        (1.0, glaze.lighter(-0.06)),
    ]
    canvas.blend(Mask(run.astype(np.float32), mask.left, mask.top), across, stops, 0.8)


def _inside(canvas: Canvas, x: float, rim: float, radius: float, glaze: Tone, tea: Tone) -> None:
    """Rim, inner wall, the tea and its froth."""
    slant = 0.24
    canvas.paint(ellipse(canvas, x, rim, radius, radius * slant), glaze.lighter(0.26))
    inner = ellipse(canvas, x, rim + 1, radius * 0.955, radius * slant * 0.93)
    across = np.linspace(0, 1, inner.alpha.shape[1], dtype=np.float32)[None, :]
    canvas.blend(inner, across, [(0, glaze.lighter(-0.14)), (0.7, glaze.lighter(0.10)), (1, glaze.lighter(0.2))])
    surface = ellipse(canvas, x, rim + radius * 0.065, radius * 0.89, radius * slant * 0.74)
    height, width = surface.alpha.shape
    froth = clouds(canvas.rng, width, height, 9, 3, stretch=0.5)
    canvas.blend(
        surface,
        froth * 0.9 + 0.12 * np.linspace(1, 0, width, dtype=np.float32)[None, :],
        [(0.2, tea.lighter(-0.09)), (0.55, tea), (0.85, tea.lighter(0.13))],
    )


def steam(canvas: Canvas, x: float, rim: float, spread: float) -> None:
    """Three wisps that widen and fade as they rise."""
    rng = canvas.rng
    top = int(max(0, rim - spread * 3.1))
    rows = np.arange(top, int(rim) + 8, dtype=np.float32)[:, None]
    rise = np.clip(1 - (rows - top) / (rim - top), 0, 1)
    xs = canvas.xs[None, :] * canvas.width
    total = np.zeros((rows.shape[0], canvas.width), np.float32)
    for _ in range(3):
        start, phase = x + rng.uniform(-0.55, 0.55) * spread, rng.uniform(0, 6.28)
        centre = start + spread * (
            0.38 * np.sin(5.2 * rise + phase) * rise**0.7 + 0.12 * np.sin(12 * rise + phase * 2) * rise
        )
        width = spread * (0.05 + 0.20 * rise)
        total += np.exp(-0.5 * ((xs - centre) / width) ** 2) * np.abs(np.sin(np.pi * (rise * 0.97 + 0.03))) ** 0.8
    canvas.light(Mask(np.clip(total, 0, 1.3).astype(np.float32), 0, top), WHITE, 0.36)


def sweet(spot: Spot) -> None:
    """A round sweet on a small dark plate, with a leaf."""
    canvas, scheme, x, y, shadow = spot.canvas, spot.scheme, spot.x, spot.y, spot.shadow
    unit = spot.size * 4
    plate = 0.125 * unit
    contact(canvas, x, y + 0.01 * unit, plate, shadow, 0.6)
    cylinder(canvas, x, y, plate, 0.010 * unit, scheme.ink.at(0.34, 0.03), 0.26)
    contact(canvas, x - 0.01 * unit, y - 0.004 * unit, 0.050 * unit, shadow, 0.7)
    ball(
        canvas,
        x - 0.01 * unit,
        y - 0.043 * unit,
        0.056 * unit,
        scheme.accented(50, 0.6, 0.85, 0.075),
        gloss=0.18,
    )
    green = placed(leaf(0.40), x + 0.03 * unit, y - 0.004 * unit, 0.085 * unit, 68, 0.8)
    canvas.paint(polygon(canvas, green), Tone(0.52, 0.11, 140))
