"""A world for each test, and servers that a test may end."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import structlog

from .world import World, world_at


@pytest.fixture(scope="session", autouse=True)
def _plain_tracebacks() -> None:
    """The default ones, with every local variable, take longer than the tests."""
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, renderer])


@pytest.fixture
async def world(make_database: Callable[[], str], module_amqp_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with world_at(make_database(), module_amqp_url, tmp_path) as made:
        yield made
