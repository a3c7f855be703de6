"""Many messages, one transaction: with the promises that single messages have."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from chassis.batch import BatchConsumer, BatchHandler
from chassis.db import Database
from chassis.telemetry import tracer_provider
from chassis.testing import Happened, eventually
from saisei_local.dead import list_dead


class Projection:
    """Notes numbers, refusing some, and remembers how it was called."""

    def __init__(self, bench) -> None:
        self.bench = bench
        self.bad: set[int] = set()
        self.batches: list[list[int]] = []
        self.told: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.before_insert: Callable[..., Awaitable[None]] | None = None

    async def apply(self, envelopes, conn) -> Callable[[], None]:
        found = [envelope.data["n"] for envelope in envelopes]
        self.batches.append(found)
        await self.gate.wait()
        await conn.executemany("INSERT INTO effects VALUES ($1)", [(n,) for n in found])
        if self.before_insert is not None:
            await self.before_insert(conn)
        if bad := self.bad & set(found):
            raise LookupError(f"not these: {sorted(bad)}")
        return lambda: self.told.extend(found)

    @asynccontextmanager
    async def consuming(self, amqp_url: str = "", size: int = 50) -> AsyncIterator[BatchConsumer]:
        database = Database(self.bench.database_url, "batch")
        await database.open()
        handler = BatchHandler(self.apply, size)
        url = amqp_url or self.bench.amqp_url
        consumer = BatchConsumer(self.bench.events, handler, database, url, tracer_provider("batch"))
        await consumer.start()
        try:
            yield consumer
        finally:
            await consumer.stop()
            await database.close()


@pytest.fixture
def projection(bench) -> Projection:
    return Projection(bench)


async def _tell(bench, *numbers: int) -> None:
    for n in numbers:
        await bench.broker.tell(Happened(n=n))


async def _noted(bench, *numbers: int) -> None:
    await eventually(lambda: _has(bench, list(numbers)))


async def _has(bench, numbers: list[int]) -> bool:
    return await bench.effects() == numbers


async def test_whatever_has_arrived_is_one_batch_up_to_its_size(bench, projection):
    await _tell(bench, *range(25))
    projection.gate.clear()
    async with projection.consuming(size=10):
        await eventually(lambda: _prefetched(bench))
        projection.gate.set()
        await _noted(bench, *range(25))
    assert max(map(len, projection.batches)) == 10
    assert projection.told == list(range(25))
    assert await bench.broker.depth(bench.events.name) == 0


async def test_poison_amid_a_batch_is_dead_lettered_and_its_neighbours_are_applied_once(bench, projection):
    projection.bad = {5, 15}
    projection.gate.clear()
    good = [n for n in range(21) if n not in projection.bad]
    async with projection.consuming() as consumer:
        await _tell(bench, 0)
        await eventually(lambda: projection.batches == [[0]])
        await _tell(bench, *range(1, 11))
        await bench.broker.publish("", bench.events.name, b"{", message_id="bad-json")
        await _tell(bench, *range(11, 21))
        await eventually(lambda: consumer._arrived.qsize() == 21)
        projection.gate.set()
        await _noted(bench, *good)
        await eventually(lambda: _dead(bench, 3))
    letters = await list_dead(bench.amqp_url, [bench.topology])
    assert projection.batches[1] == list(range(1, 21))
    assert {letter.tries for letter in letters} == {3}
    reasons = sorted(letter.reason for letter in letters)
    assert reasons[:2] == ["LookupError: not these: [15]", "LookupError: not these: [5]"]
    assert reasons[2].startswith("Poison: not a CloudEvent")
    assert (sorted(projection.told), await bench.broker.depth(bench.events.name)) == (good, 0)


async def test_duplicates_in_one_batch_and_across_batches_take_effect_once(bench, projection):
    message_id = uuid4()
    await asyncio.gather(*(bench.broker.tell(Happened(n=1), message_id) for _ in range(20)))
    async with projection.consuming(size=7):
        await _tell(bench, 2)
        await _noted(bench, 1, 2)
        await bench.broker.tell(Happened(n=1), message_id)
        await _tell(bench, 3)
        await _noted(bench, 1, 2, 3)
    assert projection.told == [1, 2, 3]


async def test_replicas_on_one_queue_share_the_work_without_deadlock_or_double_effect(bench, projection):
    ids = [uuid4() for _ in range(60)]
    for _ in range(2):
        await asyncio.gather(*(bench.broker.tell(Happened(n=n), ids[n]) for n in range(60)))
    async with projection.consuming(size=8), projection.consuming(size=8):
        await _noted(bench, *range(60))
        await eventually(lambda: _drained(bench))
    assert await bench.broker.depth(bench.events.dead) == 0


async def test_connection_killed_amid_a_batch_costs_no_try_and_holds_the_whole_batch(bench, projection):
    runs: list[int] = []

    async def lose_the_connection_three_times(conn) -> None:
        runs.append(1)
        if len(runs) <= 3:
            await bench.sql.fetchval("SELECT pg_terminate_backend($1)", conn.get_server_pid())
            await conn.fetchval("SELECT 1")

    projection.before_insert = lose_the_connection_three_times
    await _tell(bench, *range(5))
    async with projection.consuming():
        await _noted(bench, *range(5))
    assert sorted(projection.told) == list(range(5))
    assert await bench.broker.depth(bench.events.dead) == 0


async def test_nothing_is_done_of_what_follows_a_commit_that_failed(bench, projection):
    runs: list[int] = []

    async def lose_the_connection_before_the_commit(conn) -> None:
        runs.append(1)
        if len(runs) == 1:
            await bench.sql.fetchval("SELECT pg_terminate_backend($1)", conn.get_server_pid())

    projection.before_insert = lose_the_connection_before_the_commit
    await _tell(bench, 1)
    async with projection.consuming():
        await _noted(bench, 1)
        await eventually(lambda: projection.told)
    assert (len(runs), projection.told) == (2, [1])


async def test_batch_whose_acknowledgement_was_cut_off_takes_effect_once_and_work_goes_on(bench, projection, proxied):
    world, proxy = proxied
    cuts: list[int] = []

    async def cut_once(_conn) -> None:
        if not cuts:
            cuts.append(1)
            await proxy.cut()

    projection.before_insert = cut_once
    await _tell(bench, *range(5))
    async with projection.consuming(world.amqp_url) as consumer:
        await eventually(lambda: proxy.connections >= 2 and not consumer.silent_queues())
        await _tell(bench, 5)
        await _noted(bench, *range(6))
        await eventually(lambda: _drained(bench))
    assert await bench.effects() == list(range(6))


async def test_stopping_under_load_loses_nothing_and_is_quick(bench, projection):
    await _tell(bench, *range(150))
    async with projection.consuming(size=10):
        await eventually(bench.effects)
        before = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - before < 3
    kept = await bench.effects()
    assert kept == sorted(set(kept))
    async with projection.consuming(size=50):
        await _noted(bench, *range(150))


async def test_deleted_queue_is_named_as_not_consumed(bench, projection):
    async with projection.consuming() as consumer:
        assert consumer.silent_queues() == []
        await bench.broker.delete([bench.events])
        await eventually(lambda: consumer.silent_queues() == [bench.events.name])


async def _drained(bench) -> bool:
    return await bench.broker.depth(bench.events.name) == 0


async def _prefetched(bench) -> bool:
    return await bench.broker.depth(bench.events.name) == 5


async def _dead(bench, count: int) -> bool:
    return await bench.broker.depth(bench.events.dead) == count
