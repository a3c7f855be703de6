"""The stand-in of Replicate, served once, and the service with a generator that plays a script."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from chassis.db import Database

from .image_bench import ImageBench
from .replicate_standin import StandIn
from .replicate_world import World
from .scripted_generator import ScriptedGenerator, Turn


@pytest.fixture(scope="session")
def _served() -> Iterator[StandIn]:
    with StandIn() as standin:
        yield standin


@pytest.fixture
def standin(_served: StandIn) -> StandIn:
    """The stand-in with an empty memory."""
    _served.forget()
    return _served


@pytest.fixture
def world(standin: StandIn) -> World:
    """What the stand-in remembers of this test."""
    return standin.world


@pytest.fixture(scope="session")
def image_database_url(install: Callable[[str], str]) -> str:
    return install("image")


@pytest.fixture
async def image_database(image_database_url: str) -> AsyncIterator[Database]:
    database = Database(image_database_url, "image", pool_size=8)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def play(image_database: Database) -> Callable[..., ImageBench]:
    """The service with a generator that plays this script; `patience` is given by name."""

    def bench(*submits: Turn, offline: bool = False, **patience: Any) -> ImageBench:
        return ImageBench(image_database, ScriptedGenerator(*submits, offline=offline), **patience)

    return bench
