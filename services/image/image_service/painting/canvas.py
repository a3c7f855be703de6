"""The picture being painted: float planes, and the few ways of laying colour and light on them."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from image_service.painting.colour import Floats, Tone, gradient

Stops = list[tuple[float, Tone]]
JPEG_QUALITY = 93


@dataclass(frozen=True, slots=True)
class Mask:
    """Coverage 0–1 of a rectangle of the canvas whose top left pixel is (left, top)."""

    alpha: Floats
    left: int
    top: int


class Canvas:
    """Planes of shape (3, height, width), gamma-encoded sRGB in 0–1. `unit` is the shorter side in pixels."""

    def __init__(self, width: int, height: int, rng: np.random.Generator) -> None:
        self.width = width
        self.height = height
        self.unit = min(width, height)
        self.rng = rng
        self.planes: Floats = np.zeros((3, height, width), np.float32)
        self.xs: Floats = (np.arange(width, dtype=np.float32) + 0.5) / width
        self.ys: Floats = (np.arange(height, dtype=np.float32) + 0.5) / height

    def fill(self, field: Floats, stops: Stops) -> None:
        """Cover everything with a gradient read off a field in 0–1 that broadcasts to (height, width)."""
        for plane, table in zip(self.planes, gradient(stops), strict=True):
            plane[:] = table[_indices(field, table.size)]

    def paint(self, mask: Mask, tone: Tone, opacity: float = 1.0) -> None:
        """Lay one tone over the mask."""
        alpha = mask.alpha * np.float32(opacity)
        for plane, value in zip(self._window(mask), tone.rgb(), strict=True):
            plane += (value - plane) * alpha

    def blend(self, mask: Mask, field: Floats, stops: Stops, opacity: float = 1.0) -> None:
        """Lay a gradient over the mask, read off a field in 0–1 that broadcasts to the mask's shape."""
        alpha = mask.alpha * np.float32(opacity)
        indices = _indices(field, 512)
        for plane, table in zip(self._window(mask), gradient(stops), strict=True):
            plane += (table[indices] - plane) * alpha

    def light(self, mask: Mask, tone: Tone, strength: float = 1.0) -> None:
        """Add light of a tone (screen blending): never burns out."""
        alpha = mask.alpha * np.float32(strength)
        for plane, value in zip(self._window(mask), tone.rgb(), strict=True):
            plane += (1 - plane) * (value * alpha)

    def shade(self, mask: Mask, tone: Tone, strength: float = 1.0) -> None:
        """Let a shadow of a tone fall (multiply)."""
        alpha = mask.alpha * np.float32(strength)
        for plane, value in zip(self._window(mask), tone.rgb(), strict=True):
            plane *= 1 - (1 - value) * alpha

    def glow(self, x: float, y: float, radius: float, tone: Tone, strength: float = 1.0) -> None:
        """Add a round light around (x, y) in 0–1; radius is a share of the unit."""
        self.light(self.halo(x, y, radius), tone, strength)

    def halo(self, x: float, y: float, radius: float) -> Mask:
        """A Gaussian spot, cut off where it no longer shows."""
        reach = radius * self.unit
        left, right = _span(x * self.width, reach * 3.2, self.width)
        top, bottom = _span(y * self.height, reach * 3.2, self.height)
        across = np.exp(-0.5 * ((np.arange(left, right, dtype=np.float32) - x * self.width) / reach) ** 2)
        down = np.exp(-0.5 * ((np.arange(top, bottom, dtype=np.float32) - y * self.height) / reach) ** 2)
        return Mask(np.multiply.outer(down, across).astype(np.float32), left, top)

    def whole(self, alpha: Floats) -> Mask:
        """A mask over the entire canvas from anything that broadcasts to its shape."""
        return Mask(np.broadcast_to(alpha.astype(np.float32, copy=False), (self.height, self.width)), 0, 0)

    def encoded(self, *, vignette: float = 0.10, grain: float = 0.011) -> bytes:
        """Finish with a vignette and film grain, which also hides banding, and encode as JPEG 4:4:4."""
        fall = ((self.ys - 0.5) ** 2)[:, None] + ((self.xs - 0.5) ** 2)[None, :]
        dim = 1 - np.float32(vignette * 2) * fall
        tile = self.rng.standard_normal((512, 512), dtype=np.float32) * np.float32(grain)
        noise = np.tile(tile, (self.height // 512 + 1, self.width // 512 + 1))[: self.height, : self.width]
        pixels = np.empty((self.height, self.width, 3), np.uint8)
        for channel, plane in enumerate(self.planes):
            pixels[..., channel] = np.clip((plane * dim + noise) * 255 + 0.5, 0, 255)
        target = io.BytesIO()
        Image.fromarray(pixels).save(target, "JPEG", quality=JPEG_QUALITY, subsampling=0)
        return target.getvalue()

    def _window(self, mask: Mask) -> Floats:
        height, width = mask.alpha.shape
        return self.planes[:, mask.top : mask.top + height, mask.left : mask.left + width]


def _indices(field: Floats, size: int) -> np.ndarray:
    return np.clip(field * (size - 1), 0, size - 1).astype(np.int32)


def _span(centre: float, reach: float, limit: int) -> tuple[int, int]:
    start = max(0, min(limit - 1, int(centre - reach)))
    return start, max(start + 1, min(limit, int(centre + reach) + 1))
