"""Tables meet the migrations of the version that runs."""

from collections.abc import Callable

import asyncpg
import pytest

from saisei_local.state import StateError
from saisei_local.tables import migrate_tables


async def test_tables_that_another_version_made_are_refused_in_words(make_database: Callable[[], str]) -> None:
    url = make_database()
    await migrate_tables({"jobs": url})
    await migrate_tables({"jobs": url})
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE alembic_version SET version_num = 'jobs_of_yesterday'")
    await connection.close()
    with pytest.raises(StateError, match=r"tables of jobs were made by another version.*jobs_of_yesterday.*move"):
        await migrate_tables({"jobs": url})
