"""Natural irregularity: smooth random fields and ridge lines."""

import numpy as np
from PIL import Image

from image_service.painting.colour import Floats


def smooth_noise(rng: np.random.Generator, width: int, height: int, cells_x: int, cells_y: int) -> Floats:
    """A (height, width) field in 0–1 with features about one cell wide."""
    grid = rng.random((cells_y + 3, cells_x + 3), dtype=np.float32)
    step_x, step_y = 1.0, 1.0
    box = (step_x, step_y, cells_x + step_x, cells_y + step_y)
    image = Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC, box=box)
    return np.clip(np.asarray(image), 0, 1)


def clouds(
    rng: np.random.Generator, width: int, height: int, cells: int = 3, octaves: int = 4, stretch: float = 1.0
) -> Floats:
    """Fractal noise in 0–1; `stretch` above 1 draws it out sideways. Computed small and enlarged."""
    small_w, small_h = max(8, width // 3), max(8, height // 3)
    total = np.zeros((small_h, small_w), np.float32)
    weight = 0.0
    for octave in range(octaves):
        count, share = cells * 2**octave, 0.5**octave
        total += share * smooth_noise(rng, small_w, small_h, count, max(1, round(count * stretch)))
        weight += share
    field = Image.fromarray(total / np.float32(weight))
    return np.asarray(field.resize((width, height), Image.Resampling.BICUBIC))


def ridge(rng: np.random.Generator, width: int, peaks: float, octaves: int = 5, roughness: float = 0.5) -> Floats:
    """A line of length `width` around 0, mostly within ±1: a hill's or a wave's outline."""
    places = np.linspace(0, 1, width, dtype=np.float32)
    line = np.zeros(width, np.float32)
    for octave in range(octaves):
        turns = peaks * 2**octave * rng.uniform(0.85, 1.15)
        line += np.float32(roughness**octave) * np.sin(2 * np.pi * (turns * places + rng.random())).astype(np.float32)
    return line


def smoothstep(low: float, high: float, values: Floats) -> Floats:
    """0 below `low`, 1 above `high`, an S between; works downwards too when low exceeds high."""
    share = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    return share * share * (3 - 2 * share)


def uniform(line: Floats, reach: int) -> Floats:
    """A line's running mean over `reach` columns, its ends held."""
    padded = np.pad(line, (reach // 2, reach - reach // 2 - 1), mode="edge")
    return np.convolve(padded, np.full(reach, 1 / reach, np.float32), mode="valid").astype(np.float32)
