"""Anything without a shape known here: a plain box, a bag, or bodies in brand colours on a pedestal."""

from image_service.painting.canvas import Mask
from image_service.painting.colour import Tone
from image_service.painting.direction import Direction
from image_service.painting.masks import ellipse, polygon, stroke
from image_service.painting.palette import Scheme
from image_service.painting.products.spot import Spot
from image_service.painting.shapes import curved
from image_service.painting.solids import ball, contact, cylinder

Corners = list[tuple[float, float]]


def paint(spot: Spot, plan: Direction) -> float:
    """One of three; returns the y of the middle."""
    lead, second = _tones(spot.scheme, plan)
    (_box, _bodies, _bag)[plan.form](spot, lead, second)
    return spot.y - 0.42 * spot.size


def _tones(scheme: Scheme, plan: Direction) -> tuple[Tone, Tone]:
    main = scheme.main.at(min(0.66, max(0.42, scheme.main.lightness)), min(scheme.main.chroma, 0.15))
    accent = scheme.accent.at(min(0.82, max(0.55, scheme.accent.lightness)), min(scheme.accent.chroma, 0.16))
    return (main, accent) if plan.emphasis % 2 == 0 else (accent, main)


def _box(spot: Spot, lead: Tone, second: Tone) -> None:
    """A carton seen at a corner, a band around it."""
    x, y, s = spot.x, spot.y, spot.size
    contact(spot.canvas, x + 0.03 * s, y - 0.03 * s, 0.40 * s, spot.shadow, 0.8)
    for low, high, tone in ((0.0, 0.80, lead), (0.22, 0.42, second)):
        front = [
            (x - 0.36 * s, y - (0.06 + low) * s),
            (x + 0.12 * s, y - low * s),
            (x + 0.12 * s, y - high * s),
            (x - 0.36 * s, y - (high + 0.03) * s),
        ]
        flank = [
            (x + 0.12 * s, y - low * s),
            (x + 0.36 * s, y - (0.10 + low) * s),
            (x + 0.36 * s, y - (high + 0.05) * s),
            (x + 0.12 * s, y - high * s),
        ]
        _face(spot, front, tone.lighter(0.05), tone.lighter(-0.02))
        _face(spot, flank, tone.lighter(-0.12), tone.lighter(-0.18))
    lid = [
        (x - 0.36 * s, y - 0.83 * s),
        (x + 0.12 * s, y - 0.80 * s),
        (x + 0.36 * s, y - 0.85 * s),
        (x - 0.10 * s, y - 0.875 * s),
    ]
    _face(spot, lid, lead.lighter(0.14), lead.lighter(0.10))


def _bag(spot: Spot, lead: Tone, second: Tone) -> None:
    """A paper bag with handles."""
    x, y, s = spot.x, spot.y, spot.size
    contact(spot.canvas, x, y - 0.02 * s, 0.38 * s, spot.shadow, 0.8)
    arc = curved(
        [
            (x - 0.16 * s, y - 0.72 * s),
            (x - 0.11 * s, y - 0.94 * s),
            (x + 0.03 * s, y - 0.94 * s),
            (x + 0.08 * s, y - 0.72 * s),
        ]
    )
    spot.canvas.paint(stroke(spot.canvas, arc, [0.025 * s] * len(arc)), second)
    front = [
        (x - 0.34 * s, y - 0.03 * s),
        (x + 0.20 * s, y),
        (x + 0.20 * s, y - 0.74 * s),
        (x - 0.34 * s, y - 0.74 * s),
    ]
    flank = [
        (x + 0.20 * s, y),
        (x + 0.36 * s, y - 0.07 * s),
        (x + 0.35 * s, y - 0.76 * s),
        (x + 0.20 * s, y - 0.74 * s),
    ]
    _face(spot, front, lead.lighter(0.05), lead.lighter(-0.04))
    _face(spot, flank, lead.lighter(-0.10), lead.lighter(-0.18))
    spot.canvas.paint(ellipse(spot.canvas, x - 0.07 * s, y - 0.38 * s, 0.12 * s, 0.12 * s), second)


def _face(spot: Spot, corners: Corners, top: Tone, foot: Tone) -> None:
    face: Mask = polygon(spot.canvas, corners)
    rows = spot.canvas.ys[: face.alpha.shape[0], None] / max(1e-6, float(spot.canvas.ys[face.alpha.shape[0] - 1]))
    spot.canvas.blend(face, rows, [(0, top), (1, foot)])


def _bodies(spot: Spot, lead: Tone, second: Tone) -> None:
    """A round pedestal with a ball and a column: a sculpture rather than a product."""
    canvas, x, y, s = spot.canvas, spot.x, spot.y, spot.size
    base = spot.scheme.ground(0.93, 0.03)
    contact(canvas, x, y, 0.46 * s, spot.shadow, 0.6)
    cylinder(canvas, x, y - 0.14 * s, 0.46 * s, 0.14 * s, base)
    contact(canvas, x - 0.17 * s, y - 0.17 * s, 0.17 * s, spot.shadow, 0.55)
    cylinder(canvas, x - 0.17 * s, y - 0.62 * s, 0.17 * s, 0.45 * s, second)
    contact(canvas, x + 0.18 * s, y - 0.12 * s, 0.2 * s, spot.shadow, 0.55)
    ball(canvas, x + 0.18 * s, y - 0.33 * s, 0.22 * s, lead, gloss=0.35)
