"""The audit log: what it keeps, and what its chain shows of tampering."""

import asyncio
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from chassis.context import MessageContext
from chassis.testing import ACTOR
from contracts.audit import AuditEntry, AuditPage, AuditStretch, ReadAudit, VerifyAudit
from contracts.envelope import AuditRecorded, Origin
from jobs_service.audit_chain import entry_hash
from saisei_local.provision.database import with_database

from .conftest import AUDIT, QUERIES

ORIGIN = Origin(role="admin", address="203.0.113.9", user_agent="curl/8", request_id="r-1")


def act(n: int, **fields) -> AuditRecorded:
    given = {"at": datetime(2026, 4, 1, tzinfo=UTC) + timedelta(minutes=n), "action": "retry_intents.create"}
    given |= {"target_kind": "retry_intent", "target_id": f"intent-{n}", "about": "campaign-1", "origin": ORIGIN}
    return AuditRecorded.model_validate(given | {"trace_id": "f" * 32, "after": {"番号": n, "率": 0.5}} | fields)


@pytest.fixture
def team() -> str:
    return f"team-{uuid4()}"


@pytest.fixture
def tell(database, team):
    """Appends acts as the service does, each in a transaction of its own."""

    async def append(*acts: AuditRecorded) -> None:
        for one in acts:
            async with database.transaction(MessageContext(team, ACTOR, uuid4(), uuid4())) as tx:
                await AUDIT.events[AuditRecorded](one, tx)

    return append


@pytest.fixture
def look(database, team):
    async def ask(query):
        async with database.transaction(MessageContext(team, ACTOR, uuid4(), uuid4())) as tx:
            return (await QUERIES.queries[type(query)](query, tx)).body

    return ask


@pytest.fixture
def verdict(look):
    async def verify(limit: int = 2000) -> AuditStretch:
        return AuditStretch.model_validate(await look(VerifyAudit(limit=limit)))

    return verify


@pytest.fixture
async def tamper(postgres_admin_url, database_url, team):
    """An owner of the database, who can switch off what refuses a change."""
    name = urlsplit(database_url).path.lstrip("/")
    connection = await asyncpg.connect(with_database(postgres_admin_url, name))
    await connection.execute("SET search_path TO jobs")
    await connection.execute("SET session_replication_role TO replica")

    async def change(statement: str) -> None:
        await connection.execute(statement.replace("TEAM", f"'{team}'"))

    yield change
    await connection.close()


async def test_an_act_is_kept_whole(tell, look):
    await tell(act(1))
    [entry] = AuditPage.model_validate(await look(ReadAudit())).items
    assert (entry.seq, entry.actor, entry.role, entry.address) == (1, ACTOR, "admin", "203.0.113.9")
    assert (entry.user_agent, entry.request_id, entry.trace_id) == ("curl/8", "r-1", "f" * 32)
    assert (entry.action, entry.target_id, entry.campaign_id) == ("retry_intents.create", "intent-1", "campaign-1")
    assert (entry.before, entry.after) == (None, {"番号": 1, "率": 0.5})


async def test_entries_are_read_in_pages_and_by_filter(tell, look):
    await tell(*(act(n, action="assets.pin" if n % 2 else "assets.accept") for n in range(1, 8)))
    first = AuditPage.model_validate(await look(ReadAudit(limit=5)))
    rest = AuditPage.model_validate(await look(ReadAudit(limit=5, after_seq=first.next_after or 0)))
    assert [[one.seq for one in page.items] for page in (first, rest)] == [[1, 2, 3, 4, 5], [6, 7]]
    assert rest.next_after is None
    pins = AuditPage.model_validate(await look(ReadAudit(action="assets.pin", since=act(3).at, until=act(7).at)))
    assert [one.seq for one in pins.items] == [3, 5]


async def test_acts_told_at_once_make_one_unbroken_chain(tell, verdict):
    await asyncio.gather(*(tell(act(n)) for n in range(40)))
    whole = await verdict()
    assert (whole.checked, whole.head_seq, whole.faults) == (40, 40, ())


