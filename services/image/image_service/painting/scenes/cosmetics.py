"""Cosmetics: a bottle on a pedestal before an arch, leaf shadows on the wall."""

import numpy as np

from image_service.painting.canvas import Canvas, Mask
from image_service.painting.colour import Tone
from image_service.painting.interior import dappled, table, wall
from image_service.painting.masks import clipped, ellipse, softened
from image_service.painting.palette import WHITE, Scheme
from image_service.painting.solids import Turned, ball, contact, cylinder, glazed, turned


def paint(canvas: Canvas, scheme: Scheme) -> tuple[float, float]:
    """One side of the wall stays calm; the bottle is the thing to look at."""
    rng, unit = canvas.rng, canvas.unit
    side = 1 if rng.random() < 0.5 else -1
    tone = scheme.ground(0.89, 0.05)
    wall(canvas, tone, 0.15)
    x = (0.5 + side * rng.uniform(0.10, 0.16)) * canvas.width
    floor = 0.80 * canvas.height
    _arch(canvas, scheme, x, 0.30 * unit, 0.14 * canvas.height)
    table(canvas, 0.74, tone.lighter(-0.03))
    dappled(canvas, tone.at(0.52, min(0.07, tone.chroma + 0.03)), 0.42, window=False)
    shadow = tone.at(0.42, 0.06)
    _pedestals(canvas, scheme, x, floor, shadow)
    stand = floor - 0.075 * unit
    tall = rng.uniform(0.36, 0.42) * unit
    _bottle(canvas, scheme, x - side * 0.015 * unit, stand, tall, shadow)
    _jar(canvas, scheme, x + side * 0.235 * unit, floor + 0.03 * unit, shadow)
    ball(canvas, x - side * 0.30 * unit, floor + 0.055 * unit, 0.034 * unit, scheme.spark(0.80, 0.11), gloss=0.3)
    return x / canvas.width, (stand - tall * 0.5) / canvas.height


def _arch(canvas: Canvas, scheme: Scheme, x: float, half: float, top: float) -> None:
    """A niche with a round head, deeper in colour, shaded by its own edge."""
    rows = np.arange(canvas.height, dtype=np.float32)[:, None] + 0.5
    offset = np.abs(canvas.xs * canvas.width - np.float32(x))[None, :]
    head = top + half - np.sqrt(np.clip(half**2 - offset**2, 0, None))
    alpha = np.clip(half - offset + 0.5, 0, 1) * np.clip(rows - head + 0.5, 0, 1)
    niche = clipped(canvas, alpha.astype(np.float32), 0, 0)
    deep = scheme.main.mix(scheme.accent, 0.25)
    deep = deep.at(0.76, min(0.085, deep.chroma))
    canvas.blend(
        niche, 0.8 * canvas.ys[:, None] + 0.3 * canvas.xs[None, :], [(0, deep.lighter(-0.04)), (1, deep.lighter(0.07))]
    )
    lit = softened(niche, canvas, 0.02 * canvas.unit, (0.03 * canvas.unit, 0.035 * canvas.unit))
    inner = np.zeros((canvas.height, canvas.width), np.float32)
    inner[lit.top : lit.top + lit.alpha.shape[0], lit.left : lit.left + lit.alpha.shape[1]] = lit.alpha
    canvas.shade(Mask(niche.alpha * (1 - inner), 0, 0), deep.at(0.45, 0.07), 0.55)


def _pedestals(canvas: Canvas, scheme: Scheme, x: float, floor: float, shadow: Tone) -> None:
    unit = canvas.unit
    base = scheme.ground(0.93, 0.03)
    contact(canvas, x, floor + 0.085 * unit, 0.25 * unit, shadow, 0.6)
    cylinder(canvas, x, floor, 0.25 * unit, 0.085 * unit, base)
    contact(canvas, x, floor - 0.005 * unit, 0.17 * unit, shadow, 0.45)
    cylinder(canvas, x, floor - 0.075 * unit, 0.17 * unit, 0.070 * unit, scheme.spark(0.86, 0.08).mix(base, 0.45))


def _bottle(canvas: Canvas, scheme: Scheme, x: float, foot: float, tall: float, shadow: Tone) -> None:
    """A glass serum bottle with a metal collar and a smooth cap."""
    radius = tall * 0.215
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


def _jar(canvas: Canvas, scheme: Scheme, x: float, foot: float, shadow: Tone) -> None:
    """A low cream jar with a lid."""
    unit = canvas.unit
    radius, tall = 0.078 * unit, 0.085 * unit
    contact(canvas, x, foot, radius, shadow, 0.7)
    cylinder(canvas, x, foot - tall, radius, tall, scheme.ground(0.94, 0.025))
    cylinder(canvas, x, foot - tall * 1.42, radius * 1.04, tall * 0.46, scheme.spark(0.74, 0.12))
