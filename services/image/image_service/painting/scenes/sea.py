"""Summer: sun over a glittering sea, and surf running up the sand."""

import numpy as np

from image_service.painting.canvas import Canvas, Mask
from image_service.painting.colour import Tone
from image_service.painting.masks import band, below, ellipse
from image_service.painting.noise import clouds, ridge, smooth_noise, smoothstep
from image_service.painting.palette import WHITE, Scheme
from image_service.painting.scenery import sky

BLUE = 235.0
SAND = Tone(0.90, 0.045, 80)


def paint(canvas: Canvas, scheme: Scheme) -> tuple[float, float]:
    """The sky stays calm; the sun and its path on the water are the things to look at."""
    rng = canvas.rng
    x, horizon = rng.choice([rng.uniform(0.26, 0.4), rng.uniform(0.6, 0.74)]), rng.uniform(0.44, 0.5)
    glow = scheme.accented(75, 0.55, 0.95, 0.06)
    sky(
        canvas,
        [
            (0, scheme.themed(BLUE, 0.8, 0.74, 0.10)),
            (0.30, scheme.themed(BLUE, 0.8, 0.87, 0.06)),
            (horizon, glow),
            (1, glow),
        ],
        streaks=0.04,
    )
    y = horizon - rng.uniform(0.10, 0.16)
    _clouds(canvas, horizon)
    for radius, strength in ((0.28, 0.5), (0.10, 0.6)):
        canvas.glow(x, y, radius, glow, strength)
    canvas.paint(ellipse(canvas, x * canvas.width, y * canvas.height, 0.06 * canvas.unit, 0.06 * canvas.unit, 2), WHITE)
    _water(canvas, scheme, x, horizon, glow)
    _shore(canvas, scheme, rng.choice([-1.0, 1.0]))
    return float(x), float(y)


def _clouds(canvas: Canvas, horizon: float) -> None:
    """Cumulus along the horizon, lit from above."""
    rng, base = canvas.rng, (horizon - 0.004) * canvas.height
    for _ in range(int(rng.integers(2, 4))):
        centre, spread = rng.uniform(0, 1), rng.uniform(0.08, 0.16)
        for _ in range(26):
            offset = rng.normal(0, 0.5)
            size = rng.uniform(0.02, 0.05) * (1.15 - min(1.0, abs(offset))) * canvas.unit
            top = base - size * 0.4 - rng.random() * max(0.0, 0.06 - 0.05 * abs(offset)) * canvas.unit
            puff = ellipse(canvas, (centre + offset * spread) * canvas.width, top, size * 1.2, size, size * 0.55)
            canvas.paint(puff, WHITE, 0.45)


def _water(canvas: Canvas, scheme: Scheme, x: float, horizon: float, glow: Tone) -> None:
    top = int(horizon * canvas.height)
    rows = canvas.height - top
    depth = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    sea = Mask(np.ones((rows, canvas.width), np.float32), 0, top)
    stops = [
        (0.0, scheme.themed(BLUE, 0.8, 0.66, 0.09)),
        (0.25, scheme.themed(BLUE, 0.8, 0.55, 0.12)),
        (0.75, scheme.themed(205, 0.8, 0.76, 0.10)),
        (1.0, scheme.themed(198, 0.8, 0.86, 0.07)),
    ]
    swell = smooth_noise(canvas.rng, canvas.width, rows, 4, 26) - 0.5
    canvas.blend(sea, depth + swell * np.float32(0.10) * (0.3 + depth), stops)
    # Waves look smaller towards the horizon, so the glitter is sampled on rows that crowd together there.
    ripples = smooth_noise(canvas.rng, canvas.width, 512, 110, 190)
    squeezed = ripples[(511 * depth[:, 0] ** 0.45).astype(np.int32)]
    spread = 0.03 + 0.26 * depth
    path = np.exp(-0.5 * ((canvas.xs[None, :] - np.float32(x)) / spread) ** 2) * (1 - 0.85 * depth)
    canvas.light(Mask(smoothstep(0.52, 0.78, squeezed + 0.12 * path) * path, 0, top), glow.at(0.97, 0.05), 1.0)
    canvas.light(Mask(smoothstep(0.70, 0.9, squeezed) * (1 - depth), 0, top), WHITE, 0.22)


def _shore(canvas: Canvas, scheme: Scheme, slope: float) -> None:
    """Sand, wet where the last wave was, and two lines of foam with lace behind them."""
    h = canvas.height
    tilt = np.float32(slope * 0.10) * (canvas.xs - 0.5)
    for level, wet in ((0.80, 0.0), (0.86, 0.55), (0.885, 1.0)):
        line = ((level + tilt) * h + 0.012 * h * ridge(canvas.rng, canvas.width, 1.2, 4, 0.5)).astype(np.float32)
        if wet == 0.0:
            sheet = scheme.themed(198, 0.8, 0.90, 0.05)
            canvas.paint(below(canvas, line, 0.02 * h), sheet, 0.6)
            _foam(canvas, line, 0.010)
            continue
        sand = SAND.mix(scheme.accent, 0.06).at(0.80 + 0.12 * wet, 0.045)
        canvas.paint(below(canvas, line, 2 + 0.02 * h * wet), sand, 0.9)
        if wet < 1:
            _foam(canvas, line, 0.016)
    speckle = clouds(canvas.rng, canvas.width, h, 30, 3) - 0.5
    ground = below(canvas, ((0.90 + tilt) * h).astype(np.float32), 0.04 * h)
    canvas.shade(Mask(ground.alpha * np.clip(speckle[ground.top :], 0, 1), 0, ground.top), SAND.at(0.6, 0.05), 0.28)


def _foam(canvas: Canvas, line: np.ndarray, width: float) -> None:
    lace = smooth_noise(canvas.rng, canvas.width, canvas.height, 90, 120)
    trail = band(canvas, line - width * canvas.height, width * 3 * canvas.height, width * 2 * canvas.height)
    holes = smoothstep(0.42, 0.62, lace[trail.top : trail.top + trail.alpha.shape[0]])
    canvas.paint(Mask(trail.alpha * holes, 0, trail.top), WHITE, 0.75)
    canvas.shade(
        band(canvas, line + 0.004 * canvas.height, 0.006 * canvas.height, 0.006 * canvas.height),
        SAND.at(0.6, 0.04),
        0.35,
    )
    canvas.paint(band(canvas, line, 0.007 * canvas.height, 3), WHITE, 0.95)
