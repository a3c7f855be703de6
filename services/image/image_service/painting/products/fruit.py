"""Fruit: a heap in a bowl, a few on the table, grapes and halves."""

from math import cos, pi, sin

import numpy as np

from image_service.painting.canvas import Canvas
from image_service.painting.colour import Tone
from image_service.painting.direction import Direction
from image_service.painting.masks import ellipse, polygon
from image_service.painting.products.spot import Spot
from image_service.painting.shapes import leaf, placed
from image_service.painting.solids import ball, contact, glazed, turned

PEACH, ORANGE, GRAPE, GREEN = 45.0, 68.0, 320.0, 140.0


def paint(spot: Spot, plan: Direction) -> float:
    """One of three arrangements; returns the y of its middle."""
    if plan.form == 0:
        _bowl_of_fruit(spot)
    elif plan.form == 1:
        _loose(spot)
    else:
        _grapes(spot.moved(-0.2, -0.02, 1.2))
        halved(spot.canvas, spot.x + 0.28 * spot.size, spot.y - 0.06 * spot.size, 0.22 * spot.size, spot.shadow)
    return spot.y - 0.4 * spot.size


def _loose(spot: Spot) -> None:
    """Three whole fruits and a half on the table itself."""
    canvas, size = spot.canvas, spot.size
    for dx, dy, share in ((-0.20, -0.05, 0.25), (0.24, -0.03, 0.23), (0.02, 0.08, 0.24)):
        x, y, reach = spot.x + dx * size, spot.y + dy * size, share * size
        contact(canvas, x, y, reach * 0.8, spot.shadow, 0.7)
        _one(canvas, x, y - reach * 0.92, reach, canvas.rng.random())


def _bowl_of_fruit(spot: Spot) -> None:
    canvas, scheme, x, y, shadow = spot.canvas, spot.scheme, spot.x, spot.y, spot.shadow
    rng, unit = canvas.rng, spot.size * 2.3
    radius = 0.225 * unit
    rim = y - 0.17 * unit
    contact(canvas, x, y, radius * 0.66, shadow, 0.8)
    canvas.paint(ellipse(canvas, x, rim, radius, radius * 0.22), scheme.main.at(0.40, min(scheme.main.chroma, 0.08)))
    for dx, dy, size in (
        (-0.13, -0.055, 0.085),
        (0.13, -0.05, 0.088),
        (0.0, -0.075, 0.095),
        (-0.075, -0.155, 0.080),
        (0.075, -0.15, 0.084),
    ):
        _one(canvas, x + (dx + rng.normal(0, 0.006)) * unit, rim + dy * unit, size * unit, rng.random())
    glaze = scheme.main.at(min(0.66, max(0.42, scheme.main.lightness)), min(scheme.main.chroma, 0.12))
    steps = np.linspace(0, 1, 20).tolist()
    body = [(rim + t * (y - rim), radius * (1 - 0.45 * t**2.4)) for t in steps]
    glazed(canvas, turned(canvas, x, body, mouth=0.22), glaze, 0.3)


def _one(canvas: Canvas, x: float, y: float, size: float, choice: float) -> None:
    """A peach or an orange, with its dimple and sometimes a leaf."""
    canvas.shade(
        ellipse(canvas, x + size * 0.1, y + size * 0.15, size * 1.05, size * 1.05, size * 0.3),
        Tone(0.45, 0.06, 40),
        0.5,
    )
    if choice < 0.55:
        ball(canvas, x, y, size, Tone(0.82, 0.12, PEACH + 18), Tone(0.64, 0.17, 24), gloss=0.16)
    else:
        ball(canvas, x, y, size, Tone(0.76, 0.165, ORANGE), gloss=0.4)
    canvas.shade(
        ellipse(canvas, x + size * 0.18, y - size * 0.72, size * 0.15, size * 0.07, size * 0.14),
        Tone(0.4, 0.08, 60),
        0.6,
    )
    for turn in (55, 110) if choice > 0.4 else (70,):
        _leaf(canvas, x + size * 0.18, y - size * 0.74, size * 0.9, turn)


def _leaf(canvas: Canvas, x: float, y: float, size: float, turn: float) -> None:
    canvas.paint(polygon(canvas, placed(leaf(0.42), x, y, size, turn)), Tone(0.54, 0.12, GREEN))
    canvas.paint(polygon(canvas, placed(leaf(0.42), x, y, size, turn, 0.45)), Tone(0.62, 0.13, GREEN - 8), 0.5)


def _grapes(spot: Spot) -> None:
    canvas, scheme, x, y, shadow = spot.canvas, spot.scheme, spot.x, spot.y, spot.shadow
    rng, unit = canvas.rng, spot.size * 3
    contact(canvas, x, y + 0.012 * unit, 0.11 * unit, shadow, 0.7)
    tone = scheme.accent.lean(GRAPE, 0.9).at(0.44, 0.12)
    for row, count in enumerate((5, 5, 4, 3, 2)):
        for i in range(count):
            gx = x + (i - (count - 1) / 2) * 0.046 * unit + rng.normal(0, 0.004) * unit
            gy = y - row * 0.030 * unit + rng.normal(0, 0.003) * unit
            ball(canvas, gx, gy - 0.012 * unit, 0.028 * unit, tone.lighter(rng.uniform(-0.03, 0.05)), gloss=0.55)
    _leaf(canvas, x, y - 0.15 * unit, 0.10 * unit, -60)


def halved(canvas: Canvas, x: float, y: float, size: float, shadow: Tone) -> None:
    """Half an orange, its cut face towards us."""
    contact(canvas, x, y + size * 0.62, size * 0.8, shadow, 0.75)
    for share, tone in (
        (1.0, Tone(0.74, 0.165, ORANGE - 4)),
        (0.93, Tone(0.955, 0.045, 85)),
        (0.84, Tone(0.83, 0.13, ORANGE + 6)),
    ):
        canvas.paint(ellipse(canvas, x, y, size * share, size * share * 0.97), tone)
    for i in range(10):
        angle = 2 * pi * i / 10 + 0.2
        tips = [
            (x + cos(a) * size * r, y + sin(a) * size * r * 0.97)
            for a, r in (
                (angle, 0.10),
                (angle + 0.06, 0.74),
                (angle + 0.30, 0.80),
                (angle + 0.54, 0.74),
                (angle + 0.60, 0.12),
            )
        ]
        canvas.paint(polygon(canvas, tips, 1.6), Tone(0.745, 0.17, ORANGE - 6))
        canvas.light(polygon(canvas, [tips[0], tips[1], tips[2]], size * 0.03), Tone(0.95, 0.06, 85), 0.20)
    canvas.paint(ellipse(canvas, x, y, size * 0.09, size * 0.09, 3), Tone(0.95, 0.05, 88))
