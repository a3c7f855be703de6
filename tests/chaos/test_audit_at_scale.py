"""A team's audit log of a million entries is exported and checked in bounded memory."""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import asyncpg
import pytest

from contracts.audit import AuditEntry
from jobs_service.audit_chain import canonical, entry_hash
from jobs_service.audit_store import FIELDS
from saisei_local.embedded.process import memory_bytes
from saisei_local.supervisor import supervised
from tests.e2e.conftest import Saisei, database_url, running

pytestmark = pytest.mark.long

ENTRIES = int(os.environ.get("SAISEI_CHAOS_AUDIT_ENTRIES") or 1_000_000)
TEAM = "team-of-many"
GROWTH_MB = 100
"""Of the one process with all services, from its very first export on. The file has 650 MB."""
BATCH = 20_000


@pytest.fixture(scope="module")
def saisei(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saisei]:
    with running(tmp_path_factory.mktemp("audit")) as saisei:
        asyncio.run(_fill(database_url(saisei)))
        yield saisei


async def _fill(url: str) -> None:
    """A chain as the service would have written it."""
    connection = await asyncpg.connect(url)
    prev_hash = ""
    for first in range(1, ENTRIES + 1, BATCH):
        entries = []
        for seq in range(first, min(first + BATCH, ENTRIES + 1)):
            entries.append(_entry(seq, prev_hash))
            prev_hash = entries[-1].hash
        rows = [(TEAM, *map(_column, (getattr(entry, name) for name in FIELDS))) for entry in entries]
        await connection.copy_records_to_table(
            "audit_log", schema_name="jobs", columns=["team_id", *FIELDS], records=rows
        )
    await connection.execute("INSERT INTO jobs.audit_heads VALUES ($1, $2, $3)", TEAM, ENTRIES, prev_hash)
    await connection.close()


def _entry(seq: int, prev_hash: str) -> AuditEntry:
    entry = AuditEntry(
        seq=seq,
        at=datetime(2026, 4, 1, tzinfo=UTC) + timedelta(seconds=seq),
        actor="佐藤" if seq % 2 else "=cmd|' /C calc'!A0",
        role="admin",
        action="assets.pin",
        target_kind="image",
        target_id=f"image-{seq}",
        address="203.0.113.9",
        user_agent="Mozilla/5.0 (X11; Linux x86_64)",
        cascade_id=f"cascade-{seq}",
        event_id=f"event-{seq}",
        before={"pinned": False},
        after={"pinned": True},
        prev_hash=prev_hash,
        hash="0" * 64,
    )
    return entry.model_copy(update={"hash": entry_hash(TEAM, entry)})


def _column(value: Any) -> Any:
    return canonical(value) if isinstance(value, dict) else value


class Watch:
    """The most that a process has resident while the context lasts, in megabytes above the beginning."""

    def __init__(self, saisei: Saisei) -> None:
        self._pid = supervised(saisei.process.pid)["all"]
        self._ended = Event()
        self.growth = 0.0

    def __enter__(self) -> "Watch":
        self._before = self._resident()
        self._thread = Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.05):
            self.growth = max(self.growth, self._resident() - self._before)

    def _resident(self) -> float:
        return memory_bytes(self._pid) / 1e6


@pytest.mark.parametrize("format_", ["jsonl", "csv"])
def test_every_entry_is_in_the_file_and_memory_stays_bounded(saisei: Saisei, format_: str) -> None:
    admin = saisei.api("admin", team=TEAM)
    lines, last = 0, ""
    with Watch(saisei) as watch, admin.http.stream("GET", "/api/admin/audit", params={"format": format_}) as answer:
        for line in answer.iter_lines():
            lines, last = lines + 1, line
    # The export itself is the newest act, and may have come in by its end.
    assert lines - (format_ == "csv") >= ENTRIES
    assert "admin.read" in last or f"image-{ENTRIES}" in last
    assert watch.growth < GROWTH_MB, watch.growth


def test_the_whole_chain_is_checked_and_memory_stays_bounded(saisei: Saisei) -> None:
    with Watch(saisei) as watch:
        verdict = saisei.api("admin", team=TEAM).http.get("/api/admin/audit/verify", timeout=600).json()
    assert (verdict["ok"], verdict["faults"]) == (True, [])
    assert verdict["checked"] >= ENTRIES
    assert watch.growth < GROWTH_MB, watch.growth


def test_a_whole_stretch_that_was_changed_is_named_and_keeps_nobody_waiting(saisei: Saisei) -> None:
    asyncio.run(_tamper(database_url(saisei)))
    admin = saisei.api("admin", team=TEAM)
    verdict = admin.http.get("/api/admin/audit/verify", timeout=600).json()
    assert (verdict["ok"], [fault["seq"] for fault in verdict["faults"][:3]]) == (False, [1, 2, 3])
    assert admin.http.get("/readyz").status_code == 200


async def _tamper(url: str) -> None:
    """By somebody who owns the database."""
    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role TO replica")
    await connection.execute("UPDATE jobs.audit_log SET actor = 'nobody' WHERE team_id = $1 AND seq <= 4000", TEAM)
    await connection.close()
