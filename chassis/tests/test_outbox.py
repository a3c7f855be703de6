"""The outbox and its relay: what is committed is published, and nothing else."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from chassis import outbox
from chassis.context import MessageContext
from chassis.db import LEASE, Database
from chassis.outbox import OutgoingMessage
from chassis.testing import ACTOR, TEAM, Echoed, drained, eventually, numbers, received, running
from chassis.topology import EVENTS, REPLIES

CONTEXT = MessageContext(TEAM, ACTOR, uuid4())


async def _say(database: Database, n: int) -> None:
    async with database.transaction(CONTEXT) as tx:
        tx.emit(Echoed(n=n), subject=str(n))


async def _say_and_fail(database: Database) -> None:
    async with database.transaction(CONTEXT) as tx:
        tx.emit(Echoed(n=1), subject="1")
        raise LookupError


async def test_committed_message_is_delivered_and_its_row_deleted(bench):
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    service = bench.service()
    async with running(service):
        # Sooner than its lease runs out: the process that commits also publishes.
        async with asyncio.timeout(LEASE.total_seconds() / 2):
            await _say(service.database, 1)
            [envelope] = await received(watched)
            await eventually(lambda: _is_empty(bench))
    assert (envelope.data, envelope.teamid, envelope.source) == ({"n": 1}, TEAM, f"/saisei/{bench.topology.name}")


async def test_rolled_back_transaction_publishes_nothing(bench):
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    service = bench.service()
    async with running(service):
        with pytest.raises(LookupError):
            await _say_and_fail(service.database)
        await _say(service.database, 2)
        assert numbers(await received(watched)) == [2]
        await eventually(lambda: _is_empty(bench))
    assert numbers(await drained(watched)) == []


async def test_transaction_that_commits_after_a_later_one_is_delivered_too(bench):
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    service = bench.service()
    async with running(service):
        async with service.database.transaction(CONTEXT) as late:
            late.emit(Echoed(n=1), subject="1")
            await _say(service.database, 2)
            assert numbers(await received(watched)) == [2]
        assert numbers(await received(watched)) == [1]


async def test_row_whose_process_died_is_swept_by_another(bench):
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    dead = Database(bench.database_url, "dead")
    await dead.open()
    await _say(dead, 1)
    await dead.close()
    async with running(bench.service()):
        assert await drained(watched) == []
        await bench.let_leases_run_out()
        assert numbers(await received(watched)) == [1]
        await eventually(lambda: _is_empty(bench))


async def test_unroutable_message_stays_visibly_and_heals_with_its_binding(bench):
    service = bench.service()
    async with running(service):
        await _say(service.database, 1)
        row = await eventually(lambda: bench.sql.fetchrow("SELECT attempts, last_error FROM outbox WHERE attempts > 0"))
        assert "NO_ROUTE" in row["last_error"]
        check = next(check for check in await service.health.checks() if check.name.endswith(".outbox"))
        assert "1 messages wait" in check.detail
        watched = await bench.broker.watch(EVENTS, Echoed.type)
        assert numbers(await received(watched)) == [1]
        await eventually(lambda: _is_empty(bench))


async def test_unroutable_messages_do_not_use_up_the_connections_channels(bench):
    service = bench.service()
    async with running(service):
        for n in range(12):
            await _say(service.database, n)
        await eventually(lambda: bench.sql.fetchval("SELECT count(*) = 12 FROM outbox WHERE attempts > 0"))
        assert len(service.relay._connection.transport.connection.channels) < 5


async def test_expired_reply_is_dropped_unsent(bench):
    watched = await bench.broker.watch(REPLIES, "nobody.replies")
    expired = OutgoingMessage(
        uuid4(), REPLIES, "nobody.replies", b"{}", "x", datetime.now(UTC), expires_at=datetime.now(UTC)
    )
    await outbox.insert(bench.sql, [expired], uuid4(), timedelta(seconds=-1))
    async with running(bench.service()):
        await eventually(lambda: _is_empty(bench))
    assert await watched.get(fail=False) is None


async def test_failed_row_waits_longer_after_each_failure_up_to_half_a_minute(bench):
    lease, delays = uuid4(), []
    message = OutgoingMessage(uuid4(), EVENTS, "a.b", b"{}", "a.b", datetime.now(UTC))
    await outbox.insert(bench.sql, [message], lease, timedelta(0))
    for _ in range(8):
        await bench.sql.execute("UPDATE outbox SET lease = $1", lease)
        await outbox.postpone(bench.sql, message.id, lease, "x", timedelta(seconds=1))
        delays.append(await bench.sql.fetchval("SELECT extract(epoch FROM leased_until - now())::float8 FROM outbox"))
    assert [round(delay) for delay in delays] == [1, 2, 4, 8, 16, 30, 30, 30]


async def test_row_taken_over_by_another_process_is_not_postponed_by_the_first(bench):
    message = OutgoingMessage(uuid4(), EVENTS, "a.b", b"{}", "a.b", datetime.now(UTC))
    await outbox.insert(bench.sql, [message], uuid4(), timedelta(seconds=10))
    await outbox.postpone(bench.sql, message.id, uuid4(), "late", timedelta(seconds=1))
    assert await bench.sql.fetchval("SELECT attempts FROM outbox") == 0


async def test_sweeps_at_once_never_take_the_same_row(bench):
    message = [OutgoingMessage(uuid4(), EVENTS, "a.b", b"{}", "a.b", datetime.now(UTC)) for _ in range(50)]
    await outbox.insert(bench.sql, message, uuid4(), timedelta(seconds=-1))
    database = Database(bench.database_url, "sweeping")
    await database.open()
    sweeps = (outbox.sweep(database.pool, uuid4(), timedelta(seconds=10), 20) for _ in range(4))
    taken = [row.id for rows in await asyncio.gather(*sweeps) for row in rows]
    await database.close()
    assert sorted(taken) == sorted(one.id for one in message)


async def _is_empty(bench) -> bool:
    return await bench.waiting() == 0
