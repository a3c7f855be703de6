"""A brand's logo: how large it is, and on what ground it can be read."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isqrt

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageFilter, ImageOps

from compositor_service.imaging.contrast import NEAR_BLACK, WHITE, WORST_SHARE, Pixels, Rgb, luminance, luminances
from compositor_service.imaging.decode import decode_rgba
from compositor_service.imaging.errors import UnreadableImage, UnusableLogo
from compositor_service.imaging.geometry import PER_MILLE, Box

_AREA, _WIDTH, _HEIGHT = 20, 240, 140
"""Most of a target's area, width and height, per mille. Equal areas weigh the same, so a wide logo is a low one."""

_MEAN_LEAST, _RIM_LEAST, _UNREST_MOST = 3.0, 2.0, 0.5
"""What can be read: least contrast with the ground of the logo's mean, and of the extremes of its rim; and the ground's
own contrast, as a share of the first."""

_ENOUGH_ON_PLATE = 0.8
"""Share of that which is enough on a plate, since nothing stirs there; a white one is preferred."""

_OPAQUE, _SOLID, _EVEN = 250, 0.97, 14
"""Least alpha of an opaque pixel, least share of them in a picture with its own ground, and most deviation of that
ground from one colour, in levels."""

_APART = 24
"""Least difference, in levels of the worst channel, from a picture's own ground."""

_SMALL_SIDE, _RIM, _RIM_EXTREME = 256, 2, 0.05
"""Luminances are taken from a reduced logo; its rim is two pixels wide there, its extremes 5 % of that each."""

_Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Ground:
    """Two luminances, 0–1, that all but the darkest and the lightest 2 % of the pixels behind a logo lie between."""

    dark: float
    light: float

    @classmethod
    def of(cls, pixels: Pixels) -> "Ground":
        """What these pixels are, in any shape (…, 3)."""
        values = np.sort(luminances(pixels.reshape(-1, 3)))
        rank = len(values) // WORST_SHARE
        return cls(float(values[rank]), float(values[-1 - rank]))

    @property
    def unrest(self) -> float:
        """Contrast of its lightest with its darkest part."""
        return (self.light + 0.05) / (self.dark + 0.05)

    def apart(self, tone: float) -> float:
        """Contrast of a luminance with the part of the ground that is nearest to it."""
        return max(1.0, (tone + 0.05) / (self.light + 0.05), (self.dark + 0.05) / (tone + 0.05))


class Logo:
    """A decoded logo with the tones that decide where it can be read."""

    def __init__(self, data: bytes) -> None:
        """Raises UnusableLogo."""
        try:
            self.image = decode_rgba(data)
        except UnreadableImage as error:
            raise UnusableLogo(f"ブランドのロゴを読み込めません。ロゴを登録し直してください。（{error}）") from error
        small = self.image.copy()
        small.thumbnail((_SMALL_SIDE, _SMALL_SIDE), Image.Resampling.BOX)
        framed = ImageOps.expand(small, _RIM, (0, 0, 0, 0))
        pixels, rim = np.asarray(framed), _rim(framed.getchannel("A"))
        if not rim.any():
            raise UnusableLogo("ブランドのロゴが完全に透明です。見える部分のある画像を登録し直してください。")
        tones = luminances(pixels[..., :3].reshape(-1, 3)).reshape(rim.shape)
        self._mean = float(np.average(tones, weights=pixels[..., 3]))
        self._extremes = _extremes(tones[rim > 0], rim[rim > 0])
        is_solid = float(np.mean(np.asarray(small)[..., 3] >= _OPAQUE)) >= _SOLID
        self._own_ground = _one_colour(pixels[..., :3][rim > 0]) if is_solid else None
        if self._own_ground is not None:
            self.image = _without_border(self.image, self._own_ground)

    def size(self, targets: Iterable[Box], share: int) -> tuple[int, int]:
        """Width and height on a canvas, given the targets' crop windows; `share`, per mille, of the full size.

        Never more than the logo's own pixels.
        """
        width, height = self.image.size
        most = [width]
        for target in targets:
            area = target.width * target.height * _AREA // PER_MILLE
            most += [isqrt(area * width // height), target.width * _WIDTH // PER_MILLE]
            most.append(target.height * _HEIGHT * width // (PER_MILLE * height))
        across = max(1, min(most) * share // PER_MILLE)
        return across, max(1, (across * height + width // 2) // width)

    def plate_on(self, ground: Ground) -> Rgb | None:
        """The colour of the plate it needs there; None where it can be read without."""
        # A picture with a ground of its own would stand on any other plate as a patch.
        if self._own_ground is not None:
            return self._own_ground
        grounds = {None: ground} | {plate: Ground(luminance(plate), luminance(plate)) for plate in (WHITE, NEAR_BLACK)}
        strengths = {plate: self._strength_on(one) for plate, one in grounds.items()}
        enough = (plate for plate in grounds if strengths[plate] >= (1 if plate is None else _ENOUGH_ON_PLATE))
        # A logo of black and white can be read whole on neither plate: it stands where most of it can be.
        return next(enough, max(grounds, key=strengths.__getitem__))

    def _strength_on(self, ground: Ground) -> float:
        """At least 1 where it can be read."""
        mean, rim = ground.apart(self._mean), min(map(ground.apart, self._extremes))
        return min(mean / _MEAN_LEAST, rim / _RIM_LEAST, mean * _UNREST_MOST / ground.unrest)


def _rim(alpha: Image.Image) -> _Floats:
    """How much of each pixel lies where the logo meets its ground: only there can it merge with it."""
    inner = alpha.filter(ImageFilter.MinFilter(2 * _RIM + 1))
    return np.asarray(alpha).astype(np.float64) - np.asarray(inner)


def _extremes(tones: _Floats, weights: _Floats) -> tuple[float, float]:
    order = np.argsort(tones, kind="stable")
    shares = np.cumsum(weights[order]) / weights.sum()
    dark, light = np.searchsorted(shares, (_RIM_EXTREME, 1 - _RIM_EXTREME))
    return float(tones[order][dark]), float(tones[order][min(light, len(tones) - 1)])


def _without_border(image: Image.Image, ground: Rgb) -> Image.Image:
    """What is left when the margins in the ground's own colour are cut off: its plate gives it new ones."""
    apart = ImageChops.difference(image.convert("RGB"), Image.new("RGB", image.size, ground))
    red, green, blue = apart.split()
    worst = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return image.crop(worst.point([255 * (level >= _APART) for level in range(256)]).getbbox())


def _one_colour(pixels: Pixels) -> Rgb | None:
    """Their colour, when they have one."""
    if float(pixels.std(axis=0).max()) > _EVEN:
        return None
    red, green, blue = (int(level) for level in np.median(pixels, axis=0))
    return red, green, blue
