"""Shapes as masks with clean edges. Coordinates are pixels of the canvas unless a parameter says otherwise."""

from collections.abc import Sequence
from math import ceil, floor

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from PIL.Image import Resampling

from image_service.painting.canvas import Canvas, Mask
from image_service.painting.colour import Floats

Points = Sequence[tuple[float, float]]


def ellipse(canvas: Canvas, x: float, y: float, rx: float, ry: float, blur: float = 1.2) -> Mask:
    """A filled ellipse; `blur` is the width of its edge."""
    radius = _radius(canvas, x, y, rx, ry, 1 + blur / min(rx, ry))
    edge = np.clip(0.5 - (radius.alpha - 1) * np.float32(min(rx, ry) / blur), 0, 1)
    return Mask(edge * edge * (3 - 2 * edge), radius.left, radius.top)


def ring(canvas: Canvas, x: float, y: float, reach: float, softness: float = 0.06) -> Mask:
    """A circle's rim, fading inwards over `softness` of its radius."""
    radius = _radius(canvas, x, y, reach, reach, 1.02)
    inner = np.exp(-0.5 * ((1 - radius.alpha) / np.float32(softness)) ** 2)
    return Mask(inner * np.clip((1 - radius.alpha) * np.float32(reach / 2) + 1, 0, 1), radius.left, radius.top)


def _radius(canvas: Canvas, x: float, y: float, rx: float, ry: float, reach: float) -> Mask:
    """How many radii each pixel near an ellipse lies from its centre; a far point where none is on the canvas."""
    left, right = max(0, floor(x - rx * reach)), min(canvas.width, ceil(x + rx * reach) + 1)
    top, bottom = max(0, floor(y - ry * reach)), min(canvas.height, ceil(y + ry * reach) + 1)
    if right <= left or bottom <= top:
        return Mask(np.full((1, 1), 1e6, np.float32), 0, 0)
    across = (np.arange(left, right, dtype=np.float32) + 0.5 - np.float32(x)) / np.float32(rx)
    down = (np.arange(top, bottom, dtype=np.float32) + 0.5 - np.float32(y)) / np.float32(ry)
    return Mask(np.sqrt((across**2)[None, :] + (down**2)[:, None]), left, top)


def polygon(canvas: Canvas, points: Points, blur: float = 0.0) -> Mask:
    """A filled polygon, antialiased; a blurred one is drawn small, since nobody can see the difference."""
    pad = 2 + blur * 3
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    left, top = max(0, floor(min(xs) - pad)), max(0, floor(min(ys) - pad))
    right, bottom = min(canvas.width, ceil(max(xs) + pad)), min(canvas.height, ceil(max(ys) + pad))
    if right <= left or bottom <= top:
        return _nothing()
    scale = 3.0 if blur < 1.5 else 1.0 if blur < 8 else 0.25
    size = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
    stencil = Image.new("L", size)
    ImageDraw.Draw(stencil).polygon([((px - left) * scale, (py - top) * scale) for px, py in points], fill=255)
    if blur:
        stencil = stencil.filter(ImageFilter.GaussianBlur(blur * scale))
    stencil = stencil.resize((right - left, bottom - top), Resampling.BOX if scale > 1 else Resampling.BICUBIC)
    return Mask(np.asarray(stencil, np.float32) / 255, left, top)


def below(canvas: Canvas, line: Floats, softness: float = 1.2, until: int | None = None) -> Mask:
    """Everything under a line that gives y for every column, down to the row `until`."""
    top = int(np.clip(line.min() - softness, 0, canvas.height - 1))
    bottom = canvas.height if until is None else max(top + 1, min(until, canvas.height))
    rows = np.arange(top, bottom, dtype=np.float32)[:, None] + 0.5
    return Mask(np.clip((rows - line[None, :]) / np.float32(softness) + 0.5, 0, 1), 0, top)


def band(canvas: Canvas, line: Floats, thickness: float, softness: float = 1.2) -> Mask:
    """A stroke that follows a line giving y for every column."""
    top = int(np.clip(line.min() - thickness - softness, 0, canvas.height - 1))
    bottom = int(np.clip(line.max() + thickness + softness, top + 1, canvas.height))
    rows = np.arange(top, bottom, dtype=np.float32)[:, None] + 0.5
    distance = np.abs(rows - line[None, :]) - np.float32(thickness / 2)
    return Mask(np.clip(0.5 - distance / np.float32(softness), 0, 1), 0, top)


def stroke(canvas: Canvas, path: Points, widths: Sequence[float], blur: float = 0.0) -> Mask:
    """A line through points, as thick at each as `widths` says: branches and stems."""
    points = np.asarray(path, np.float64)
    along = np.gradient(points, axis=0)
    along /= np.maximum(1e-6, np.hypot(along[:, 0], along[:, 1]))[:, None]
    side = np.stack([-along[:, 1], along[:, 0]], axis=1) * (np.asarray(widths)[:, None] / 2)
    outline = np.concatenate([points + side, (points - side)[::-1]])
    return polygon(canvas, [(float(x), float(y)) for x, y in outline], blur)


def softened(mask: Mask, canvas: Canvas, blur: float, shift: tuple[float, float] = (0, 0)) -> Mask:
    """The mask as a soft shadow of itself, moved by `shift` pixels."""
    pad = int(blur * 3) + 2
    height, width = mask.alpha.shape
    scale = 4 if blur >= 8 else 1
    grown = np.zeros((height + 2 * pad, width + 2 * pad), np.uint8)
    grown[pad : pad + height, pad : pad + width] = mask.alpha * 255
    image = Image.fromarray(grown).reduce(scale).filter(ImageFilter.GaussianBlur(blur / scale))
    image = image.resize((grown.shape[1], grown.shape[0]), Resampling.BICUBIC)
    alpha = np.asarray(image, np.float32) / 255
    return clipped(canvas, alpha, mask.left - pad + round(shift[0]), mask.top - pad + round(shift[1]))


def clipped(canvas: Canvas, alpha: Floats, left: int, top: int) -> Mask:
    """A mask from an array that may hang over the canvas's edges."""
    height, width = alpha.shape
    x0, y0 = max(0, -left), max(0, -top)
    x1, y1 = min(width, canvas.width - left), min(height, canvas.height - top)
    if x1 <= x0 or y1 <= y0:
        return _nothing()
    return Mask(alpha[y0:y1, x0:x1], left + x0, top + y0)


def _nothing() -> Mask:
    return Mask(np.zeros((1, 1), np.float32), 0, 0)
