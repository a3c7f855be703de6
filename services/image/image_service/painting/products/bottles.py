"""Cosmetics: a serum bottle, a slim lotion bottle, and a jar of cream."""

import numpy as np

from image_service.painting.canvas import Canvas, Mask
from image_service.painting.colour import Tone
from image_service.painting.direction import Direction
from image_service.painting.masks import ellipse
from image_service.painting.palette import WHITE, Scheme
from image_service.painting.products.spot import Spot
from image_service.painting.solids import Turned, contact, cylinder, glazed, turned


def paint(spot: Spot, plan: Direction) -> float:
    """One of three arrangements; returns the y of its middle."""
    if plan.form == 0:
        _bottle(spot, 0.215)
        jar(spot.moved(0.34, 0.05, 0.30))
    elif plan.form == 1:
        _bottle(spot.moved(-0.12, 0, 1.05), 0.13)
        _bottle(spot.moved(0.22, 0.05, 0.72), 0.19)
    else:
        jar(spot.moved(0.0, 0.02, 0.72))
        _bottle(spot.moved(-0.36, 0.06, 0.58), 0.2)
    return spot.y - 0.4 * spot.size


def _bottle(spot: Spot, slim: float) -> None:
    """A glass bottle with a metal collar and a smooth cap; `slim` is its radius over its height."""
    canvas, scheme, x, foot, tall, shadow = spot.canvas, spot.scheme, spot.x, spot.y, spot.size, spot.shadow
    radius = tall * slim
    contact(canvas, x, foot, radius, shadow, 0.75)
    shoulder = foot - tall * 0.64
    steps = np.linspace(0, 1, 12).tolist()
    curve = [(shoulder - tall * 0.075 * (1 - t), radius * (0.40 + 0.60 * t**0.42)) for t in steps]
    body = turned(canvas, x, [*curve, (foot, radius)], 0.2)
    _glass(
        canvas, body, scheme.accent.at(min(0.68, max(0.5, scheme.accent.lightness)), min(scheme.accent.chroma, 0.15))
    )
    _cap(canvas, scheme, x, shoulder - tall * 0.07, tall, radius)


def _glass(canvas: Canvas, body: Turned, glass: Tone) -> None:
    """Tinted glass: dark at both sides where it is thickest, deeper towards the foot."""
    edges = ((0, -0.18), (0.10, 0.02), (0.5, 0.14), (0.9, -0.04), (1, -0.20))
    canvas.blend(body.mask, body.across, [(place, glass.lighter(by)) for place, by in edges])
    rows = np.linspace(0, 1, body.mask.alpha.shape[0], dtype=np.float32)[:, None]
    canvas.shade(Mask(body.mask.alpha * rows**2.2, body.mask.left, body.mask.top), glass.lighter(-0.06), 0.55)
    _reflections(canvas, body, rows)


def _cap(canvas: Canvas, scheme: Scheme, x: float, neck: float, tall: float, radius: float) -> None:
    """A metal collar and a smooth cap above the neck."""
    metal = scheme.main.mix(Tone(0.80, 0.06, 80), 0.7).at(0.80, 0.055)
    collar = [(neck - tall * 0.05, radius * 0.46), (neck + tall * 0.01, radius * 0.46)]
    glazed(canvas, turned(canvas, x, collar, 0.2), metal, 0.7)
    cap = [(neck - tall * up, radius * wide) for up, wide in ((0.29, 0.36), (0.275, 0.42), (0.05, 0.42))]
    glazed(canvas, turned(canvas, x, cap, 0.2), scheme.ground(0.95, 0.02), 0.35)
    canvas.paint(ellipse(canvas, x, neck - tall * 0.288, radius * 0.37, radius * 0.075), scheme.ground(0.985, 0.01))


def _reflections(canvas: Canvas, body: Turned, rows: np.ndarray) -> None:
    """Two softbox strips on the glass, fading at shoulder and foot."""
    fade = np.clip(np.minimum(rows - 0.14, 0.93 - rows) * 14, 0, 1)
    for centre, width, strength in ((0.17, 0.030, 0.75), (0.83, 0.018, 0.35)):
        strip = np.clip((width - np.abs(body.across - centre)) / 0.012, 0, 1) * fade * body.mask.alpha
        canvas.light(Mask(strip.astype(np.float32), body.mask.left, body.mask.top), WHITE, strength)


def jar(spot: Spot) -> None:
    """A low cream jar with a lid, as wide as the spot's size is high."""
    canvas, scheme = spot.canvas, spot.scheme
    radius, tall = 0.46 * spot.size, 0.5 * spot.size
    contact(canvas, spot.x, spot.y, radius, spot.shadow, 0.7)
    cylinder(canvas, spot.x, spot.y - tall, radius, tall, scheme.ground(0.94, 0.025))
    cylinder(canvas, spot.x, spot.y - tall * 1.42, radius * 1.04, tall * 0.46, scheme.spark(0.74, 0.12))
