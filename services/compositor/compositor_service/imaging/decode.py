"""Opens pictures from outside without trusting them."""

import io

from PIL import Image, ImageCms, ImageOps

from compositor_service.imaging.errors import UnreadableImage

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 50_000_000
MAX_PIXELS = 60_000_000
"""Checked against the header before anything is decoded: eleven kilobytes can unfold into 90 megapixels. It lies below
Pillow's own threshold, so what Pillow merely warns of is refused here in every thread, whatever the warning filters."""

_WHITE = (255, 255, 255)


def decode_rgb(data: bytes) -> Image.Image:
    """Upright 8-bit sRGB image, transparency laid on white. Raises UnreadableImage."""
    return _flatten(_decoded(data))


def decode_rgba(data: bytes) -> Image.Image:
    """The same with its transparency."""
    return _eight_bits(_decoded(data)).convert("RGBA")


def _decoded(data: bytes) -> Image.Image:
    if len(data) > MAX_BYTES:
        raise UnreadableImage(f"画像が {len(data):,} バイトあります。{MAX_BYTES:,} バイト以下にしてください。")
    try:
        image = _open(data)
        image.load()
        upright = ImageOps.exif_transpose(image)
    except UnreadableImage:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadableImage(f"画像の画素数が多すぎます。{MAX_PIXELS:,} 画素以下にしてください。") from error
    except Image.UnidentifiedImageError as error:
        raise UnreadableImage("JPEG・PNG・WebP のいずれでもないファイルです。") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnreadableImage("画像が壊れているか、途中で切れています。もう一度書き出してください。") from error
    return _to_srgb(upright)


def _open(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise UnreadableImage(
            f"画像が {image.width}×{image.height} 画素あります。合計 {MAX_PIXELS:,} 画素以下にしてください。"
        )
    return image


def _to_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        # A damaged profile says nothing about the pixels; viewers then take them as sRGB as well.
        return image
    return converted or image


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    return image


def _flatten(image: Image.Image) -> Image.Image:
    image = _eight_bits(image)
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        flat = Image.new("RGB", layered.size, _WHITE)
        flat.paste(layered, mask=layered.getchannel("A"))
        return flat
    return image.convert("RGB")
