"""Round things under one soft light from the upper left: turned bodies, discs seen at a slant, balls."""

from dataclasses import dataclass

import numpy as np

from image_service.painting.canvas import Canvas, Mask
from image_service.painting.colour import Floats, Tone
from image_service.painting.masks import ellipse
from image_service.painting.noise import smoothstep
from image_service.painting.palette import WHITE

SLANT = 0.24  # Height of a level circle over its width, as this studio's camera sees it.
LIGHT = (-0.55, -0.62, 0.56)


@dataclass(frozen=True, slots=True)
class Turned:
    """A body of revolution: its mask, and where each pixel lies across it, from 0 (left) to 1."""

    mask: Mask
    across: Floats


def turned(
    canvas: Canvas, x: float, profile: list[tuple[float, float]], slant: float = SLANT, mouth: float = 0.0
) -> Turned:
    """A lathe: `profile` gives (y, radius) in pixels from the top down; the foot is rounded as seen at a slant.

    With a `mouth` (a slant too) only what is in front of the opening is covered, so that a bowl can hold things.
    """
    at, radii = zip(*profile, strict=True)
    foot = radii[-1] * slant
    widest = max(radii)
    left, right = max(0, int(x - widest - 3)), min(canvas.width, int(x + widest + 4))
    top, bottom = max(0, int(at[0])), min(canvas.height, int(at[-1] + foot) + 3)
    rows = np.arange(top, bottom, dtype=np.float32) + 0.5
    radius = np.interp(rows, at, radii).astype(np.float32)[:, None]
    offset = np.arange(left, right, dtype=np.float32)[None, :] + 0.5 - np.float32(x)
    sides = np.clip(radius - np.abs(offset) + 0.5, 0, 1)
    curve = at[-1] + foot * np.sqrt(np.clip(1 - (offset / radii[-1]) ** 2, 0, 1))
    lip = at[0] + radii[0] * mouth * np.sqrt(np.clip(1 - (offset / radii[0]) ** 2, 0, 1))
    alpha = sides * np.clip(curve - rows[:, None] + 0.5, 0, 1) * np.clip(rows[:, None] - lip + 0.5, 0, 1)
    return Turned(Mask(alpha.astype(np.float32), left, top), np.clip(offset / radius * 0.5 + 0.5, 0, 1))


def glazed(canvas: Canvas, body: Turned, tone: Tone, gloss: float = 0.25) -> None:
    """Shade a body like satin ceramic; `gloss` 0–1 adds a lit stripe."""
    dark = tone.at(max(0.08, tone.lightness - 0.24), tone.chroma * 1.05)
    stops = [
        (0.0, tone.lighter(-0.10)),
        (0.26, tone.lighter(0.06)),
        (0.52, tone),
        (0.88, dark),
        (1.0, dark.lighter(0.07)),
    ]
    canvas.blend(body.mask, body.across, stops)
    stripe = np.exp(-0.5 * ((body.across - 0.24) / 0.035) ** 2) * body.mask.alpha
    canvas.light(Mask(stripe, body.mask.left, body.mask.top), WHITE, gloss)


def cylinder(
    canvas: Canvas, x: float, top: float, radius: float, height: float, tone: Tone, slant: float = SLANT
) -> None:
    """A standing cylinder with its level top showing; all in pixels."""
    glazed(canvas, turned(canvas, x, [(top, radius), (top + height, radius)], slant), tone, 0.08)
    lid = ellipse(canvas, x, top, radius, radius * slant)
    across = np.linspace(0, 1, lid.alpha.shape[1], dtype=np.float32)[None, :]
    canvas.blend(lid, across, [(0, tone.lighter(0.11)), (1, tone.lighter(0.015))])


def contact(canvas: Canvas, x: float, y: float, radius: float, tone: Tone, strength: float = 0.6) -> None:
    """The shadow of a thing standing at (x, y): tight where it touches, long and soft away from the light."""
    long = ellipse(canvas, x + radius * 0.75, y + radius * 0.10, radius * 1.75, radius * 0.36, radius * 0.75)
    tight = ellipse(canvas, x + radius * 0.06, y + radius * 0.03, radius * 1.08, radius * 0.27, radius * 0.22)
    canvas.shade(long, tone, strength * 0.55)
    canvas.shade(tight, tone, strength)


def ball(
    canvas: Canvas, x: float, y: float, radius: float, tone: Tone, blush: Tone | None = None, gloss: float = 0.5
) -> None:
    """A ball with shading, bounced light, a highlight and, for fruit, a second colour on its lit cheek."""
    mask = ellipse(canvas, x, y, radius, radius)
    height, width = mask.alpha.shape
    nx = ((np.arange(width, dtype=np.float32) + mask.left + 0.5 - np.float32(x)) / np.float32(radius))[None, :]
    ny = ((np.arange(height, dtype=np.float32) + mask.top + 0.5 - np.float32(y)) / np.float32(radius))[:, None]
    nz = np.sqrt(np.clip(1 - nx**2 - ny**2, 0, 1))
    lit = np.clip(nx * LIGHT[0] + ny * LIGHT[1] + nz * LIGHT[2], -1, 1)
    bounce = np.clip(ny * 0.7 + nx * 0.5, 0, 1) ** 2 * (1 - nz)
    field = 0.12 + 0.86 * np.clip((lit + 0.35) / 1.35, 0, 1) ** 0.9 + 0.20 * bounce
    shadow = tone.at(max(0.10, tone.lightness - 0.34), tone.chroma * 0.95)
    canvas.blend(mask, field, [(0, shadow), (0.55, tone), (1, tone.lighter(0.12))])
    if blush:
        cheek = smoothstep(0.1, 0.95, np.clip(lit * 0.6 - nx * 0.45 + 0.1, 0, 1)) * mask.alpha
        canvas.paint(Mask(cheek, mask.left, mask.top), blush, 0.62)
    spot = np.clip(lit, 0, 1) ** 38 * mask.alpha
    canvas.light(Mask(spot, mask.left, mask.top), WHITE, gloss)
