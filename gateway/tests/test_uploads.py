"""Hostile and odd pictures over HTTP, as photos and as logos: refused with the reason, or taken in clean."""

import asyncio
import io
import os
import signal
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from chassis.testing import eventually
from contracts.campaign import AddPhoto, UpdateBrand
from gateway.uploads import NEVER_READ
from saisei_local.embedded.process import children, memory_bytes

RED, SIZE = (200, 30, 30), (640, 480)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><script>alert(1)</script></svg>'
ROWS_APART = 1_000
AT_WORK = 30_000_000
"""Bytes by which the process that opens a picture of twenty megapixels has grown in the midst of it."""

UNDECODED = 40_000_000
"""Bytes that refusing a picture may take: far less than its pixels would."""


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def animated(kind):
    frames = [Image.effect_noise(SIZE, spread).convert("RGB") for spread in (10, 200)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


def bomb(width, height):
    """A sound PNG of nothing but zeros, whose pixels are a thousand times as large as the file."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    length = (1 + 3 * width) * height
    # After a full flush equal rows are packed to equal bytes; the sum of so many zeros needs no adding up.
    packer = zlib.compressobj(wbits=-15)
    rows = packer.compress(b"\0" * (length // ROWS_APART)) + packer.flush(zlib.Z_FULL_FLUSH)
    assert length % ROWS_APART == 0
    pixels = b"\x78\x9c" + rows * ROWS_APART + packer.flush() + struct.pack(">HH", length % 65_521, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.jpg", b"x" * 1000)
    return out.getvalue()


def opener():
    """The process that opens pictures for the gateway in this one, if it runs."""
    return next((pid for pid, argv in children(os.getpid()).items() if "gateway.cleaning" in argv), None)


def start_peak_anew(process):
    """Bytes of memory now."""
    Path(f"/proc/{process}/clear_refs").write_text("5")
    return memory_bytes(process)


def rotated():
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(Image.new("RGB", SIZE, RED), "JPEG", exif=exif)


def palette():
    image = Image.new("P", SIZE, 1)
    image.putpalette([0, 0, 0, *RED])
    image.paste(0, (0, 0, 640, 100))
    return encoded(image, "PNG", transparency=0)


def deep():
    return encoded(Image.fromarray(np.tile(np.linspace(0, 65_535, 640, dtype=np.uint16), (480, 1))), "PNG")


REFUSED = {
    "SVG": (lambda: SVG, "JPEG, PNG and WebP"),
    "zip named .jpg": (zipped, "JPEG, PNG and WebP"),
    "truncated JPEG": (lambda: encoded(Image.effect_noise(SIZE, 90), "JPEG")[:20_000], "damaged"),
    "animated PNG": (lambda: animated("PNG"), "animated"),
    "animated WebP": (lambda: animated("WEBP"), "animated"),
    "animated GIF": (lambda: animated("GIF"), "JPEG, PNG and WebP"),
    "1×1": (lambda: encoded(Image.new("RGB", (1, 1)), "PNG"), "too small"),
    "30,000×10": (lambda: encoded(Image.new("RGB", (30_000, 10)), "PNG"), "too large"),
    "pixel bomb": (lambda: bomb(12_000, 9_000), "too large"),
    "larger pixel bomb": (lambda: bomb(20_000, 15_000), "too large"),
    "empty": (lambda: b"", "empty"),
}
TAKEN = {
    "CMYK": (lambda: encoded(Image.new("RGB", SIZE, RED).convert("CMYK"), "JPEG"), SIZE),
    "16-bit": (deep, SIZE),
    "palette with transparency": (palette, SIZE),
    "EXIF-rotated": (rotated, SIZE[::-1]),
}
LOGO_SIZES = {"palette with transparency": (640, 380)}
"""What can be seen of it."""


@pytest.fixture
async def places(settled, story, make_envelope, services, refuse):
    """Where a photo and a logo are sent; the owning services say no to what was taken in."""

    async def no(_command, _services):
        return refuse("seen", 409, "that will do")

    for command in (AddPhoto, UpdateBrand):
        services.on(command, no)
    await settled(make_envelope(story.created), make_envelope(story.brand_created))
    return {
        "photo": ("POST", f"/api/campaigns/{story.id}/images"),
        "logo": ("PUT", f"/api/brands/{story.brand.id}/logo"),
    }


@pytest.fixture
def send(client, places):
    async def send(field, data):
        method, path = places[field]
        return await client.request(method, path, files={field: (f"{field}.jpg", data, "image/jpeg")})

    return send


@pytest.mark.parametrize("field", ["photo", "logo"])
@pytest.mark.parametrize("name", REFUSED)
async def test_picture_that_is_not_taken_is_refused_by_its_field_with_nothing_written(
    send, services, gateway, field, name
):
    make, why = REFUSED[name]
    noted = await gateway.database.pool.fetchval("SELECT count(*) FROM requests")
    answer = await send(field, make())
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    (fault,) = answer.json()["errors"]
    assert fault["path"] == field
    assert why in fault["message"]
    assert services.received == []
    assert await gateway.database.pool.fetchval("SELECT count(*) FROM requests") == noted


@pytest.mark.parametrize("field", ["photo", "logo"])
@pytest.mark.parametrize("name", TAKEN)
async def test_odd_picture_is_taken_in_upright_in_eight_bits_and_rgb(send, services, gateway, field, name):
    make, size = TAKEN[name]
    assert (await send(field, make())).json()["type"] == "/problems/seen"
    (command,) = services.received
    kept = command.data["photo"] if field == "photo" else command.data["changes"]["logo"]
    image = Image.open(io.BytesIO(await gateway.blobs.get(kept["sha256"])))
    assert image.mode == ("RGB" if field == "photo" else "RGBA")
    assert image.size == (size if field == "photo" else LOGO_SIZES.get(name, size))


@pytest.mark.parametrize(("field", "limit"), [("photo", 20_000_000), ("logo", 5_000_000)])
async def test_file_over_its_limit_is_too_large_whatever_is_in_it(send, services, field, limit):
    for size in (limit + 1, limit + 1_000_000):
        answer = await send(field, b"\0" * size)
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert services.received == []


@pytest.mark.parametrize("field", ["photo", "logo"])
@pytest.mark.parametrize("size", [(12_000, 9_000), (20_000, 15_000)])
async def test_pixel_bomb_is_refused_before_it_is_decoded(send, field, size):
    data = bomb(*size)
    assert (await send(field, b"not a picture")).status_code == 422
    pid = opener()
    assert pid is not None
    before = {process: start_peak_anew(process) for process in ("self", pid)}
    assert (await send(field, data)).status_code == 422
    grown = [memory_bytes(process, "VmHWM") - peak for process, peak in before.items()]
    assert max(grown) < UNDECODED < 3 * size[0] * size[1]


@pytest.mark.parametrize("field", ["photo", "logo"])
async def test_process_that_ends_over_a_picture_refuses_it_in_words_and_the_next_picture_finds_another(
    send, services, gateway, field
):
    make, _ = TAKEN["EXIF-rotated"]
    large = encoded(Image.linear_gradient("L").resize((5_000, 4_000)).convert("RGB"), "PNG")
    assert (await send(field, b"not a picture")).status_code == 422
    pid = opener()
    assert pid is not None
    before = memory_bytes(pid)
    sending = asyncio.create_task(send(field, large))
    await eventually(lambda: memory_bytes(pid) - before > AT_WORK)
    os.kill(pid, signal.SIGKILL)
    answer = await sending
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"path": field, "message": NEVER_READ}]
    assert services.received == []
    assert (await send(field, make())).json()["type"] == "/problems/seen"
