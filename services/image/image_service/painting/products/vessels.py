"""Mugs, cups and glasses, filled."""

import numpy as np

from image_service.painting.canvas import Mask, Stops
from image_service.painting.colour import Tone
from image_service.painting.direction import Direction
from image_service.painting.masks import ellipse, polygon, stroke
from image_service.painting.noise import clouds
from image_service.painting.palette import WHITE
from image_service.painting.products.bowls import steam
from image_service.painting.products.spot import Spot
from image_service.painting.shapes import curved, placed
from image_service.painting.solids import contact, cylinder, glazed, turned

SLANT = 0.24
MILK = Tone(0.94, 0.025, 80)


def mug(spot: Spot, plan: Direction, drink: Tone) -> float:
    """A straight mug, a tapered one, or a cup on its saucer; returns the y of its rim."""
    canvas, x, size = spot.canvas, spot.x, spot.size
    radius, tall, foot = ((0.34, 0.78, 1.0), (0.39, 0.62, 0.72), (0.36, 0.50, 0.55))[plan.form]
    radius, tall = radius * size, tall * size
    scheme = spot.scheme
    tone = (Tone(0.93, 0.015, 85), scheme.main, scheme.accent)[(plan.emphasis + plan.form) % 3]
    glaze = tone.at(min(0.93, max(0.36, tone.lightness)), min(tone.chroma, 0.12))
    base = spot.y
    if plan.form == 2:
        contact(canvas, x, spot.y + 0.02 * size, radius * 1.5, spot.shadow, 0.6)
        cylinder(canvas, x, spot.y - 0.015 * size, radius * 1.5, 0.02 * size, glaze.lighter(-0.02))
        base -= 0.03 * size
    rim = base - tall
    _clay(spot, (radius, tall, foot), base, glaze)
    surface(spot, (x, rim + radius * 0.05, radius * 0.90, radius * SLANT * 0.80), drink)
    if not plan.cold:
        steam(canvas, x, rim, radius * 0.9)
    return rim


def _clay(spot: Spot, form: tuple[float, float, float], base: float, glaze: Tone) -> None:
    """The empty vessel: its radius and height in pixels, and its foot's radius over the rim's."""
    canvas, x = spot.canvas, spot.x
    radius, tall, foot = form
    rim = base - tall
    contact(canvas, x, base, radius * foot, spot.shadow, 0.75)
    _handle(spot, (x + radius * 0.90, rim + tall * 0.5), tall * 0.29, glaze)
    steps = np.linspace(0, 1, 20).tolist()
    profile = [(rim + t * tall, radius * (1 - (1 - foot) * t**2.2)) for t in steps]
    glazed(canvas, turned(canvas, x, profile), glaze, 0.28)
    canvas.paint(ellipse(canvas, x, rim, radius, radius * SLANT), glaze.lighter(0.06))
    canvas.paint(ellipse(canvas, x, rim + 1, radius * 0.94, radius * SLANT * 0.92), glaze.lighter(-0.16))


def _handle(spot: Spot, middle: tuple[float, float], reach: float, glaze: Tone) -> None:
    """A ring of clay at the right, darker away from the light."""
    angles = np.linspace(-np.pi * 0.55, np.pi * 0.55, 9)
    path = curved([(middle[0] + 0.95 * reach * float(np.cos(a)), middle[1] + reach * float(np.sin(a))) for a in angles])
    wide = [0.08 * spot.size] * len(path)
    spot.canvas.paint(stroke(spot.canvas, path, wide), glaze.lighter(-0.12))
    spot.canvas.paint(stroke(spot.canvas, path, [w * 0.35 for w in wide], 2.0), glaze.lighter(0.04), 0.7)


