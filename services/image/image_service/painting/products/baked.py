"""Bread and sweets."""

import numpy as np

from image_service.painting.canvas import Mask
from image_service.painting.colour import Tone
from image_service.painting.direction import Direction
from image_service.painting.masks import ellipse, polygon, stroke
from image_service.painting.noise import clouds
from image_service.painting.palette import WHITE
from image_service.painting.products.spot import Spot
from image_service.painting.shapes import curved
from image_service.painting.solids import Turned, ball, contact, cylinder, glazed, turned

CRUST = Tone(0.60, 0.115, 58)
CRUMB = Tone(0.93, 0.04, 85)
BOARD = Tone(0.55, 0.07, 55)
CREAM = Tone(0.965, 0.02, 85)


def bread(spot: Spot, plan: Direction) -> float:
    """A round loaf, a tin loaf or rolls on a wooden board; returns the y of the middle."""
    canvas, size = spot.canvas, spot.size
    contact(canvas, spot.x, spot.y + 0.03 * size, 0.56 * size, spot.shadow, 0.6)
    cylinder(canvas, spot.x, spot.y - 0.02 * size, 0.56 * size, 0.045 * size, BOARD)
    if plan.form == 0:
        _boule(spot.moved(0, 0.0, 1.0))
    elif plan.form == 1:
        _tin_loaf(spot)
    else:
        for dx, dy in ((-0.20, -0.03), (0.22, -0.02), (0.0, 0.06)):
            _boule(spot.moved(dx, dy, 0.52))
    return spot.y - 0.3 * size


def _boule(spot: Spot) -> None:
    """A domed crust with flour and three cuts."""
    canvas, x, size = spot.canvas, spot.x, spot.size
    contact(canvas, x, spot.y - 0.01 * size, 0.38 * size, BOARD.lighter(-0.3), 0.7)
    steps = np.linspace(0.02, 1, 24).tolist()
    dome = [
        (spot.y - 0.55 * size * (1 - t), 0.44 * size * (1 - (1 - t) ** 2.3) ** 0.5 * (1.0 - 0.08 * t**6)) for t in steps
    ]
    body = turned(canvas, x, dome)
    glazed(canvas, body, CRUST, 0.05)
    _bake(spot, body)
    for dx in (-0.2, 0.0, 0.2):
        path = curved(
            [
                (x + (dx - 0.10) * size, spot.y - 0.28 * size),
                (x + dx * size, spot.y - 0.37 * size),
                (x + (dx + 0.07) * size, spot.y - 0.46 * size),
            ]
        )
        wide = (np.sin(np.linspace(0.1, 3.04, len(path))) * 0.05 * size).tolist()
        canvas.paint(stroke(canvas, path, wide, 0.8), CRUMB.lighter(-0.07), 0.9)


def _bake(spot: Spot, body: Turned) -> None:
    """Darker on top, floury patches."""
    canvas, mask = spot.canvas, body.mask
    rows = np.linspace(1, 0, mask.alpha.shape[0], dtype=np.float32)[:, None]
    canvas.shade(Mask(mask.alpha * rows**1.6, mask.left, mask.top), Tone(0.55, 0.10, 50), 0.45)
    flour = np.clip(clouds(canvas.rng, mask.alpha.shape[1], mask.alpha.shape[0], 6, 4) * 3 - 1.6, 0, 1)
    canvas.paint(Mask(mask.alpha * flour, mask.left, mask.top), CRUMB, 0.30)


def _tin_loaf(spot: Spot) -> None:
    """A white loaf with its slice in front: crust outline, pale crumb."""
    canvas, size = spot.canvas, spot.size
    for dx, share in ((0.16, 0.0), (0.10, 0.0), (-0.14, 1.0)):
        x, y = spot.x + dx * size, spot.y + (0.05 * share - 0.03) * size
        contact(canvas, x, y, 0.30 * size, BOARD.lighter(-0.3), 0.45)
        for inset, tone in ((0.0, CRUST), (0.035, CRUMB)):
            canvas.paint(polygon(canvas, _slice(x, y, size, inset), 1.0), tone)
        middle = ellipse(canvas, x, y - 0.33 * size, 0.2 * size, 0.2 * size, 0.16 * size)
        canvas.light(middle, WHITE, 0.35)


