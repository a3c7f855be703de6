"""Tables meet the migrations of the version that runs."""

from collections.abc import Callable

import asyncpg
import pytest
from alembic.script import ScriptDirectory

from saisei_local.revisions import heads, migrations, outdated
from saisei_local.services import SERVICES
from saisei_local.state import StateError
from saisei_local.tables import migrate_tables


async def test_tables_that_another_version_made_are_refused_in_words(make_database: Callable[[], str]) -> None:
    url = make_database()
    assert await outdated({"jobs": url}) == {"jobs": url}
    await migrate_tables({"jobs": url})
    assert await outdated({"jobs": url}) == {}
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE alembic_version SET version_num = 'jobs_of_yesterday'")
    await connection.close()
    assert await outdated({"jobs": url}) == {"jobs": url}
    with pytest.raises(StateError, match=r"tables of jobs were made by another version.*jobs_of_yesterday.*move"):
        await migrate_tables({"jobs": url})


@pytest.mark.parametrize("service", SERVICES)
def test_newest_revision_is_read_as_the_tool_that_runs_migrations_reads_it(service: str) -> None:
    folder = migrations(service)
    script = ScriptDirectory(str(folder.parent), version_locations=[str(folder)])
    assert heads(service) == set(script.get_heads()) != set()
