"""A place for its own sake, at its hour; or shapes in brand colours where the words name nothing."""

from collections.abc import Callable

from image_service.painting.canvas import Canvas
from image_service.painting.hours import weather
from image_service.painting.palette import Scheme
from image_service.painting.reading import Reading
from image_service.painting.scenes import hills, ribbons
from image_service.painting.stage import LANDSCAPES

Painter = Callable[[Canvas, Scheme], tuple[float, float]]
GENERIC: tuple[Painter, ...] = (hills.paint, ribbons.paint)
NEARNESS = 1.35
_OPEN_HOURS = ("day", "dusk", "morning")


def paint(canvas: Canvas, scheme: Scheme, reading: Reading, seed: int) -> tuple[float, float]:
    """Where no hour is named the seed chooses one, as it chooses the leading colour. Returns the focal point in 0–1."""
    swapped = Scheme(scheme.accent, scheme.main, scheme.ink)
    if reading.place:
        hour = reading.hour or _OPEN_HOURS[seed % 3]
        led = swapped if seed % 3 == 2 else scheme
        x, y = (_near if seed % 2 else _far)(canvas, led, LANDSCAPES[reading.place])
    else:
        hour = reading.hour or "day"
        x, y = GENERIC[seed % 2](canvas, swapped if seed // 2 % 2 else scheme)
    weather(canvas, reading.place, hour, wet=reading.rain)
    if (seed + seed // 4) % 2:
        canvas.planes[:] = canvas.planes[:, :, ::-1].copy()
        x = 1 - x
    return x, y


def _far(canvas: Canvas, scheme: Scheme, painter: Painter) -> tuple[float, float]:
    return painter(canvas, scheme)


def _near(canvas: Canvas, scheme: Scheme, painter: Painter) -> tuple[float, float]:
    """The same place through a longer lens, which leaves what there is to look at on a third of the picture."""
    large = Canvas(round(canvas.width * NEARNESS), round(canvas.height * NEARNESS), canvas.rng)
    x, y = painter(large, scheme)
    left = _cut(x * large.width - (0.64 if x > 0.5 else 0.36) * canvas.width, large.width - canvas.width)
    top = _cut(y * large.height - 0.40 * canvas.height, large.height - canvas.height)
    canvas.planes[:] = large.planes[:, top : top + canvas.height, left : left + canvas.width]
    return (x * large.width - left) / canvas.width, (y * large.height - top) / canvas.height


def _cut(start: float, spare: int) -> int:
    return min(spare, max(0, round(start)))
