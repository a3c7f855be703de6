"""Pictures and placements that the tests share, and the service on a real database."""

import io
from collections.abc import AsyncIterator, Callable

import numpy as np
import pytest
from PIL import Image, ImageFilter

from chassis.db import Database
from compositor_service.imaging.geometry import SafeZone, Target
from contracts.values import Colours, CopyText

from .compositor_bench import CompositorBench

Encode = Callable[..., bytes]
Picture = Callable[..., bytes]

PLATFORM_TARGETS = {
    "instagram": (Target(1440, 1440), Target(1440, 1800), Target(1440, 2560, SafeZone(140, 350, 60, 60))),
    "x": (Target(800, 418), Target(800, 800)),
    "line": (Target(1200, 628), Target(1080, 1080), Target(600, 400)),
}


@pytest.fixture(params=PLATFORM_TARGETS)
def targets(request: pytest.FixtureRequest) -> tuple[Target, ...]:
    return PLATFORM_TARGETS[request.param]


@pytest.fixture
def line_targets() -> tuple[Target, ...]:
    return PLATFORM_TARGETS["line"]


@pytest.fixture
def encode() -> Encode:
    def encoded(image: Image.Image, name: str = "PNG", **options: object) -> bytes:
        target = io.BytesIO()
        image.save(target, name, **options)
        return target.getvalue()

    return encoded


@pytest.fixture
def plain(encode: Encode) -> Picture:
    def picture(colour: str = "#ffffff", size: tuple[int, int] = (256, 256)) -> bytes:
        return encode(Image.new("RGB", size, colour))

    return picture


@pytest.fixture
def noisy(encode: Encode) -> Picture:
    def picture(size: tuple[int, int] = (512, 512), blur: int = 0) -> bytes:
        pixels = np.random.default_rng(11).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
        return encode(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(blur)), "JPEG", quality=95)

    return picture


@pytest.fixture
def copy_text() -> CopyText:
    return CopyText(
        headline="この夏、ひんやり心地いい毎日を。",
        body="首すじにのせるだけ。朝までさらさら。",
        cta="詳しく見る",
        hashtags=("#接触冷感",),
    )


@pytest.fixture
def colours() -> Colours:
    return Colours(primary="#0b5fa5", accent="#ff6b00")


@pytest.fixture(scope="session")
def compositor_database_url(install: Callable[[str], str]) -> str:
    return install("compositor")


@pytest.fixture
async def compositor_database(compositor_database_url: str) -> AsyncIterator[Database]:
    database = Database(compositor_database_url, "compositor", pool_size=8)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def bench(compositor_database: Database) -> CompositorBench:
    """The compositor without a broker."""
    return CompositorBench(compositor_database)
