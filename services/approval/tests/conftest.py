"""The approval service on a database that was set up as an installation's is."""

from collections.abc import AsyncIterator, Callable

import pytest

from chassis.db import Database

from .approval_desk import Desk


@pytest.fixture(scope="module")
def database_url(install: Callable[[str], str]) -> str:
    """The URL that the running service has: its own role's."""
    return install("approval")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, "approval", pool_size=10)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)
