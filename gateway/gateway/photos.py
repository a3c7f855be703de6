"""A person's photo, made safe: checked before it is decoded, decoded whole, and encoded anew without its metadata."""

import io
import warnings
from dataclasses import dataclass
from typing import cast

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 60_000_000
MIN_SIDE, MAX_SIDE = 300, 12_000
MAX_ASPECT = 3
JPEG_QUALITY = 95
WHITE = (255, 255, 255)


class BadPhoto(ValueError):
    """The file cannot be used as a photo; the message says why."""


@dataclass(frozen=True, slots=True)
class Photo:
    """An upright sRGB picture without metadata, transparency or animation."""

    data: bytes
    media_type: str
    width: int
    height: int


def clean(data: bytes) -> Photo:
    """Decodes an untrusted file and encodes it anew; takes tens of milliseconds a megapixel. Raises BadPhoto."""
    try:
        with warnings.catch_warnings():
            # Pillow only warns of files that unpack to absurd sizes.
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                _check_header(opened)
                opened.load()
                is_lossless = opened.format == "PNG"
                upright = ImageOps.exif_transpose(opened)
                return _encode(_flat_rgb(upright), is_lossless=is_lossless)
    except UnidentifiedImageError as error:
        raise BadPhoto("only JPEG, PNG and WebP pictures are taken") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise BadPhoto("the picture is too large: at most 60 megapixels") from error
    except BadPhoto:
        raise
    except (OSError, SyntaxError, ValueError, Warning, MemoryError) as error:
        raise BadPhoto("the picture is damaged or incomplete") from error


def _check_header(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise BadPhoto(f"{width}×{height} is too large: at most {MAX_SIDE} pixels a side and 60 megapixels")
    if min(width, height) < MIN_SIDE:
        raise BadPhoto(f"{width}×{height} is too small: at least {MIN_SIDE} pixels a side")
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise BadPhoto(f"{width}×{height} is too narrow: at most {MAX_ASPECT}:1")
    if getattr(image, "n_frames", 1) > 1:
        raise BadPhoto("animated pictures are not taken")


def _flat_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):
        image = _eight_bits(image)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        ground = Image.new("RGB", layer.size, WHITE)
        ground.paste(layer, mask=layer.getchannel("A"))
        return _standard_colours(ground, image.info.get("icc_profile"))
    flat = image if image.mode in ("RGB", "CMYK") else image.convert("RGB")
    return _standard_colours(flat, image.info.get("icc_profile")).convert("RGB")


def _standard_colours(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB; a profile that is broken or of another kind of picture is left out of account."""
    if not profile:
        return image
    try:
        source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image


def _eight_bits(image: Image.Image) -> Image.Image:
    # Converting 16-bit grey straight to 8 bits would clip everything above 255 to white.
    return cast("Image.Image", image.convert("I").point(lambda level: level / 257, "L"))


def _encode(image: Image.Image, *, is_lossless: bool) -> Photo:
    out = io.BytesIO()
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    if is_lossless:
        bare.save(out, "PNG")
    else:
        bare.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0, optimize=True)
    media_type = "image/png" if is_lossless else "image/jpeg"
    return Photo(out.getvalue(), media_type, *bare.size)
