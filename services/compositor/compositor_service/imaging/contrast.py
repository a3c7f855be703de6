"""WCAG 2 contrast against real pixels, and the colours that reach it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Rgb = tuple[int, int, int]
Pixels = npt.NDArray[np.uint8]
"""Shape (n, 3): sRGB pixels in any order."""

LEAST_CONTRAST = 450
"""Contrast is counted in hundredths: 450 is WCAG's 4.5:1."""

WORST_SHARE = 50
"""One pixel in 50 (2 %) may be worse than the contrast reported; the figure is the worst line's, not a mean."""

WHITE: Rgb = (255, 255, 255)
# Dark enough that on any colour either this or white has 4.5:1.
NEAR_BLACK: Rgb = (4, 4, 4)


def _linear(levels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    shares = levels / 255
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


_LINEAR = _linear(np.arange(256, dtype=np.float64))
_WEIGHTS = (0.2126, 0.7152, 0.0722)


def parse_colour(text: str) -> Rgb:
    """(r, g, b) of "#rrggbb"."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def luminance(colour: Rgb) -> float:
    """Relative luminance, 0–1."""
    return float(sum(weight * _LINEAR[level] for weight, level in zip(_WEIGHTS, colour, strict=True)))


def contrast(one: Rgb, other: Rgb) -> int:
    """Contrast of two colours in hundredths, rounded down."""
    dark, light = sorted((luminance(one), luminance(other)))
    return int((light + 0.05) / (dark + 0.05) * 100)


def veiled_luminances(pixels: Pixels, veil: Rgb, alpha: int) -> npt.NDArray[np.float32]:
    """Relative luminance of each pixel under a veil of the given colour; alpha 0–255."""
    levels = np.arange(256, dtype=np.int64)
    total = np.zeros(len(pixels), dtype=np.float32)
    for channel, weight in enumerate(_WEIGHTS):
        blended = (levels * (255 - alpha) + veil[channel] * alpha + 127) // 255
        total += (_LINEAR[blended] * weight).astype(np.float32)[pixels[:, channel]]
    return total


def luminances(pixels: Pixels) -> npt.NDArray[np.float32]:
    """Relative luminance of each pixel."""
    return veiled_luminances(pixels, WHITE, 0)


def worst_contrast(lines: Sequence[npt.NDArray[np.float32]], ink: Rgb) -> int:
    """Contrast in hundredths that 98 % of the pixels behind every single line reach; `lines` are luminances."""
    own = luminance(ink) + 0.05
    worst = float("inf")
    for behind in lines:
        ratios = np.maximum((behind + 0.05) / own, own / (behind + 0.05))
        rank = len(ratios) // WORST_SHARE
        worst = min(worst, float(np.partition(ratios, rank)[rank]))
    return int(worst * 100)


def unrest(lines: Sequence[npt.NDArray[np.float32]]) -> int:
    """Contrast in hundredths between the darkest and the lightest 2 % behind a line, at the line with the most."""
    worst = 1.0
    for behind in lines:
        rank = len(behind) // WORST_SHARE
        ordered = np.partition(behind, (rank, len(behind) - 1 - rank))
        worst = max(worst, float((ordered[-1 - rank] + 0.05) / (ordered[rank] + 0.05)))
    return int(worst * 100)


def best_ink(ground: Rgb, candidates: Sequence[Rgb]) -> Rgb:
    """The first candidate with 4.5:1 on the ground; else the one with the highest contrast."""
    for ink in candidates:
        if contrast(ink, ground) >= LEAST_CONTRAST:
            return ink
    return max(candidates, key=lambda ink: contrast(ink, ground))


def label_on(accent: Rgb, own: Rgb) -> Rgb:
    """The ink of a button's label: white, the brand's own or near black, the first that has 4.5:1 on the accent."""
    return best_ink(accent, (WHITE, own, NEAR_BLACK))
