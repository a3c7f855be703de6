"""The service on a database that was set up as an installation's is."""

from collections.abc import AsyncIterator, Callable

import pytest

from chassis.db import Database

from .qa_bench import QaBench
from .scripted_reviewer import ScriptedReviewer


@pytest.fixture(scope="session")
def qa_database_url(install: Callable[[str], str]) -> str:
    return install("qa")


@pytest.fixture
async def qa_database(qa_database_url: str) -> AsyncIterator[Database]:
    database = Database(qa_database_url, "qa", pool_size=8)
    await database.open()
    # What other tests left undone is nothing that this one waits for.
    await database.pool.execute("DELETE FROM due")
    yield database
    await database.close()


@pytest.fixture
def play(qa_database: Database) -> Callable[..., QaBench]:
    """The service with a reviewer that plays this script."""
    return lambda *script, **given: QaBench(qa_database, ScriptedReviewer(*script, **given))


@pytest.fixture
def bench(play: Callable[..., QaBench]) -> QaBench:
    return play()
