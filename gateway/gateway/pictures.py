"""What every picture from outside goes through: checked before it is decoded, faults in words, colours as sRGB."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")

# Pillow only warns of files that unpack to absurd sizes. Process-wide, because uploads overlap: a scoped filter is not
# safe between threads.
warnings.simplefilter("error", Image.DecompressionBombWarning)


class BadPicture(ValueError):
    """The file cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An upright sRGB picture without metadata or animation."""

    data: bytes
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What is not even decoded: sides in pixels, and how many times longer one may be than the other."""

    megapixels: int
    max_side: int
    max_aspect: int

    def check(self, width: int, height: int) -> None:
        """Raises BadPicture."""
        if width * height > self.megapixels * 1_000_000 or max(width, height) > self.max_side:
            most = f"at most {self.max_side} pixels a side and {self.megapixels} megapixels"
            raise BadPicture(f"{width}×{height} is too large: {most}")
        if max(width, height) > self.max_aspect * min(width, height):
            raise BadPicture(f"{width}×{height} is too narrow: at most {self.max_aspect}:1")


@contextmanager
def opened(data: bytes, limits: Limits) -> Iterator[Image.Image]:
    """A still picture within the limits, its pixels not read yet. Whatever fails inside is raised as BadPicture."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            limits.check(*image.size)
            if getattr(image, "n_frames", 1) > 1:
                raise BadPicture("animated pictures are not taken")
            yield image
    except UnidentifiedImageError as error:
        raise BadPicture("only JPEG, PNG and WebP pictures are taken") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise BadPicture(f"the picture is too large: at most {limits.megapixels} megapixels") from error
    except BadPicture:
        raise
    except (OSError, SyntaxError, ValueError, Warning, MemoryError) as error:
        raise BadPicture("the picture is damaged or incomplete") from error


def upright(image: Image.Image) -> Image.Image:
    """The decoded picture, turned as its camera says, with at most 8 bits a channel."""
    image.load()
    turned = ImageOps.exif_transpose(image)
    if not turned.mode.startswith(("I", "F")):
        return turned
    # Converting 16-bit grey straight to 8 bits would clip everything above 255 to white.
    return cast("Image.Image", turned.convert("I").point(lambda level: level / 257, "L"))


def opaque_rgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """A picture without transparency in sRGB."""
    flat = image if image.mode in ("RGB", "CMYK") else image.convert("RGB")
    return standard_colours(flat, profile).convert("RGB")


def standard_colours(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB; a profile that is broken or of another kind of picture is left out of account."""
    if not profile:
        return image
    try:
        source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image