def _slice(x: float, y: float, size: float, inset: float) -> list[tuple[float, float]]:
    half, lobe = (0.28 - inset) * size, (0.36 - inset) * size
    points = [
        (x - half, y - inset * size),
        (x - half, y - 0.36 * size),
        (x - lobe, y - 0.48 * size),
        (x - half, y - (0.60 - inset) * size),
    ]
    top = [(x - 0.1 * size, y - (0.66 - inset) * size), (x + 0.1 * size, y - (0.66 - inset) * size)]
    right = [(2 * x - px, py) for px, py in reversed(points)]
    return [points[0], *curved([*points[1:], *top, *right[:-1]], 10), right[-1]]


def sweets(spot: Spot, plan: Direction) -> float:
    """A layered cake, two, or three small ones on a plate; returns the y of the middle."""
    _plate(spot, Tone(0.95, 0.01, 85))
    if plan.form == 0:
        _cake(spot, 0.40, 0.46)
    else:
        places = ((-0.24, -0.03), (0.24, -0.03), (0.0, 0.07)) if plan.form == 2 else ((-0.22, 0.0), (0.23, 0.02))
        for dx, dy in places:
            _cake(spot.moved(dx, dy, 0.8), 0.24, 0.34 if plan.form == 2 else 0.44)
    return spot.y - 0.32 * spot.size


def wagashi(spot: Spot, plan: Direction) -> float:
    """Three, two or five round rice cakes on a dark plate; returns the y of the middle."""
    _plate(spot, spot.scheme.ink.at(0.34, 0.03))
    tones = (spot.scheme.accented(20, 0.6, 0.84, 0.08), Tone(0.78, 0.09, 125), Tone(0.95, 0.015, 85))
    rows = (
        ((-0.21, -0.02), (0.22, -0.01), (0.0, 0.07)),
        ((-0.19, 0.0), (0.20, 0.02)),
        ((-0.30, -0.02), (0.0, -0.05), (0.30, -0.02), (-0.16, 0.06), (0.16, 0.06)),
    )[plan.form]
    reach = (0.20, 0.23, 0.155)[plan.form] * spot.size
    for index, (dx, dy) in enumerate(rows):
        x, y = spot.x + dx * spot.size, spot.y + (dy - 0.02) * spot.size
        contact(spot.canvas, x, y, reach * 0.85, spot.shadow, 0.6)
        ball(spot.canvas, x, y - reach * 0.9, reach, tones[(index + plan.emphasis) % 3], gloss=0.16)
    return spot.y - 0.2 * spot.size


def _plate(spot: Spot, tone: Tone) -> None:
    radius = 0.52 * spot.size
    contact(spot.canvas, spot.x, spot.y + 0.03 * spot.size, radius, spot.shadow, 0.6)
    cylinder(spot.canvas, spot.x, spot.y - 0.02 * spot.size, radius, 0.03 * spot.size, tone)


def _cake(spot: Spot, wide: float, high: float) -> None:
    """Sponge, cream, sponge, cream, and a berry on top."""
    canvas, size, radius = spot.canvas, spot.size, wide * spot.size
    layers = (Tone(0.80, 0.085, 75), CREAM, Tone(0.80, 0.085, 75), CREAM)
    contact(canvas, spot.x, spot.y - 0.02 * size, radius, spot.shadow, 0.6)
    for index, tone in enumerate(layers):
        part = high * (0.3 if index % 2 == 0 else 0.2) * size
        top = spot.y - 0.02 * size - high * size * (0.3, 0.5, 0.8, 1.0)[index]
        cylinder(canvas, spot.x, top, radius, part, tone)
    top = spot.y - 0.02 * size - high * size
    for dx in (-0.45, 0.45, 0.0):
        ball(canvas, spot.x + dx * radius, top - 0.045 * size, 0.065 * size, Tone(0.56, 0.20, 25), gloss=0.6)
