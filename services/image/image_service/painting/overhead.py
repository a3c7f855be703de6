"""The same products from straight above, among what they are made of."""

from math import cos, radians, sin

import numpy as np

from image_service.painting.canvas import Canvas
from image_service.painting.colour import Tone
from image_service.painting.direction import Direction, wall_tone
from image_service.painting.hours import fall, rain
from image_service.painting.interior import dappled
from image_service.painting.masks import ellipse, polygon, stroke
from image_service.painting.noise import clouds, smooth_noise
from image_service.painting.palette import WHITE, Scheme
from image_service.painting.products.baked import CRUMB, CRUST
from image_service.painting.products.props import BEAN, GREEN, drink_of
from image_service.painting.products.spot import Spot
from image_service.painting.scenery import cast
from image_service.painting.shapes import leaf, maple, petal, placed
from image_service.painting.solids import ball
from image_service.painting.stage import LAMPLIGHT, WOODS

AUTUMN = (Tone(0.60, 0.17, 35), Tone(0.72, 0.15, 60), Tone(0.50, 0.16, 26))
BLOSSOM = (Tone(0.90, 0.055, 355), Tone(0.84, 0.08, 355))


def from_above(canvas: Canvas, scheme: Scheme, plan: Direction) -> tuple[float, float]:
    """The product in the lower middle, materials around it; the upper part stays calm. Returns the focal point."""
    _ground(canvas, scheme, plan)
    aside, y, size = ((-0.03, 0.68, 0.46), (0.07, 0.62, 0.36), (0.0, 0.70, 0.41))[plan.form]
    x = 0.5 + aside * canvas.unit / canvas.width
    shadow = Tone(0.30, 0.04, 60)
    if plan.hour == "night":
        canvas.glow(x, y, 0.26, LAMPLIGHT, 0.4)
    spot = Spot(canvas, scheme, x * canvas.width, y * canvas.height, size * canvas.unit, shadow)
    _scatter(spot, plan)
    _DISHES.get(plan.subject, _package)(spot, plan)
    return x, y


def _ground(canvas: Canvas, scheme: Scheme, plan: Direction) -> None:
    """Planks, stone, cloth or plain colour."""
    tone = (wall_tone(scheme, plan.emphasis), WOODS[plan.emphasis])[plan.form % 2]
    rough = clouds(canvas.rng, canvas.width, canvas.height, 5, 4) - 0.5
    field = 0.5 + 0.25 * rough + 0.25 * (canvas.xs[None, :] - 0.5) + 0.2 * (canvas.ys[:, None] - 0.5)
    if plan.form % 2:
        field = field + 0.5 * (smooth_noise(canvas.rng, canvas.width, canvas.height, 46, 3) - 0.5)
    canvas.fill(field, [(0, tone.lighter(0.08)), (0.5, tone), (1, tone.lighter(-0.12))])
    if plan.hour != "night":
        dappled(canvas, tone.at(max(0.2, tone.lightness - 0.3), 0.05), 0.30, window=False)
    fall(canvas, plan.hour, 0.85)
    if plan.rain:
        rain(canvas)


def _disc(spot: Spot, share: float, tone: Tone, *, lifted: float = 0.0) -> None:
    """A level disc around the spot; a lifted one casts a shadow to the lower right."""
    radius = share * spot.size
    mask = ellipse(spot.canvas, spot.x, spot.y, radius, radius)
    if lifted:
        cast(spot.canvas, mask, spot.shadow, 0.55, 0.022 * lifted, (0.022 * lifted, 0.026 * lifted))
    across = np.linspace(0, 1, mask.alpha.shape[1], dtype=np.float32)[None, :]
    down = np.linspace(0, 1, mask.alpha.shape[0], dtype=np.float32)[:, None]
    spot.canvas.blend(mask, 0.5 * across + 0.5 * down, [(0, tone.lighter(0.05)), (1, tone.lighter(-0.07))])


