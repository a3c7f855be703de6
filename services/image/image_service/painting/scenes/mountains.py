"""Green mountains in the haze: high country without a season of its own."""

from image_service.painting.canvas import Canvas
from image_service.painting.palette import WHITE, Scheme
from image_service.painting.scenery import hill, range_line, sky

GREEN, BLUE = 150.0, 235.0
RANGES = 5


def paint(canvas: Canvas, scheme: Scheme) -> tuple[float, float]:
    """The sky stays calm; the highest ridge is the thing to look at."""
    haze = scheme.themed(BLUE, 0.7, 0.95, 0.03)
    sky(canvas, [(0, scheme.themed(BLUE, 0.75, 0.76, 0.085)), (0.5, haze), (1, WHITE)], streaks=0.09)
    peak = canvas.rng.uniform(0.35, 0.65)
    for index in range(RANGES):
        depth = index / (RANGES - 1)
        line = range_line(canvas, 0.46 + 0.40 * depth, 0.15 - 0.05 * depth, 1.1 + 0.5 * depth, 6, 0.45)
        crest = scheme.themed(BLUE, 0.7, 0.76, 0.05).mix(scheme.themed(GREEN, 0.75, 0.40, 0.09), depth)
        hill(canvas, line, crest, crest.mix(haze, 0.62 - 0.4 * depth), 0.17)
    return float(peak), 0.44
