"""Where a product stands: backdrops from a plain wall to a landscape out of focus, and the surface in front of them."""

import numpy as np
from PIL import Image, ImageFilter

from image_service.painting.canvas import Canvas
from image_service.painting.colour import Floats, Tone
from image_service.painting.direction import DEEP, Direction, wall_tone
from image_service.painting.hours import fall, weather
from image_service.painting.interior import dappled, table, wall
from image_service.painting.masks import ellipse, polygon
from image_service.painting.palette import WHITE, Scheme
from image_service.painting.scenery import cast, sky
from image_service.painting.scenes import autumn, city, mountains, sakura, sea, snow

LANDSCAPES = {
    "sakura": sakura.paint,
    "autumn": autumn.paint,
    "snow": snow.paint,
    "sea": sea.paint,
    "city": city.paint,
    "mountain": mountains.paint,
}
LAMPLIGHT = Tone(0.80, 0.09, 70)
WOODS = (Tone(0.62, 0.06, 62), Tone(0.80, 0.035, 75), Tone(0.40, 0.045, 50), Tone(0.70, 0.06, 68))


def build(canvas: Canvas, scheme: Scheme, plan: Direction, edge: float) -> Tone:
    """Paint backdrop and surface in the hour's light; returns the tone of shadows on the surface."""
    tone = wall_tone(scheme, plan.emphasis)
    if plan.backdrop in ("open", "bokeh"):
        canvas.planes[:] = _landscape(scheme, plan, canvas, 0.008 if plan.backdrop == "open" else 0.05)
    else:
        wall(canvas, tone, 0.1)
        _wall_pieces(canvas, scheme, plan, tone)
    surface = _surface(scheme, plan, tone)
    if plan.backdrop != "blocks" or plan.view != "graphic":
        table(canvas, edge, surface, grain=_grain(plan))
    _light(canvas, plan, tone)
    if plan.backdrop not in ("open", "bokeh"):
        fall(canvas, plan.hour, 0.85)
        if plan.backdrop == "window":
            _window(canvas, scheme, plan, edge)
    elif plan.hour != "day":
        _dim_below(canvas, plan, edge)
    return surface.at(max(0.16, min(0.40, surface.lightness - 0.3)), 0.05)


