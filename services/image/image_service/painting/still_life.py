"""A product on a surface before a backdrop: one composition for every view that a camera can take."""

from dataclasses import dataclass

import numpy as np

from image_service.painting.canvas import Canvas
from image_service.painting.colour import Tone
from image_service.painting.direction import Direction
from image_service.painting.hours import lanterns, rain
from image_service.painting.masks import polygon
from image_service.painting.overhead import from_above
from image_service.painting.palette import Scheme
from image_service.painting.products.props import product, prop
from image_service.painting.products.spot import Spot
from image_service.painting.stage import build, lamp


@dataclass(frozen=True, slots=True)
class Framing:
    """Shares of the picture: the surface's edge, the product's foot, height and distance from the middle."""

    edge: float
    foot: float
    size: float
    aside: float
    with_prop: bool


# Product and prop stay inside the central 9:16 column of a square, which the tallest placements crop to.
FRAMINGS = {
    "hero": Framing(0.66, 0.86, 0.39, 0.045, with_prop=True),
    "lifestyle": Framing(0.66, 0.84, 0.30, 0.085, with_prop=True),
    "wide": Framing(0.84, 0.91, 0.17, 0.10, with_prop=False),
    "macro": Framing(0.80, 1.04, 0.66, 0.03, with_prop=False),
    "graphic": Framing(0.70, 0.82, 0.38, 0.03, with_prop=False),
    "outdoor": Framing(0.74, 0.88, 0.33, 0.08, with_prop=True),
    "minimal": Framing(0.76, 0.88, 0.23, 0.10, with_prop=False),
}


def paint(canvas: Canvas, scheme: Scheme, plan: Direction) -> tuple[float, float]:
    """Compose and light the product; the air above it stays calm. Returns the focal point in 0–1."""
    if plan.view == "topdown":
        x, y = from_above(canvas, scheme, plan)
    else:
        x, y = _from_front(canvas, scheme, plan)
    if plan.rain and plan.backdrop not in ("window", "open", "bokeh"):
        rain(canvas)
    if plan.mirrored:
        canvas.planes[:] = canvas.planes[:, :, ::-1].copy()
        x = 1 - x
    return x, y


def _from_front(canvas: Canvas, scheme: Scheme, plan: Direction) -> tuple[float, float]:
    framing = FRAMINGS[plan.view]
    shadow = build(canvas, scheme, plan, framing.edge)
    if plan.view == "macro":
        lanterns(canvas, 0.5)
    x = 0.5 + framing.aside * canvas.unit / canvas.width
    lamp(canvas, x, framing.foot - framing.size * 0.5, plan.hour)
    size = framing.size * canvas.unit
    main = Spot(canvas, scheme, x * canvas.width, framing.foot * canvas.height, size, shadow)
    if framing.with_prop:
        _beside(canvas, scheme, plan, main, shadow)
    if plan.view == "graphic":
        _long_shadow(main)
    focus = product(main, plan)
    _tint(canvas, plan.hour)
    # With a prop the eye rests on the product's inner side, and a narrow crop around that point holds both.
    share = 0.35 if framing.with_prop else 1.0
    return 0.5 + (x - 0.5) * share, min(0.98, focus / canvas.height)


def _beside(canvas: Canvas, scheme: Scheme, plan: Direction, main: Spot, shadow: Tone) -> None:
    """The prop, behind the product or a little before it."""
    lower = (-0.045, 0.015, -0.02)[plan.form] * canvas.unit
    x = canvas.width / 2 - 0.175 * canvas.unit
    prop(Spot(canvas, scheme, x, main.y + lower, 0.26 * canvas.unit, shadow), plan)


def _long_shadow(spot: Spot) -> None:
    x, y, s = spot.x, spot.y, spot.size
    shade = [(x - 0.3 * s, y), (x + 0.3 * s, y), (x + 1.9 * s, y - 0.62 * s), (x + 1.5 * s, y - 0.72 * s)]
    spot.canvas.shade(polygon(spot.canvas, shade, 4), spot.shadow, 0.5)


def _tint(canvas: Canvas, hour: str) -> None:
    """A little of the hour on the product as well."""
    factor = {"night": (0.90, 0.86, 0.86), "dusk": (1.0, 0.91, 0.84)}.get(hour)
    if factor:
        canvas.planes *= np.array(factor, np.float32)[:, None, None]
