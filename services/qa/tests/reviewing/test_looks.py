"""Few pictures are shown, each once, small, and none that is dangerous to open."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from qa_service.domain import Picture
from qa_service.looks import MAX_LOOK_BYTES, MAX_LOOKS, MAX_SIDE, chosen, looks, shrunk

from .kits import kit, picture


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def composites(platform: Any, count: int) -> list[Picture]:
    return [
        Picture(f"{platform}-{number}", f"{platform}-{number}", "composited_image", "image/png", 9, 9, 9, platform)
        for number in range(count)
    ]


def opened(data: bytes | None) -> Image.Image:
    assert data
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.mode) == ("JPEG", "RGB")
    return image


@pytest.mark.parametrize(
    ("size", "shown"),
    [((1440, 2560), (614, 1092)), ((1200, 628), (1092, 571)), ((600, 400), (600, 400)), ((2000, 1), (1092, 1))],
)
def test_picture_is_shrunk_to_the_side_in_its_proportions_and_never_enlarged(size, shown):
    assert opened(shrunk(encoded(Image.new("RGB", size, "#2f5d3a")))).size == shown


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("PNG", mode) for mode in ("RGB", "RGBA", "L", "LA", "P")),
        *(("JPEG", mode) for mode in ("RGB", "L", "CMYK")),
        *(("WEBP", mode) for mode in ("RGB", "RGBA")),
    ],
)
def test_every_mode_comes_out_as_the_colour_it_is(kind, mode):
    image = Image.new("RGBA", (64, 64), (200, 200, 200, 255)).convert("RGB").convert(mode)
    pixel: Any = opened(shrunk(encoded(image, kind))).getpixel((32, 32))
    assert all(abs(value - 200) < 6 for value in pixel)


def test_transparent_parts_are_shown_on_white():
    pixel: Any = opened(shrunk(encoded(Image.new("RGBA", (64, 64), (0, 0, 0, 0))))).getpixel((32, 32))
    assert min(pixel) > 250


def test_noise_stays_within_its_bytes():
    data = shrunk(encoded(Image.effect_noise((1600, 1600), 200).convert("RGB"), "JPEG", quality=95))
    assert data
    assert len(data) <= MAX_LOOK_BYTES
    assert max(opened(data).size) == MAX_SIDE


def bomb() -> bytes:
    """A few bytes that say they are 60,000 pixels a side."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    parts = (("IHDR", header), ("IDAT", zlib.compress(b"\0" * 1_000)), ("IEND", b""))
    chunks = ((name.encode() + body, len(body)) for name, body in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", length) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk, length in chunks
    )


def animation() -> bytes:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    return encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    "make",
    [
        bomb,
        animation,
        lambda: b"",
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        lambda: encoded(Image.new("RGB", (64, 64)))[:60],
        lambda: encoded(Image.new("RGB", (64, 64)), "GIF"),
        lambda: encoded(Image.new("1", (5_000, 5_000))),
        lambda: encoded(Image.new("RGB", (8, 8))) + b"\0" * 31_000_000,
    ],
    ids=["bomb", "animation", "empty", "svg", "cut", "gif", "too many pixels", "too many bytes"],
)
def test_what_is_dangerous_or_no_picture_is_not_shown(make: Callable[[], bytes]):
    assert shrunk(make()) is None


def test_only_composites_are_shown():
    assert [one.asset_id for one in chosen(kit().pictures)] == ["composite-1", "composite-2"]


def test_same_bytes_are_shown_once():
    twin = Picture("twin", picture("composite-1").sha256, "composited_image", "image/png", 9, 9, 9, "line")
    assert [one.asset_id for one in chosen((*kit().pictures, twin))] == ["composite-1", "composite-2"]


def test_no_platform_is_left_out_for_anothers_many():
    shown = chosen([*composites("x", 40), *composites("line", 2), *composites("tiktok", 1)])
    assert len(shown) == MAX_LOOKS
    assert [one.asset_id for one in shown[:5]] == ["x-0", "line-0", "tiktok-0", "x-1", "line-1"]


async def test_looks_carry_their_assets_and_leave_out_what_cannot_be_opened():
    fetched = []

    async def fetch(sha256: str) -> bytes:
        fetched.append(sha256)
        return encoded(Image.new("RGB", (1200, 628))) if len(fetched) == 1 else b"damaged"

    (look,) = await looks(kit(), fetch)
    assert (look.asset_id, look.media_type) == ("composite-1", "image/jpeg")
    assert opened(look.data).size == (1092, 571)
    assert fetched == [picture("composite-1").sha256, picture("composite-2").sha256]
