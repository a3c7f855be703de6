"""Events that arrive together share a transaction, and none suffers for its neighbour."""

import asyncio
from collections import Counter
from uuid import uuid4

import asyncpg
import pytest

from chassis.errors import RetryLater
from chassis.grouping import GROUP_AT_MOST
from chassis.testing import Ask, Echoed, Happened, eventually, received, running
from chassis.topology import EVENTS

NUMBERS = list(range(1, 31))


async def test_what_arrived_while_one_was_handled_is_committed_together(bench):
    gate, transactions = asyncio.Event(), Counter()

    async def note(event, tx):
        if event.n == 0:
            await gate.wait()
        transactions[await tx.conn.fetchval("SELECT txid_current()")] += 1
        await _note(event, tx)

    watched = await bench.broker.watch(EVENTS, Echoed.type)
    async with running(bench.service(bench.noting(note, concurrency=GROUP_AT_MOST))):
        await _held_back(bench, gate, NUMBERS)
        echoed = await received(watched, 1 + len(NUMBERS))
    assert len(transactions) < 5
    assert sorted(echo.data["n"] for echo in echoed) == [0, *NUMBERS]
    assert await bench.effects() == [0, *NUMBERS]


async def test_one_that_fails_leaves_its_group_and_runs_no_oftener_than_its_tries(bench):
    gate, tries = asyncio.Event(), Counter()

    async def note(event, tx):
        tries[event.n] += 1
        if event.n == 0:
            await gate.wait()
        await _note(event, tx)
        if event.n == 7:
            raise LookupError("7 is not to my taste")

    async with running(bench.service(bench.noting(note, concurrency=GROUP_AT_MOST))):
        await _held_back(bench, gate, NUMBERS)
        await eventually(lambda: bench.broker.depth(bench.events.dead))
    assert tries[7] == bench.events.tries
    assert await bench.effects() == [0, *(n for n in NUMBERS if n != 7)]


async def test_what_is_counted_after_the_commit_is_counted_once_although_a_neighbour_undoes_the_group(bench):
    gate, counted = asyncio.Event(), Counter()

    async def note(event, tx):
        if event.n == 0:
            await gate.wait()
        await _note(event, tx)
        tx.on_commit(lambda: counted.update([event.n]))
        if event.n == 7:
            raise LookupError("7 is not to my taste")

    async with running(bench.service(bench.noting(note, concurrency=GROUP_AT_MOST))):
        await _held_back(bench, gate, NUMBERS)
        await eventually(lambda: bench.broker.depth(bench.events.dead))
    assert counted == Counter(await bench.effects())


@pytest.mark.parametrize("error", [asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError])
async def test_group_that_meets_another_transaction_is_handled_one_by_one(bench, error):
    gate, members = asyncio.Event(), Counter()

    async def note(event, tx):
        if event.n == 0:
            await gate.wait()
        transaction = await tx.conn.fetchval("SELECT txid_current()")
        members[transaction] += 1
        if event.n == 7 and members[transaction] > 1:
            raise error
        await _note(event, tx)

    async with running(bench.service(bench.noting(note, concurrency=GROUP_AT_MOST))):
        await _held_back(bench, gate, NUMBERS)
        await eventually(lambda: _noted(bench, [0, *NUMBERS]))
    assert await bench.broker.depth(bench.events.dead) == 0


async def test_what_cannot_be_stored_spends_no_try_of_its_neighbours(bench):
    gate, tries, twice = asyncio.Event(), Counter(), uuid4()

    async def note(event, tx):
        tries[event.n] += 1
        if event.n == 0:
            await gate.wait()
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n)
        if event.n in (7, 8):
            tx.send(Ask(n=event.n), queue=bench.commands.name, message_id=twice)
            tx.send(Ask(n=event.n), queue=bench.commands.name, message_id=twice)

    async with running(bench.service(bench.noting(note, concurrency=GROUP_AT_MOST))):
        await _held_back(bench, gate, NUMBERS)
        await eventually(lambda: _is_deep(bench, 2))
    assert await bench.effects() == [0, *(n for n in NUMBERS if n not in (7, 8))]
    assert max(tries[n] for n in NUMBERS if n not in (7, 8)) <= 2


async def test_one_that_comes_too_early_holds_up_nobody_in_its_group(bench):
    gate, early = asyncio.Event(), Counter()

    async def note(event, tx):
        if event.n == 0:
            await gate.wait()
        early[event.n] += 1
        if event.n == 7 and early[7] < 6:
            raise RetryLater("7 is not to be told yet")
        await _note(event, tx)

    async with running(bench.service(bench.noting(note, concurrency=GROUP_AT_MOST))):
        await _held_back(bench, gate, NUMBERS)
        await eventually(lambda: _noted(bench, [0, *NUMBERS]))
    assert max(count for n, count in early.items() if n != 7) <= 2
    assert await bench.broker.depth(bench.events.dead) == 0


async def test_broker_that_cuts_the_connection_in_the_middle_of_a_group_changes_nothing(proxied):
    bench, proxy = proxied
    gate, cut = asyncio.Event(), asyncio.Event()

    async def note(event, tx):
        if event.n == 0:
            await gate.wait()
        if event.n == 7 and not cut.is_set():
            cut.set()
            await asyncio.Event().wait()
        await _note(event, tx)

    async with running(bench.service(bench.noting(note, concurrency=GROUP_AT_MOST))):
        await _held_back(bench, gate, NUMBERS)
        await cut.wait()
        await proxy.cut()
        await eventually(lambda: _noted(bench, [0, *NUMBERS]), 30)
    assert await bench.broker.depth(bench.events.dead) == 0


async def test_one_message_that_is_twice_in_a_group_takes_effect_once(bench):
    gate = asyncio.Event()

    async def note(event, tx):
        if event.n == 0:
            await gate.wait()
        await _note(event, tx)

    async with running(bench.service(bench.noting(note, concurrency=GROUP_AT_MOST))):
        await _held_back(bench, gate, [1, 2, 3], copies=5)
        await eventually(lambda: _noted(bench, [0, 1, 2, 3]))
        await eventually(lambda: _drained(bench))
    assert await bench.effects() == [0, 1, 2, 3]


async def _note(event, tx):
    await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n)
    tx.emit(Echoed(n=event.n), subject=str(event.n))


async def _held_back(bench, gate: asyncio.Event, numbers: list[int], copies: int = 1) -> None:
    """Lets one message keep the queue's consumer busy until the others are there, too."""
    await bench.broker.tell(Happened(n=0))
    ids = {n: await bench.broker.tell(Happened(n=n)) for n in numbers}
    for n, message_id in ids.items():
        for _ in range(copies - 1):
            await bench.broker.tell(Happened(n=n), message_id)
    await eventually(lambda: _drained(bench))
    gate.set()


async def _is_deep(bench, count: int) -> bool:
    return await bench.broker.depth(bench.events.dead) == count


async def _drained(bench) -> bool:
    return await bench.broker.depth(bench.events.name) == 0


async def _noted(bench, numbers: list[int]) -> bool:
    return await bench.effects() == numbers
