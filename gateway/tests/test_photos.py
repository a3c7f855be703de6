"""Hostile and odd pictures."""

import io
import struct
import threading
import warnings
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageCms

from gateway.photos import LIMITS, clean
from gateway.pictures import BadPicture, opened

RED, SIZE = (200, 30, 30), (640, 480)


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def decoded(photo):
    image = Image.open(io.BytesIO(photo.data))
    image.load()
    return image


def pixel(image, x, y):
    value = image.getpixel((x, y))
    assert isinstance(value, tuple)
    return value


def distance(image):
    """How far the picture's colour is from RED, in levels of the worst channel."""
    return max(abs(a - b) for a, b in zip(pixel(image, 10, 10), RED, strict=True))


def png_that_claims(width, height):
    """A PNG of a few bytes that says it is this large."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.jpg", b"x" * 1000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "JPEG"),
        (b"not a picture", "JPEG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "JPEG"),
        (zipped(), "JPEG"),
        (encoded(Image.new("RGB", SIZE), "GIF"), "JPEG"),
        (encoded(Image.new("RGB", SIZE), "TIFF"), "JPEG"),
        (png_that_claims(50_000, 50_000), "too large"),
        (png_that_claims(12_001, 4_100), "too large"),
        (png_that_claims(10_000, 8_000), "too large"),
        (png_that_claims(299, 300), "too small"),
        (png_that_claims(400, 1201), "narrow"),
        (png_that_claims(640, 480), "damaged"),
        (encoded(Image.effect_noise(SIZE, 90), "JPEG")[:20_000], "damaged"),
        (encoded(Image.effect_noise(SIZE, 90), "PNG")[:20_000], "damaged"),
    ],
)
def test_what_is_no_usable_picture_is_refused_with_the_reason(data, why):
    with pytest.raises(BadPicture, match=why):
        clean(data)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animation_is_refused(kind):
    frames = [Image.effect_noise(SIZE, spread).convert("RGB") for spread in (10, 200)]
    with pytest.raises(BadPicture, match="animated"):
        clean(encoded(frames[0], kind, save_all=True, append_images=frames[1:]))


def test_metadata_is_gone_and_orientation_is_applied():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "camera of somebody"
    photo = clean(encoded(Image.new("RGB", SIZE, RED), "JPEG", exif=exif, comment=b"private"))
    image = decoded(photo)
    assert image.size == (photo.width, photo.height) == (480, 640)
    assert not image.getexif()
    assert b"camera" not in photo.data
    assert b"private" not in photo.data


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_plain_colour_survives(kind):
    image = decoded(clean(encoded(Image.new("RGB", SIZE, RED), kind)))
    assert image.mode == "RGB"
    assert distance(image) <= 4


def test_cmyk_becomes_rgb_of_about_the_same_colour():
    cmyk = Image.new("RGB", SIZE, RED).convert("CMYK")
    image = decoded(clean(encoded(cmyk, "JPEG", quality=95)))
    assert image.mode == "RGB"
    assert distance(image) <= 8


def test_sixteen_bit_grey_keeps_its_range():
    ramp = np.tile(np.linspace(0, 65_535, 640, dtype=np.uint16), (480, 1))
    image = decoded(clean(encoded(Image.fromarray(ramp), "PNG")))
    levels = [pixel(image, x, 10)[0] for x in (0, 320, 639)]
    assert levels[0] <= 1
    assert 120 <= levels[1] <= 135
    assert levels[2] >= 254


def test_transparency_falls_on_white():
    layer = Image.new("RGBA", SIZE, (*RED, 0))
    assert decoded(clean(encoded(layer, "PNG"))).getpixel((5, 5)) == (255, 255, 255)
    palette = Image.new("P", SIZE, 0)
    palette.putpalette([*RED, 0, 0, 0])
    assert decoded(clean(encoded(palette, "PNG", transparency=0))).getpixel((5, 5)) == (255, 255, 255)


def test_colour_profile_is_applied_and_dropped():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    photo = clean(encoded(Image.new("RGB", SIZE, RED), "JPEG", icc_profile=lab.tobytes(), quality=95))
    image = decoded(photo)
    assert "icc_profile" not in image.info
    assert distance(image) <= 6


def test_broken_colour_profile_is_left_out_of_account():
    photo = clean(encoded(Image.new("RGB", SIZE, RED), "PNG", icc_profile=b"not a profile"))
    assert decoded(photo).getpixel((9, 9)) == RED


def test_uploads_that_overlap_leave_the_processs_warnings_as_they_were():
    class Harmless(UserWarning):
        pass

    warnings.simplefilter("ignore", Harmless)
    photo = encoded(Image.new("RGB", SIZE, RED), "JPEG")
    both_open = threading.Barrier(2, timeout=10)
    first_closed = threading.Event()

    def upload(*, is_first):
        with opened(photo, LIMITS):
            both_open.wait()
            assert is_first or first_closed.wait(10)
        first_closed.set()

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(upload, is_first=each) for each in (True, False)]:
            done.result()
    warnings.warn("nothing to worry about", Harmless, stacklevel=1)
