"""A world for each test, and servers that a test may end."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from .image_world import ImageWorld, Provider, image_world_at, served_provider
from .servers import OwnServers
from .world import World, world_at


@pytest.fixture
async def world(make_database: Callable[[], str], module_amqp_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with world_at(make_database(), module_amqp_url, tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def own_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServers]:
    """Servers that nobody outside this folder uses."""
    servers = OwnServers(tmp_path_factory.mktemp("servers"))
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()


@pytest.fixture
async def own_world(own_servers: OwnServers, tmp_path: Path) -> AsyncIterator[World]:
    """A world on them."""
    name = f"world_{uuid4().hex[:8]}"
    connection = await asyncpg.connect(own_servers.database_url())
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    await connection.close()
    async with world_at(own_servers.database_url(name), own_servers.amqp_url(), tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    with served_provider() as provider:
        yield provider


@pytest.fixture
async def image_world(
    installed_database: str, role_url: Callable[[str], str], module_amqp_url: str, provider: Provider, tmp_path: Path
) -> AsyncIterator[ImageWorld]:
    await provider.forget()
    async with image_world_at(installed_database, role_url("image"), module_amqp_url, provider, tmp_path) as made:
        yield made