async def test_chain_is_checked_in_stretches(tell, look):
    await tell(*(act(n) for n in range(7)))
    stretch = AuditStretch.model_validate(await look(VerifyAudit(limit=3, after_seq=3)))
    assert (stretch.checked, stretch.next_after, stretch.faults) == (3, 6, ())


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["UPDATE audit_log SET actor = 'nobody' WHERE team_id = TEAM AND seq = 3"], [(3, "changed")]),
        (
            ["UPDATE audit_log SET at = at + interval '1 us' WHERE team_id = TEAM AND seq = 1"],
            [(1, "changed")],
        ),
        (["UPDATE audit_log SET after = '{}' WHERE team_id = TEAM AND seq = 5"], [(5, "changed")]),
        (["DELETE FROM audit_log WHERE team_id = TEAM AND seq IN (2, 3)"], [(2, "removed")]),
        (["DELETE FROM audit_log WHERE team_id = TEAM AND seq = 1"], [(1, "removed")]),
        (["DELETE FROM audit_log WHERE team_id = TEAM AND seq >= 4"], [(4, "removed")]),
        (["DELETE FROM audit_log WHERE team_id = TEAM"], [(1, "removed")]),
        (["UPDATE audit_heads SET seq = 4 WHERE team_id = TEAM"], [(5, "added")]),
        (
            [
                "UPDATE audit_log SET seq = -1 WHERE team_id = TEAM AND seq = 2",
                "UPDATE audit_log SET seq = 2 WHERE team_id = TEAM AND seq = 4",
                "UPDATE audit_log SET seq = 4 WHERE team_id = TEAM AND seq = -1",
            ],
            [(2, "reordered"), (4, "reordered")],
        ),
        (
            [
                "UPDATE audit_log SET seq = -1 WHERE team_id = TEAM AND seq = 2",
                "UPDATE audit_log SET seq = 2 WHERE team_id = TEAM AND seq = 3",
                "UPDATE audit_log SET seq = 3 WHERE team_id = TEAM AND seq = -1",
            ],
            [(2, "reordered"), (3, "reordered")],
        ),
    ],
)
async def test_what_was_tampered_with_is_found_and_named(statements, expected, tell, verdict, tamper):
    await tell(*(act(n) for n in range(1, 6)))
    for statement in statements:
        await tamper(statement)
    found = {(fault.seq, fault.kind) for fault in (await verdict()).faults}
    assert found >= set(expected)
    told = {seq for seq, _ in expected}
    # What follows a removed or moved entry no longer follows from what stands before it.
    assert {seq for seq, _ in found} <= told | {seq + 1 for seq in told} | {seq - 1 for seq in told}


async def test_an_entry_rewritten_with_its_hash_is_found_by_its_successor(tell, verdict, tamper, look, team):
    await tell(*(act(n) for n in range(1, 4)))
    entries = [AuditEntry.model_validate(one) for one in (await look(ReadAudit()))["items"]]
    forged = entries[1].model_copy(update={"actor": "nobody"})
    digest = entry_hash(team, forged)
    await tamper(f"UPDATE audit_log SET actor = 'nobody', hash = '{digest}' WHERE team_id = TEAM AND seq = 2")
    assert [(fault.seq, fault.kind) for fault in (await verdict()).faults] == [(2, "changed")]


@pytest.mark.parametrize("first", [3, 1])
async def test_a_chain_rewritten_to_its_end_with_all_its_hashes_does_not_end_as_its_head_says(
    first, tell, verdict, tamper, look, team
):
    await tell(*(act(n) for n in range(1, 4)))
    entries = [AuditEntry.model_validate(one) for one in (await look(ReadAudit()))["items"]]
    prev_hash = entries[first - 2].hash if first > 1 else ""
    for entry in entries[first - 1 :]:
        forged = entry.model_copy(update={"actor": "nobody", "prev_hash": prev_hash})
        digest = entry_hash(team, forged)
        where = f"WHERE team_id = TEAM AND seq = {entry.seq}"
        await tamper(f"UPDATE audit_log SET actor = 'nobody', prev_hash = '{prev_hash}', hash = '{digest}' {where}")
        prev_hash = digest
    assert [(fault.seq, fault.kind) for fault in (await verdict()).faults] == [(3, "changed")]


async def test_a_stretch_that_was_changed_throughout_is_judged_at_once(tell, verdict, tamper):
    await tell(*(act(n) for n in range(300)))
    await tamper("UPDATE audit_log SET actor = 'nobody' WHERE team_id = TEAM")
    async with asyncio.timeout(5):
        found = (await verdict()).faults
    assert [(fault.seq, fault.kind) for fault in found] == [(n, "changed") for n in range(1, 21)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET actor = 'x'",
        "DELETE FROM audit_log",
        "DELETE FROM audit_heads",
        "UPDATE audit_heads SET seq = seq - 1",
        "UPDATE audit_heads SET hash = 'x'",
    ],
)
async def test_the_service_itself_cannot_change_what_was_recorded(statement, tell, database):
    await tell(act(1))
    with pytest.raises((asyncpg.IntegrityConstraintViolationError, asyncpg.InsufficientPrivilegeError)):
        await database.pool.execute(statement)


async def test_another_teams_entries_are_not_seen(tell, database):
    await tell(act(1))
    async with database.transaction(MessageContext("team-other", ACTOR, uuid4(), uuid4())) as tx:
        reply = await QUERIES.queries[ReadAudit](ReadAudit(), tx)
    assert (reply.body or {})["items"] == []