def _drink(spot: Spot, plan: Direction) -> None:
    """A cup on a saucer, its handle to one side, or a glass or a bowl."""
    main = spot.scheme.main.at(min(0.66, max(0.40, spot.scheme.main.lightness)), min(spot.scheme.main.chroma, 0.11))
    clay = Tone(0.93, 0.015, 85) if plan.emphasis % 2 else main
    if plan.subject == "coffee" and plan.vessel != "glass":
        _disc(spot, 0.52, clay.lighter(-0.04), lifted=1.0)
        _disc(spot, 0.34, clay.lighter(0.02))
        handle = [
            (spot.x + 0.36 * spot.size, spot.y - 0.20 * spot.size),
            (spot.x + 0.50 * spot.size, spot.y - 0.29 * spot.size),
        ]
        spot.canvas.paint(stroke(spot.canvas, handle, [0.07 * spot.size] * 2), clay.lighter(-0.02))
    _disc(spot, 0.42, clay, lifted=1.3)
    _disc(spot, 0.385, clay.lighter(-0.15))
    drink = drink_of(plan)
    _disc(spot, 0.365, drink)
    x, y, s = spot.x, spot.y, spot.size
    if not plan.milky:
        spot.canvas.light(ellipse(spot.canvas, x - 0.14 * s, y - 0.16 * s, 0.10 * s, 0.06 * s, 0.03 * s), WHITE, 0.25)
        return
    for step in range(4):
        foam = ellipse(spot.canvas, x, y + (0.12 - 0.09 * step) * s, (0.21 - 0.045 * step) * s, 0.035 * s, 3)
        spot.canvas.paint(foam, CRUMB, 0.85)


def _baked(spot: Spot, plan: Direction) -> None:
    """A round loaf with crossing cuts, or sweets in a ring on a plate."""
    if plan.subject == "bread":
        _loaf(spot)
        return
    _disc(spot, 0.50, Tone(0.95, 0.01, 85), lifted=1.0)
    _disc(spot, 0.42, Tone(0.97, 0.006, 85))
    tones = (spot.scheme.accented(20, 0.6, 0.84, 0.08), Tone(0.78, 0.09, 125), Tone(0.92, 0.02, 85))
    if plan.subject == "fruit":
        tones = (Tone(0.76, 0.165, 68), Tone(0.82, 0.12, 60), Tone(0.80, 0.15, 95))
    for index in range(5):
        angle, reach = radians(72 * index + 20), spot.size
        px, py = spot.x + 0.25 * spot.size * cos(angle), spot.y + 0.25 * spot.size * sin(angle)
        spot.canvas.shade(
            ellipse(spot.canvas, px + 0.02 * reach, py + 0.03 * reach, 0.13 * reach, 0.13 * reach, 0.05 * reach),
            spot.shadow,
            0.4,
        )
        ball(spot.canvas, px, py, 0.125 * spot.size, tones[index % 3], gloss=0.2)


def _loaf(spot: Spot) -> None:
    _disc(spot, 0.50, Tone(0.55, 0.07, 55), lifted=0.8)
    _disc(spot, 0.40, CRUST, lifted=1.2)
    _disc(spot, 0.30, CRUST.lighter(0.06))
    for dx in (-0.17, 0.0, 0.17):
        x, long = spot.x + dx * spot.size, (0.30 - 0.5 * abs(dx)) * spot.size
        tips = [(x + 0.12 * end * spot.size, spot.y + end * long) for end in (-1.0, -0.35, 0.35, 1.0)]
        spot.canvas.paint(stroke(spot.canvas, tips, [1, 0.06 * spot.size, 0.06 * spot.size, 1], 1.0), CRUMB, 0.85)


