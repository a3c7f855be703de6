"""Colour in OKLCH, where equal steps look equal: tones, mixes and gradients that stay inside sRGB.

Conversion matrices: B. Ottosson, "A perceptual color space for image processing" (2020).
"""

from dataclasses import dataclass
from functools import lru_cache
from math import atan2, cos, degrees, hypot, radians, sin

import numpy as np
from numpy.typing import NDArray

# The canvas is float32; numpy's own stubs widen most results of arithmetic on it.
Floats = NDArray[np.floating]

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB = np.linalg.inv(_TO_LAB)
_FROM_LMS = np.linalg.inv(_TO_LMS)
NEUTRAL_CHROMA = 0.025


@dataclass(frozen=True, slots=True)
class Tone:
    """A colour: lightness 0–1, chroma 0–0.37, hue in degrees."""

    lightness: float
    chroma: float
    hue: float

    def at(self, lightness: float, chroma: float) -> "Tone":
        """The same hue elsewhere."""
        return Tone(lightness, chroma, self.hue)

    def lean(self, hue: float, amount: float) -> "Tone":
        """Turn the hue towards another by a share; a neutral tone, whose hue means nothing, turns all the way."""
        share = 1.0 if self.chroma < NEUTRAL_CHROMA else amount
        turn = (hue - self.hue + 180) % 360 - 180
        return Tone(self.lightness, self.chroma, (self.hue + turn * share) % 360)

    def mix(self, other: "Tone", amount: float) -> "Tone":
        """A blend along the straight line in OKLab."""
        ours, theirs = self.lab(), other.lab()
        return _from_lab(ours + (theirs - ours) * amount)

    def lighter(self, by: float) -> "Tone":
        """Raised (or with a negative number lowered) in lightness."""
        return Tone(min(0.995, max(0.02, self.lightness + by)), self.chroma, self.hue)

    def lab(self) -> NDArray[np.float64]:
        """OKLab coordinates."""
        return np.array([self.lightness, self.chroma * cos(radians(self.hue)), self.chroma * sin(radians(self.hue))])

    def rgb(self) -> Floats:
        """Gamma-encoded sRGB, 0–1; chroma is given up until it fits."""
        return _shown(self)


def from_hex(code: str) -> Tone:
    """The tone of #rrggbb."""
    encoded = np.array([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return _from_lab(_TO_LAB @ np.cbrt(_TO_LMS @ linear))


def gradient(stops: list[tuple[float, Tone]], size: int = 512) -> Floats:
    """A (3, size) table of sRGB between stops at rising positions in 0–1, mixed in OKLab."""
    places = np.linspace(0, 1, size)
    labs = np.array([tone.lab() for _, tone in stops])
    at = [place for place, _ in stops]
    return _encoded(np.stack([np.interp(places, at, labs[:, i]) for i in range(3)]))


def _from_lab(lab: NDArray[np.float64]) -> Tone:
    lightness, a, b = (float(part) for part in lab)
    return Tone(lightness, hypot(a, b), degrees(atan2(b, a)) % 360)


@lru_cache(maxsize=4096)
def _shown(tone: Tone) -> Floats:
    return _encoded(tone.lab()[:, None])[:, 0]


def _encoded(labs: NDArray[np.float64]) -> Floats:
    """Gamma-encoded sRGB of OKLab columns; out of gamut the most chroma that still fits, found by bisection."""
    share = np.ones(labs.shape[1])
    outside = ~_fits(labs, share)
    if outside.any():
        share[outside] = _widest(labs[:, outside])
    linear = np.clip(_linear(labs, share), 0, 1)
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return encoded.astype(np.float32)


def _widest(labs: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = np.zeros(labs.shape[1]), np.ones(labs.shape[1])
    for _ in range(14):
        middle = (low + high) / 2
        fits = _fits(labs, middle)
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    return low


def _fits(labs: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.bool_]:
    linear = _linear(labs, share)
    return (linear.min(axis=0) >= -1e-4) & (linear.max(axis=0) <= 1.0001)


def _linear(labs: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear sRGB of OKLab columns with their chroma scaled by `share`."""
    scaled = np.stack([labs[0], labs[1] * share, labs[2] * share])
    return _FROM_LMS @ (_FROM_LAB @ scaled) ** 3