def _landscape(scheme: Scheme, plan: Direction, canvas: Canvas, blur: float) -> Floats:
    """The place at its hour, out of focus: planes of the canvas's shape. Painted small, since it is blurred anyway."""
    far = Canvas(max(128, canvas.width // 2), max(128, canvas.height // 2), canvas.rng)
    if plan.place == "sky":
        blue = scheme.themed(235, 0.7, 0.84, 0.06)
        sky(far, [(0, blue), (0.8, WHITE), (1, scheme.ground(0.9, 0.04))], streaks=0.25)
    else:
        LANDSCAPES[plan.place](far, scheme)
    weather(far, plan.place, plan.hour, wet=plan.rain)
    pixels = np.clip(far.planes.transpose(1, 2, 0) * 255, 0, 255).astype(np.uint8)
    image = Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(blur * far.unit))
    image = image.resize((canvas.width, canvas.height), Image.Resampling.BICUBIC)
    return np.asarray(image, np.float32).transpose(2, 0, 1) / 255


def _wall_pieces(canvas: Canvas, scheme: Scheme, plan: Direction, tone: Tone) -> None:
    if plan.backdrop == "arch":
        _arch(canvas, scheme, tone)
    elif plan.backdrop == "blocks":
        _blocks(canvas, scheme, plan)


def _window(canvas: Canvas, scheme: Scheme, plan: Direction, edge: float) -> None:
    """A window with the place outside: near enough to fill the picture for a hero, a part of the wall otherwise."""
    w, h = canvas.width, canvas.height
    left, right = ((0.08, 0.62), (0.16, 0.84), (0.34, 0.94))[plan.form]
    top, bottom = 0.09, 0.58
    if plan.view == "hero":
        left, right, top, bottom = (0.08, 0.30, -0.06)[plan.form], 1.06, -0.05, edge - 0.035
    box = (max(0, int(left * w)), max(0, int(top * h)), min(w, int(right * w)), int(bottom * h))
    outside = _landscape(scheme, plan, canvas, 0.006)
    canvas.planes[:, box[1] : box[3], box[0] : box[2]] = outside[:, box[1] : box[3], box[0] : box[2]]
    _frame(canvas, plan, (left * w, top * h, right * w, bottom * h))


def _frame(canvas: Canvas, plan: Direction, box: tuple[float, float, float, float]) -> None:
    """Uprights, crossbars and sill, in white or dark wood, as bright as the hour leaves them."""
    left, top, right, bottom = box
    wood = Tone(0.34, 0.04, 55) if plan.emphasis == DEEP else WHITE
    wood = wood.lighter({"night": -0.5, "dusk": -0.16}.get(plan.hour, 0.0) * wood.lightness)
    thick = (0.024 if plan.view == "hero" else 0.014) * canvas.unit
    middle = left + (right - left) * (0.42 if plan.view == "hero" else 0.5)
    uprights = [(x - thick / 2, top, x + thick / 2, bottom) for x in (left, middle, right)]
    beams = [(left, y - thick / 2, right, y + thick / 2) for y in (top, top + 0.34 * (bottom - top), bottom)]
    sill = (left - 2 * thick, bottom, right + 2 * thick, bottom + 2.2 * thick)
    for x0, y0, x1, y1 in (*uprights, *beams, sill):
        bar = polygon(canvas, [(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
        cast(canvas, bar, Tone(0.4, 0.03, 60), 0.3, 0.006, (0.004, 0.006))
        canvas.paint(bar, wood)


def _arch(canvas: Canvas, scheme: Scheme, tone: Tone) -> None:
    """A niche with a round head in the other colour."""
    half, middle, top = 0.27 * canvas.unit, 0.53 * canvas.width, 0.16 * canvas.height
    deep = scheme.main.mix(scheme.accent, 0.3).at(0.74 if tone.lightness < 0.6 else 0.66, 0.085)
    angles = np.linspace(np.pi, 2 * np.pi, 40)
    head = [(middle + half * float(np.cos(a)), top + half + half * float(np.sin(a))) for a in angles]
    niche = polygon(canvas, [*head, (middle + half, canvas.height), (middle - half, canvas.height)])
    canvas.blend(
        niche, canvas.ys[niche.top : niche.top + niche.alpha.shape[0], None], [(0, deep.lighter(-0.08)), (1, deep)]
    )


def _blocks(canvas: Canvas, scheme: Scheme, plan: Direction) -> None:
    """Two or three large plain shapes with shadows: disc, half disc, slanted sheet."""
    w, h, unit = canvas.width, canvas.height, canvas.unit
    tones = [
        scheme.accent.at(0.74, min(0.15, scheme.accent.chroma)),
        scheme.main.at(0.56, min(0.12, scheme.main.chroma)),
    ]
    first, second = tones if plan.emphasis % 2 == 0 else tones[::-1]
    disc = ellipse(canvas, (0.56, 0.44, 0.5)[plan.form] * w, 0.52 * h, 0.29 * unit, 0.29 * unit)
    sheet = polygon(
        canvas,
        [(-0.1 * w, 1.1 * h), (-0.1 * w, 0.62 * h), (1.1 * w, (0.80, 0.50, 0.66)[plan.form] * h), (1.1 * w, 1.1 * h)],
    )
    for mask, tone in ((disc, first), (sheet, second.lighter(0.12))):
        cast(canvas, mask, scheme.ink.at(0.4, 0.04), 0.45, 0.014, (0.016, 0.018))
        canvas.paint(mask, tone)


def _surface(scheme: Scheme, plan: Direction, tone: Tone) -> Tone:
    if plan.backdrop in ("arch", "blocks", "plain"):
        return tone.lighter(-0.035)
    return WOODS[plan.emphasis].mix(scheme.main, 0.14)


def _grain(plan: Direction) -> float:
    return 0.0 if plan.backdrop in ("arch", "blocks", "plain") else 1.0


def _light(canvas: Canvas, plan: Direction, tone: Tone) -> None:
    """Sun through panes or leaves where the hour has a sun."""
    if plan.hour == "night" or plan.rain:
        return
    if plan.backdrop == "panes":
        dappled(canvas, Tone(0.95, 0.05, 85), 0.34, window=True)
    elif plan.backdrop == "fronds":
        dappled(canvas, tone.at(max(0.2, tone.lightness - 0.34), 0.06), 0.42, window=False)


def _dim_below(canvas: Canvas, plan: Direction, edge: float) -> None:
    """The surface outdoors takes on the hour that the landscape behind it already has."""
    top = int(edge * canvas.height)
    factor = {"night": (0.36, 0.38, 0.50), "dusk": (0.88, 0.68, 0.60), "morning": (1.0, 0.97, 0.90)}[plan.hour]
    for plane, share in zip(canvas.planes, factor, strict=True):
        plane[top:] *= np.float32(share)


def lamp(canvas: Canvas, x: float, y: float, hour: str) -> None:
    """At night, a warm pool of light where the product will stand."""
    if hour != "night":
        return
    canvas.glow(x, y, 0.34, LAMPLIGHT, 0.5)
    canvas.glow(x, y + 0.12, 0.15, LAMPLIGHT, 0.34)
