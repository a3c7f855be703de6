"""Small things beside a product, and the choice of the product itself."""

from dataclasses import replace

from image_service.painting.colour import Tone
from image_service.painting.direction import Direction
from image_service.painting.masks import ellipse, polygon, stroke
from image_service.painting.products import baked, bottles, bowls, fruit, packages, vessels
from image_service.painting.products.spot import Spot
from image_service.painting.shapes import leaf, placed
from image_service.painting.solids import ball, contact, cylinder, glazed, turned

GREEN = Tone(0.52, 0.10, 140)
BEAN = Tone(0.34, 0.06, 50)
JUICE = Tone(0.78, 0.15, 75)
_PAINTERS = {
    "cosmetics": bottles.paint,
    "bread": baked.bread,
    "sweets": baked.sweets,
    "wagashi": baked.wagashi,
    "fruit": fruit.paint,
}
DRINKS: dict[tuple[str, bool], Tone] = {
    ("coffee", False): Tone(0.28, 0.05, 50),
    ("coffee", True): Tone(0.66, 0.08, 65),
    ("green", False): Tone(0.66, 0.145, 122),
    ("green", True): Tone(0.75, 0.115, 118),
    ("roasted", False): Tone(0.50, 0.11, 52),
    ("roasted", True): Tone(0.72, 0.075, 65),
}


def drink_of(plan: Direction) -> Tone:
    """The colour of what is in the vessel."""
    if plan.subject == "juice":
        return JUICE
    leaf = "coffee" if plan.subject == "coffee" else "roasted" if plan.roasted else "green"
    return DRINKS[leaf, plan.milky]


def product(spot: Spot, plan: Direction) -> float:
    """Paint what the picture is about; returns the y to look at."""
    if plan.subject in ("coffee", "tea", "juice"):
        return _drink(spot, plan)
    return _PAINTERS.get(plan.subject, packages.paint)(spot, plan)


def _drink(spot: Spot, plan: Direction) -> float:
    vessel, drink = plan.vessel or _vessel(plan), drink_of(plan)
    if vessel == "glass":
        pure = replace(plan, milky=False)
        return vessels.glass(spot, plan, drink_of(pure), plan.milky) + 0.4 * spot.size
    if vessel == "mug":
        return vessels.mug(spot, plan, drink) + 0.2 * spot.size
    return bowls.paint(spot, plan, drink) + 0.15 * spot.size


def _vessel(plan: Direction) -> str:
    if plan.subject == "juice" or plan.cold:
        return "glass"
    return "mug" if plan.subject == "coffee" else "bowl"


def prop(spot: Spot, plan: Direction) -> None:
    """Paint the small thing that the direction asks for."""
    if plan.prop == "sweet":
        bowls.sweet(spot.moved(0, 0, 0.62))
    elif plan.prop == "jar":
        bottles.jar(spot.moved(0, 0, 0.5))
    elif plan.prop == "fruit":
        fruit.halved(spot.canvas, spot.x, spot.y - 0.1 * spot.size, 0.22 * spot.size, spot.shadow)
    else:
        {"beans": _beans, "vase": _vase, "leaves": _leaves, "stones": _stones}[plan.prop](spot)


def _beans(spot: Spot) -> None:
    """A handful of roasted beans."""
    canvas, size, rng = spot.canvas, spot.size, spot.canvas.rng
    for _ in range(13):
        x, y = spot.x + rng.normal(0, 0.15) * size, spot.y + rng.normal(0, 0.06) * size
        contact(canvas, x, y + 0.02 * size, 0.045 * size, spot.shadow, 0.5)
        ball(canvas, x, y, 0.042 * size, BEAN.lighter(rng.uniform(-0.04, 0.05)), gloss=0.3)
        path = [(x - 0.03 * size, y + 0.01 * size), (x + 0.03 * size, y - 0.012 * size)]
        canvas.paint(stroke(canvas, path, [0.008 * size] * 2), BEAN.lighter(-0.16), 0.8)


def _vase(spot: Spot) -> None:
    """A small round vase with a sprig."""
    canvas, x, size, rng = spot.canvas, spot.x, spot.size, spot.canvas.rng
    neck = spot.y - 0.42 * size
    for turn in (-24, 4, 28):
        tip = placed([(0.0, -0.62)], x, neck, size, turn)[0]
        canvas.paint(stroke(canvas, [(x, neck), tip], [0.012 * size] * 2), GREEN.lighter(-0.14))
        for share in (0.4, 0.6, 0.8, 1.0):
            px, py = x + (tip[0] - x) * share, neck + (tip[1] - neck) * share
            for side in (-50, 50):
                blade = placed(leaf(0.5), px, py, 0.15 * size, turn + side + rng.uniform(-8, 8))
                canvas.paint(polygon(canvas, blade), GREEN.lighter(rng.uniform(-0.05, 0.1)))
    contact(canvas, x, spot.y, 0.13 * size, spot.shadow, 0.6)
    profile = [
        (neck, 0.06),
        (neck + 0.08 * size, 0.055),
        (neck + 0.2 * size, 0.15),
        (neck + 0.3 * size, 0.165),
        (spot.y, 0.10),
    ]
    glazed(canvas, turned(canvas, x, [(y, r * size) for y, r in profile]), spot.scheme.ground(0.9, 0.03), 0.2)


def _leaves(spot: Spot) -> None:
    """Three fresh leaves lying on the surface."""
    for dx, turn, size in ((-0.12, -70, 0.30), (0.06, 60, 0.34), (0.0, 110, 0.24)):
        blade = placed(leaf(0.45), 0, 0, size * spot.size, turn)
        flat = [(spot.x + dx * spot.size + px, spot.y + py * 0.5) for px, py in blade]
        shade = [(px + 0.015 * spot.size, py + 0.02 * spot.size) for px, py in flat]
        spot.canvas.shade(polygon(spot.canvas, shade, 3), spot.shadow, 0.5)
        spot.canvas.paint(polygon(spot.canvas, flat), GREEN.lighter(dx * 0.4))


def _stones(spot: Spot) -> None:
    """Three bodies in brand colours."""
    canvas, size = spot.canvas, spot.size
    contact(canvas, spot.x, spot.y, 0.15 * size, spot.shadow, 0.6)
    cylinder(canvas, spot.x, spot.y - 0.16 * size, 0.15 * size, 0.16 * size, spot.scheme.ground(0.88, 0.04))
    ball(canvas, spot.x, spot.y - 0.29 * size, 0.12 * size, spot.scheme.spark(0.78, 0.12), gloss=0.3)
    canvas.shade(ellipse(canvas, spot.x, spot.y - 0.17 * size, 0.08 * size, 0.02 * size, 4), spot.shadow, 0.4)
