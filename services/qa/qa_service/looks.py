"""Which pictures a reviewer is shown, and how large: few, each once, small enough to be paid for."""

import asyncio
import io
import warnings
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from itertools import zip_longest

from PIL import Image

from qa_service.domain import Judged, Picture
from qa_service.reviewer import Look, LookType

Fetch = Callable[[str], Awaitable[bytes]]
"""A picture's bytes by their SHA-256."""

MAX_LOOKS = 16
MAX_SIDE = 1092
MAX_SOURCE_BYTES = 30_000_000
MAX_PIXELS = 20_000_000
MAX_LOOK_BYTES = 1_000_000
MEDIA_TYPE: LookType = "image/jpeg"

_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITIES = (88, 70, 45)

# Pillow only warns of files that unpack to absurd sizes. Process-wide: a scoped filter is not safe between threads.
warnings.simplefilter("error", Image.DecompressionBombWarning)


async def looks(judged: Judged, fetch: Fetch) -> tuple[Look, ...]:
    """The composites as they are shown, at most MAX_LOOKS. One that cannot be decoded safely is not shown."""
    shown: list[Look] = []
    for picture in chosen(judged.pictures):
        data = await fetch(picture.sha256)
        # Decoding is slow, and would hold up everything else that this process does.
        small = await asyncio.to_thread(shrunk, data)
        if small is not None:
            shown.append(Look(picture.asset_id, MEDIA_TYPE, small))
    return tuple(shown)


def chosen(pictures: Iterable[Picture]) -> tuple[Picture, ...]:
    """Composites that differ in their bytes, the platforms taking turns so that none is left out for another's many."""
    by_platform: dict[str, list[Picture]] = defaultdict(list)
    taken: set[str] = set()
    for picture in pictures:
        if picture.kind == "composited_image" and picture.sha256 not in taken:
            taken.add(picture.sha256)
            by_platform[picture.platform or ""].append(picture)
    turns = zip_longest(*by_platform.values())
    return tuple(picture for turn in turns for picture in turn if picture)[:MAX_LOOKS]


def shrunk(data: bytes) -> bytes | None:
    """The picture as a JPEG of at most MAX_SIDE a side and MAX_LOOK_BYTES; None if it cannot be had. CPU-bound."""
    if len(data) > MAX_SOURCE_BYTES:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS or getattr(image, "is_animated", False):
                return None
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            opaque = _opaque(image)
        opaque.thumbnail((MAX_SIDE, MAX_SIDE))
        return _encoded(opaque)
    except (OSError, SyntaxError, ValueError, MemoryError, Warning, Image.DecompressionBombError):
        return None


def _opaque(image: Image.Image) -> Image.Image:
    """On white, as a page would show it."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    page = Image.new("RGBA", image.size, "white")
    page.alpha_composite(image.convert("RGBA"))
    return page.convert("RGB")


def _encoded(image: Image.Image) -> bytes | None:
    for quality in _QUALITIES:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality)
        if out.tell() <= MAX_LOOK_BYTES:
            return out.getvalue()
    return None
