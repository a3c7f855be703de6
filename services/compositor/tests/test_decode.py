import contextlib
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from compositor_service.imaging import decode
from compositor_service.imaging.decode import decode_rgb
from compositor_service.imaging.errors import UnreadableImage

Encode = Callable[..., bytes]


def bomb(side: int) -> bytes:
    """A valid PNG of side × side white pixels that is a few kilobytes long."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress(bytes(1 + side // 8) * side, 9)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_000, 10_000, 20_000])
def test_decompression_bomb_is_refused_before_it_unfolds(side: int) -> None:
    data = bomb(side)
    assert len(data) < 60_000
    with pytest.raises(UnreadableImage, match="画素"):
        decode_rgb(data)


def test_file_over_the_byte_limit_is_refused(monkeypatch: pytest.MonkeyPatch, plain: Encode) -> None:
    monkeypatch.setattr(decode, "MAX_BYTES", 10)
    with pytest.raises(UnreadableImage, match="バイト"):
        decode_rgb(plain())


@pytest.mark.parametrize("name", ["GIF", "BMP", "TIFF", "PPM"])
def test_other_formats_are_refused(name: str, encode: Encode) -> None:
    with pytest.raises(UnreadableImage, match="JPEG・PNG・WebP"):
        decode_rgb(encode(Image.new("RGB", (8, 8)), name))


@pytest.mark.parametrize("data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x00" * 100])
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableImage):
        decode_rgb(data)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_truncated_file_is_refused(name: str, encode: Encode) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    data = encode(Image.fromarray(pixels), name)
    with pytest.raises(UnreadableImage, match="壊れている"):
        decode_rgb(data[: len(data) // 2])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 10_000), st.integers(0, 255))
def test_damaged_file_is_decoded_or_refused_but_never_crashes(
    encode: Encode, name: str, position: int, value: int
) -> None:
    data = bytearray(encode(Image.effect_noise((24, 24), 60).convert("RGB"), name))
    data[position % len(data)] = value
    with contextlib.suppress(UnreadableImage):
        assert decode_rgb(bytes(data)).mode == "RGB"


def test_camera_orientation_is_applied(encode: Encode) -> None:
    image = Image.new("RGB", (40, 20), "red")
    exif = image.getexif()
    exif[0x0112] = 6
    assert decode_rgb(encode(image, "JPEG", exif=exif)).size == (20, 40)


def test_transparency_is_laid_on_white(encode: Encode) -> None:
    assert decode_rgb(encode(Image.new("RGBA", (4, 4), (255, 0, 0, 0)))).getpixel((1, 1)) == (255, 255, 255)


def test_palette_transparency_is_laid_on_white(encode: Encode) -> None:
    image = Image.new("P", (4, 4), 0)
    image.putpalette([255, 0, 0] * 256)
    assert decode_rgb(encode(image, transparency=0)).getpixel((1, 1)) == (255, 255, 255)


def test_sixteen_bit_grey_keeps_its_tone(encode: Encode) -> None:
    grey = decode_rgb(encode(Image.fromarray(np.full((4, 4), 0x8080, dtype=np.uint16))))
    assert grey.getpixel((1, 1)) == (128, 128, 128)


def test_cmyk_becomes_rgb(encode: Encode) -> None:
    red, green, blue = np.asarray(decode_rgb(encode(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG")))[4, 4]
    assert (red > 200, green < 60, blue < 60) == (True, True, True)


def test_colours_are_brought_to_srgb_by_the_embedded_profile(encode: Encode) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"????", b"gXYZ", 1)
    red, green, blue = np.asarray(decode_rgb(encode(Image.new("RGB", (4, 4), (255, 0, 0)), icc_profile=swapped)))[0, 0]
    assert (red < 5, green > 250, blue < 5) == (True, True, True)


def test_damaged_profile_leaves_the_pixels_as_they_are(encode: Encode) -> None:
    data = encode(Image.new("RGB", (4, 4), (10, 20, 30)), icc_profile=b"no profile at all")
    assert decode_rgb(data).getpixel((0, 0)) == (10, 20, 30)