def surface(spot: Spot, box: tuple[float, float, float, float], drink: Tone) -> None:
    """What is in the vessel, seen at a slant: dark coffee with a paler rim, or a milky drink with its foam."""
    canvas = spot.canvas
    level = ellipse(canvas, *box)
    froth = clouds(canvas.rng, level.alpha.shape[1], level.alpha.shape[0], 7, 3, stretch=0.5)
    canvas.blend(level, froth, [(0.2, drink.lighter(-0.05)), (0.6, drink), (0.9, drink.lighter(0.08))])
    x, y, rx, ry = box
    if drink.lightness > 0.5:
        canvas.paint(ellipse(canvas, x, y, rx * 0.55, ry * 0.5, ry * 0.35), MILK, 0.85)
    else:
        canvas.light(ellipse(canvas, x - rx * 0.35, y - ry * 0.2, rx * 0.4, ry * 0.3, ry * 0.4), WHITE, 0.22)


def glass(spot: Spot, plan: Direction, drink: Tone, milky: bool) -> float:
    """A clear glass: tall, tapered or low, with layers where milk is in it and ice; returns the y of its rim."""
    canvas, x, size = spot.canvas, spot.x, spot.size
    wide, high, foot = ((0.29, 1.0, 0.88), (0.33, 0.86, 0.70), (0.37, 0.68, 0.92))[plan.form]
    radius, tall = wide * size, high * size
    rim, level = spot.y - tall, spot.y - tall * 0.84
    contact(canvas, x, spot.y, radius * foot, spot.shadow, 0.6)
    outer = turned(canvas, x, [(rim, radius), (spot.y, radius * foot)])
    canvas.paint(outer.mask, Tone(0.92, 0.01, 220), 0.16)
    inner = turned(canvas, x, [(level, radius * 0.93), (spot.y - 0.04 * size, radius * foot * 0.90)], mouth=0.0)
    rows = np.linspace(0, 1, inner.mask.alpha.shape[0], dtype=np.float32)[:, None]
    swirl = clouds(canvas.rng, inner.mask.alpha.shape[1], inner.mask.alpha.shape[0], 4, 3) - 0.5
    pale = MILK.mix(drink, 0.22)
    layers: Stops = (
        [(0, drink), (0.36, drink), (0.56, pale), (1, MILK)] if milky else [(0, drink.lighter(0.05)), (1, drink)]
    )
    canvas.blend(inner.mask, rows + 0.35 * swirl * milky, layers, 0.96)
    top = (x, level, radius * 0.93, radius * 0.93 * SLANT)
    canvas.blend(
        ellipse(canvas, *top), np.float32(0.5) * np.ones((1, 1), np.float32), [(0, drink), (1, drink.lighter(0.10))]
    )
    _ice(spot, level, radius)
    _clear(spot, outer.mask, outer.across, rim, radius)
    return rim


def _ice(spot: Spot, level: float, radius: float) -> None:
    rng, cube = spot.canvas.rng, [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]
    for dx in (-0.42, 0.02, 0.44):
        size = radius * rng.uniform(0.46, 0.56)
        place = (spot.x + dx * radius, level + rng.uniform(-0.02, 0.22) * radius)
        block = polygon(spot.canvas, placed(cube, *place, size, rng.uniform(-35, 35)), size * 0.05)
        spot.canvas.light(block, Tone(0.93, 0.015, 220), 0.42)


def _clear(spot: Spot, body: Mask, across: np.ndarray, rim: float, radius: float) -> None:
    """The glass itself: bright edges, two reflections and the line of its mouth."""
    canvas = spot.canvas
    edges = np.exp(-0.5 * (np.minimum(across, 1 - across) / 0.018) ** 2)
    strip = np.exp(-0.5 * ((across - 0.17) / 0.028) ** 2) + 0.5 * np.exp(-0.5 * ((across - 0.86) / 0.014) ** 2)
    canvas.light(Mask((body.alpha * (0.5 * edges + 0.55 * strip)).astype(np.float32), body.left, body.top), WHITE, 0.8)
    mouth = ellipse(canvas, spot.x, rim, radius, radius * SLANT)
    hollow = ellipse(canvas, spot.x, rim, radius * 0.95, radius * SLANT * 0.90).alpha
    line = mouth.alpha.copy()
    dy, dx = (line.shape[0] - hollow.shape[0]) // 2, (line.shape[1] - hollow.shape[1]) // 2
    line[dy : dy + hollow.shape[0], dx : dx + hollow.shape[1]] *= 1 - hollow
    canvas.light(Mask(line, mouth.left, mouth.top), WHITE, 0.75)
