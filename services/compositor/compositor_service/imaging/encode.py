"""Turns finished pixels into files: same pixels, same bytes, no metadata."""

import io
import os
from collections.abc import Iterator

from PIL import Image

from compositor_service.imaging.errors import ByteLimitExceeded
from compositor_service.imaging.files import MEDIA_TYPES, Rendered

COMPOSITE_QUALITY = 95
"""A composite is an intermediate. Measured on 2560×2560: 1 MB in 0.02 s; PNG takes 3 MB and 0.8 s, WebP 2.5 s."""

QUALITIES = (92, 88, 84, 80, 75, 70, 65, 60)
"""Tried from the best; below the last one edges of text ring visibly."""


def encode_jpeg(image: Image.Image, quality: int) -> bytes:
    """JPEG without chroma subsampling, which would blur coloured text."""
    # Into a file that has a number Pillow encodes without the interpreter's lock, so that threads do it at once.
    with open(os.memfd_create("jpeg"), "w+b") as target:  # noqa: PTH123 - it has no path.
        image.save(target, "JPEG", quality=quality, subsampling="4:4:4")
        target.seek(0)
        return target.read()


def encode_within(image: Image.Image, formats: tuple[str, ...], max_bytes: int) -> Rendered:
    """The first of `formats` ("jpeg", "png"), at the best quality, that has at most `max_bytes`.

    Raises ByteLimitExceeded, and ValueError for a format that is not known.
    """
    smallest = None
    for name in formats:
        for data in _attempts(image, name):
            if len(data) <= max_bytes:
                return Rendered(data, MEDIA_TYPES[name], *image.size)
            smallest = min(len(data), smallest or len(data))
    raise ByteLimitExceeded(
        f"{image.width}×{image.height} の画像を {max_bytes:,} バイト以下にできません"
        f"（最小でも {smallest or 0:,} バイト）。細かい模様の少ない画像に差し替えてください。"
    )


def _attempts(image: Image.Image, name: str) -> Iterator[bytes]:
    match name:
        case "jpeg":
            yield from (encode_jpeg(image, quality) for quality in QUALITIES)
        case "png":
            yield _encode_png(image)
        case _:
            raise ValueError(f"unknown image format {name!r}; known are {', '.join(MEDIA_TYPES)}")


def _encode_png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()