def _cosmetics(spot: Spot, plan: Direction) -> None:
    """An open jar of cream on a tray, its lid beside it."""
    _disc(spot, 0.52, spot.scheme.ground(0.93, 0.03), lifted=0.8)
    lid = spot.moved(0.27, 0.22, 0.62)
    _disc(spot.moved(-0.07, -0.05, 1.0), 0.31, spot.scheme.spark(0.80, 0.10), lifted=1.2)
    _disc(spot.moved(-0.07, -0.05, 1.0), 0.27, Tone(0.97, 0.012, 85))
    for step in range(3):
        swirl = spot.moved(-0.07 + 0.01 * step, -0.05, 1.0)
        _disc(swirl, 0.20 - 0.06 * step, Tone(0.94 + 0.02 * (step % 2), 0.015, 85))
    _disc(
        lid,
        0.30,
        spot.scheme.main.at(0.62, min(0.1, spot.scheme.main.chroma))
        if plan.emphasis % 2
        else spot.scheme.spark(0.72, 0.12),
        lifted=1.2,
    )


def _package(spot: Spot, plan: Direction) -> None:
    """A square box with a band, and a disc on it."""
    lead, second = (spot.scheme.main, spot.scheme.accent)[:: 1 if plan.emphasis % 2 == 0 else -1]
    turn = (0, 14, -16)[plan.form]
    square = [(-0.40, -0.40), (0.40, -0.40), (0.40, 0.40), (-0.40, 0.40)]
    band = [(-0.40, -0.09), (0.40, -0.09), (0.40, 0.09), (-0.40, 0.09)]
    lid = polygon(spot.canvas, placed(square, spot.x, spot.y, spot.size, turn))
    cast(spot.canvas, lid, spot.shadow, 0.6, 0.03, (0.035, 0.04))
    spot.canvas.paint(lid, lead.at(min(0.72, max(0.42, lead.lightness)), min(lead.chroma, 0.15)))
    spot.canvas.paint(
        polygon(spot.canvas, placed(band, spot.x, spot.y, spot.size, turn)),
        second.at(min(0.84, max(0.5, second.lightness)), second.chroma),
    )
    _disc(spot, 0.13, Tone(0.96, 0.01, 85), lifted=0.3)


def _scatter(spot: Spot, plan: Direction) -> None:
    """Materials in a loose ring: beans, leaves, petals or plain discs, with the season's own over them."""
    rng = spot.canvas.rng
    shapes = {"sakura": (petal(), BLOSSOM), "autumn": (maple(), AUTUMN)}
    outline, tones = shapes.get(plan.place, (leaf(0.5), (GREEN, GREEN.lighter(0.1))))
    for index in range(26):
        angle, reach = radians(index * 360 / 26 + rng.uniform(-6, 6)), rng.uniform(0.60, 0.95) * spot.size
        x, y = spot.x + reach * cos(angle), spot.y + reach * sin(angle) * 0.78
        if y < 0.46 * spot.canvas.height or (plan.form == 1 and x > spot.x):
            continue
        if plan.subject == "coffee" and index % 3:
            ball(spot.canvas, x, y, 0.030 * spot.size, BEAN, gloss=0.3)
        elif plan.subject == "package":
            _disc(
                Spot(spot.canvas, spot.scheme, x, y, spot.size, spot.shadow),
                0.035,
                spot.scheme.spark(0.8, 0.11),
                lifted=0.4,
            )
        elif index % 2:
            blade = polygon(
                spot.canvas, placed(outline, x, y, rng.uniform(0.11, 0.18) * spot.size, rng.uniform(0, 360))
            )
            cast(spot.canvas, blade, spot.shadow, 0.4, 0.006, (0.006, 0.008))
            spot.canvas.paint(blade, tones[index // 2 % len(tones)])


_DISHES = {
    "coffee": _drink,
    "tea": _drink,
    "juice": _drink,
    "bread": _baked,
    "sweets": _baked,
    "wagashi": _baked,
    "fruit": _baked,
    "cosmetics": _cosmetics,
}
