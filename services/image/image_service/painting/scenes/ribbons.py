"""Silk ribbons over a soft field of colour: for feelings, services and everything abstract."""

import numpy as np

from image_service.painting.canvas import Canvas, Mask
from image_service.painting.colour import Floats, Tone
from image_service.painting.noise import ridge, smooth_noise
from image_service.painting.palette import WHITE, Scheme
from image_service.painting.scenery import cast


def paint(canvas: Canvas, scheme: Scheme) -> tuple[float, float]:
    """The ribbons cross one diagonal half; the other half stays calm."""
    rng = canvas.rng
    slope = float(rng.choice([-1.0, 1.0])) * rng.uniform(0.18, 0.34)
    _field(canvas, scheme)
    tones = [scheme.main, scheme.accent, scheme.main.mix(scheme.accent, 0.5).lighter(0.12), scheme.accent.lighter(0.14)]
    level = rng.uniform(0.58, 0.66)
    for index, tone in enumerate(tones):
        base = level + slope * (canvas.xs - 0.5) + (index - 1.5) * 0.045
        centre = (base + 0.075 * ridge(rng, canvas.width, 0.75, 2, 0.4)) * canvas.height
        _ribbon(canvas, centre.astype(np.float32), tone, rng.uniform(0.09, 0.15), index)
    return 0.5, float(level)


def _field(canvas: Canvas, scheme: Scheme) -> None:
    mesh = smooth_noise(canvas.rng, canvas.width, canvas.height, 2, 2)
    stops = [(0, WHITE), (0.45, scheme.ground(0.955, 0.03)), (1, scheme.spark(0.89, 0.06))]
    canvas.fill(0.25 * mesh + 0.55 * canvas.ys[:, None] + 0.12, stops)


def _ribbon(canvas: Canvas, centre: Floats, tone: Tone, width: float, index: int) -> None:
    """A band that twists: its width and its light follow the same turning angle along its length."""
    rng = canvas.rng
    angle = np.pi * (rng.uniform(0.9, 1.5) * canvas.xs + rng.random()) + 0.35 * ridge(rng, canvas.width, 0.6, 2)
    half = (np.abs(np.cos(angle)) * 0.94 + 0.06) * np.float32(width * canvas.unit)
    half = half.astype(np.float32)
    top = int(np.clip((centre - half).min() - 2, 0, canvas.height - 1))
    bottom = int(np.clip((centre + half).max() + 3, top + 1, canvas.height))
    rows = np.arange(top, bottom, dtype=np.float32)[:, None] + 0.5
    across = (rows - centre[None, :]) / half[None, :]
    mask = Mask(np.clip((1 - np.abs(across)) * half[None, :] + 0.5, 0, 1), 0, top)
    cast(canvas, mask, tone.at(0.45, min(tone.chroma, 0.09)), 0.40, 0.024, (0.008, 0.030))
    light = _sheen(across, angle.astype(np.float32))
    dark = tone.at(max(0.16, tone.lightness - 0.20), tone.chroma)
    canvas.blend(
        mask,
        light,
        [(0, dark), (0.45, tone), (0.8, tone.lighter(0.14)), (1, tone.lighter(0.30).at(0.97, tone.chroma * 0.3))],
        0.97 - 0.04 * index,
    )


def _sheen(across: Floats, angle: Floats) -> Floats:
    """Brightness 0–1 over the band: folds along it, a highlight where it turns to the light."""
    turn = np.sin(angle * 2 + 0.6)[None, :]
    folds = 0.5 + 0.26 * np.sin(across * 2.4 + angle[None, :] * 1.7) + 0.05 * np.sin(across * 9 + angle[None, :] * 3)
    return np.clip(folds + 0.22 * turn, 0, 1)
