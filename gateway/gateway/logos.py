"""A brand's logo, made safe: decoded whole, trimmed, and encoded anew as a PNG that keeps its transparency."""

import io

from PIL import Image

from gateway.pictures import BadPicture, Cleaned, Limits, opaque_rgb, opened, upright

LIMITS = Limits(megapixels=30, max_side=8_000, max_aspect=8)
MIN_LONG_SIDE = 64
KEPT_SIDE = 1024
UNSEEN = 8
"""Alpha below this cannot be seen on any ground; what is so faint all around is trimmed off."""


def clean(data: bytes) -> Cleaned:
    """Decodes an untrusted file and encodes what can be seen of it as RGBA, at most 1,024 pixels a side.

    Raises BadPicture.
    """
    with opened(data, LIMITS) as image:
        _check_size(*image.size, "is")
        layer = _trimmed(_layer(upright(image)))
    _check_size(*layer.size, "that can be seen is")
    LIMITS.check(*layer.size)
    layer.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    return _encode(layer)


def _check_size(width: int, height: int, is_: str) -> None:
    if max(width, height) < MIN_LONG_SIDE:
        raise BadPicture(f"{width}×{height} {is_} too small: at least {MIN_LONG_SIDE} pixels on the longer side")


def _layer(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not image.has_transparency_data:
        return opaque_rgb(image, profile).convert("RGBA")
    layer = image.convert("RGBA")
    colours = opaque_rgb(layer, profile)
    colours.putalpha(layer.getchannel("A"))
    return colours


def _trimmed(layer: Image.Image) -> Image.Image:
    seen = layer.getchannel("A").point([255 * (alpha >= UNSEEN) for alpha in range(256)])
    box = seen.getbbox()
    if box is None:
        raise BadPicture("the logo is wholly transparent: there is nothing to see")
    # Colours that nobody sees are not kept: they may be what the transparency was meant to take away.
    bare = Image.new("RGBA", layer.size)
    bare.paste(layer, mask=seen)
    return bare.crop(box)


def _encode(layer: Image.Image) -> Cleaned:
    out = io.BytesIO()
    Image.frombytes("RGBA", layer.size, layer.tobytes()).save(out, "PNG", optimize=True)
    return Cleaned(out.getvalue(), "image/png", *layer.size)
