"""The stories show when a protection of the ledger is missing: each is taken away in turn."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest
from hypothesis import Phase, settings
from hypothesis.errors import Flaky

from chassis import crashpoints, inbox
from chassis.transaction import Transaction
from jobs_service import audit_store, budgets_store, retries_store, service, spend_store, spending, store
from saisei_local.provision.database import with_database

from . import story_world
from .job_machine import tell_stories
from .test_job_story_properties import BRIEFLY

pytestmark = pytest.mark.long

SEARCH = settings(BRIEFLY, max_examples=300, phases=[Phase.generate], database=None, report_multiple_bugs=False)

OPEN = "AND status IN ('PENDING', 'RUNNING')"
PENDING = "AND status = 'PENDING'"
OF_TEAM, OF_ANY = "AND team_id = $2", "AND $2::text <> ''"

STATEMENTS: dict[str, tuple[Any, str, str, str]] = {
    "an intent is consumed once": (retries_store, "CONSUME", PENDING, ""),
    "an intent is rejected once": (retries_store, "REJECT", PENDING, ""),
    "an intent is its team's": (retries_store, "SELECT", OF_TEAM, OF_ANY),
    "a job is its team's": (store, "JOB_BY_ID", OF_TEAM, OF_ANY),
    "a job ends once": (store, "SET_ENDED", OPEN, ""),
    "a job is cancelled before it ends": (store, "SET_CANCELLED", OPEN, ""),
    "a job starts before it ends": (store, "SET_RUNNING", OPEN, ""),
    "an epoch only rises": (store, "SET_RUNNING", "greatest(jobs.epoch, $2)", "$2"),
    "the first calls a job off": (store, "REQUEST_CANCEL", "AND cancel_requested_by IS NULL", ""),
    "only what is open is called off": (store, "REQUEST_CANCEL", OPEN, ""),
    "a called-off job hides no failure": (store, "LATEST_JOB", "NOT IN ('CANCELLED', 'SUPERSEDED')", "<> ''"),
    "requests for one asset wait": (store, "LOCK_TARGET", "FOR UPDATE", ""),
    "retries of one render wait": (store, "LOCK_REQUESTS", "pg_advisory_xact_lock", ""),
    "requests of one team wait": (budgets_store, "LOCK_LIMITS", "FOR UPDATE", ""),
    "what waits is set aside": (budgets_store, "USED", "status IN ('PENDING', 'RUNNING')", "status = 'RUNNING'"),
    "an attempt is paid for once": (spend_store, "INSERT", "SELECT id, $2,", "SELECT id, $2 + (random() * 1e6)::int,"),
    "acts of one team wait": (audit_store, "LOCK_HEAD", "FOR UPDATE", ""),
}
"""By protection, the statement that has it, the words that are it, and what stands there without it."""


async def _claim(conn: Any, consumer: str, message_id: UUID) -> bool:
    await conn.fetchval(inbox.CLAIM, consumer, message_id)
    return True


FUNCTIONS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "a failure is not repeated unasked": (service, "needs_retry", lambda _latest, _wanted: False),
    "a message takes effect once": (inbox, "claim", _claim),
    "acts are recorded": (Transaction, "account_for", lambda _tx, _command: None),
    "a crash leaves all or nothing": (asyncpg.Connection, "transaction", lambda _conn: nullcontext()),
    "every end tells what it cost": (spending, "record", lambda *_told: asyncio.sleep(0)),
}
"""By protection, the function that is it, and what stands there without it."""

TRIGGERS = {"jobs_terminal": "jobs", "retry_intents_forward": "retry_intents"}


@pytest.fixture
def url(install: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> str:
    """A database whose protections are taken away, and nobody else's."""
    monkeypatch.setattr(crashpoints, "reach", story_world.reach)
    return install("jobs")


@pytest.fixture
def drop(url: str, postgres_admin_url: str) -> Callable[[str], None]:
    """Drops a trigger, as only the owner of the database can."""

    async def without(trigger: str) -> None:
        connection = await asyncpg.connect(with_database(postgres_admin_url, urlsplit(url).path.lstrip("/")))
        await connection.execute(f"DROP TRIGGER {trigger} ON jobs.{TRIGGERS[trigger]}")
        await connection.close()

    def run(trigger: str) -> None:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, without(trigger)).result()

    return run


def _is_told(url: str) -> None:
    # What only a race shows may not show again as the story is told once more.
    with pytest.raises((AssertionError, asyncpg.PostgresError, Flaky, pytest.fail.Exception)):
        tell_stories(url, SEARCH)


@pytest.mark.parametrize("protection", STATEMENTS)
def test_statement_without_its_guard_is_found(url, protection, monkeypatch):
    module, name, guard, without = STATEMENTS[protection]
    statement = getattr(module, name)
    assert guard in statement
    monkeypatch.setattr(module, name, statement.replace(guard, without))
    _is_told(url)


@pytest.mark.parametrize("protection", FUNCTIONS)
def test_missing_step_is_found(url, protection, monkeypatch):
    module, name, without = FUNCTIONS[protection]
    monkeypatch.setattr(module, name, without)
    _is_told(url)


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_missing_trigger_is_found(url, drop, trigger):
    drop(trigger)
    _is_told(url)
