"""Poison ends in the dead-letter queue after exactly N tries, and whatever is beside it is untouched."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chassis.consumer import EARLY_AT_MOST
from chassis.errors import RetryLater
from chassis.subscriptions import Subscription
from chassis.testing import Echoed, Happened, enveloped, eventually, running
from chassis.topology import DEAD
from saisei_local.dead import list_dead, replay

NEIGHBOURS = list(range(1, 21))


def _body(n: int, kind: str = Happened.type) -> bytes:
    envelope = enveloped(Happened(n=n)).model_copy(update={"type": kind})
    return envelope.model_dump_json(exclude_none=True).encode()


BAD_SCHEMA = _body(1).replace(b'"n":1', b'"n":"many"')
POISON = {
    "bad-json": (b"{", "Poison: not a CloudEvent"),
    "no-envelope": (b'{"n": 1}', "Poison: not a CloudEvent of ours: id: Field required"),
    "bad-schema": (BAD_SCHEMA, "Poison: sample.happened: n: Input should be a valid integer"),
    "unknown-type": (_body(1, "sample.unheard_of"), "Poison: nobody here handles sample.unheard_of"),
}


@pytest.mark.parametrize("kind", POISON)
async def test_unreadable_message_is_dead_lettered_after_exactly_its_tries_and_neighbours_are_handled(bench, kind):
    body, reason = POISON[kind]
    async with running(bench.service(bench.noting())):
        await bench.broker.publish("", bench.events.name, body, message_id=kind)
        await _neighbours(bench)
        [letter] = await _dead(bench)
        await eventually(lambda: _all_noted(bench))
    assert (letter.message_id, letter.tries, letter.body) == (kind, 3, body)
    assert letter.reason.startswith(reason)
    assert await bench.effects() == NEIGHBOURS


async def test_handler_that_always_throws_runs_exactly_as_often_as_its_queue_says(bench):
    tries: Counter[int] = Counter()
    async with running(bench.service(_failing(bench, tries, {99}))):
        await bench.broker.tell(Happened(n=99))
        await _neighbours(bench)
        [letter] = await _dead(bench)
        await eventually(lambda: _all_noted(bench))
    assert (tries[99], letter.tries, letter.reason) == (3, 3, "LookupError: 99 is not to my taste")
    assert await bench.effects() == NEIGHBOURS


async def test_failed_try_leaves_no_claim_effect_or_message_behind(bench):
    async with running(bench.service(_failing(bench, Counter(), {99}))):
        await bench.broker.tell(Happened(n=99))
        await _dead(bench)
        counts = await bench.sql.fetchrow("SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM outbox)")
    assert (tuple(counts), await bench.effects()) == ((0, 0), [])


async def test_replayed_dead_letter_takes_effect_with_all_its_tries_ahead(bench):
    tries: Counter[int] = Counter()
    bad = {99}
    async with running(bench.service(_failing(bench, tries, bad))):
        message_id = str(await bench.broker.tell(Happened(n=99)))
        await _dead(bench)
        assert await replay(bench.amqp_url, [bench.topology], message_id) == 1
        [letter] = await _dead(bench)
        assert (tries[99], letter.tries) == (6, 3)
        bad.clear()
        await replay(bench.amqp_url, [bench.topology], message_id)
        await eventually(bench.effects)
        assert await list_dead(bench.amqp_url, [bench.topology]) == []
    assert await bench.effects() == [99]


async def test_event_that_a_filter_keeps_out_is_acknowledged_without_a_claim_or_an_effect(bench):
    even = replace(bench.noting(), filters={Happened: lambda event: event.n % 2 == 0})
    async with running(bench.service(even)):
        told = {n: await bench.broker.tell(Happened(n=n)) for n in range(1, 11)}
        await eventually(lambda: _all_noted(bench, [2, 4, 6, 8, 10]))
    # What was not acknowledged would be back by now.
    assert await bench.broker.depth(bench.events.name) == 0
    claimed = {row["message_id"] for row in await bench.sql.fetch("SELECT message_id FROM inbox")}
    assert claimed == {told[n] for n in (2, 4, 6, 8, 10)}


async def test_event_that_breaks_its_filter_is_dead_lettered(bench):
    async with running(bench.service(replace(bench.noting(), filters={Happened: lambda event: 1 / event.n}))):
        await bench.broker.tell(Happened(n=0))
        await _neighbours(bench)
        [letter] = await _dead(bench)
        await eventually(lambda: _all_noted(bench))
    assert (letter.tries, letter.reason.partition(":")[0]) == (3, "ZeroDivisionError")


async def test_message_that_is_early_is_tried_again_and_takes_effect(bench):
    heard: list[int] = []

    async def needs_two_tries(event: Happened, tx):
        heard.append(event.n)
        if len(heard) < 2:
            raise RetryLater("what this rests on is not here yet")
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n)

    async with running(bench.service(bench.noting(needs_two_tries))):
        await bench.broker.tell(Happened(n=5))
        await eventually(bench.effects)
    assert heard == [5, 5]


async def test_message_that_is_early_waits_longer_than_its_tries_and_has_all_of_them_ahead_afterwards(bench):
    heard: Counter[str] = Counter()

    async def early_then_broken(event: Happened, tx):
        heard["early" if heard["early"] < 6 else "broken"] += 1
        raise LookupError("broken") if heard["broken"] else RetryLater("what this rests on is not here yet")

    async with running(bench.service(bench.noting(early_then_broken))):
        await bench.broker.tell(Happened(n=5))
        [letter] = await _dead(bench)
    assert (heard, letter.tries) == ({"early": 6, "broken": 3}, 3)


async def test_message_that_has_been_early_for_too_long_is_dead_lettered(bench):
    async def too_early(event: Happened, tx):
        raise RetryLater("what this rests on is not here yet")

    async with running(bench.service(bench.noting(too_early))):
        await bench.broker.tell(Happened(n=5), time=datetime.now(UTC) - EARLY_AT_MOST)
        [letter] = await _dead(bench)
    assert (letter.tries, letter.reason) == (3, "RetryLater: what this rests on is not here yet")


async def test_message_whose_dead_letter_is_not_confirmed_comes_back_instead_of_being_stuck(bench):
    tries: Counter[int] = Counter()
    dead = await bench.broker.queue(bench.events.dead)
    await dead.unbind(DEAD, bench.events.name)
    async with running(bench.service(_failing(bench, tries, {99}, concurrency=1))):
        await bench.broker.tell(Happened(n=99))
        await eventually(lambda: tries[99] > 3)
        await dead.bind(DEAD, bench.events.name)
        [letter] = await _dead(bench)
        await _neighbours(bench)
        await eventually(lambda: _all_noted(bench))
    assert letter.reason.startswith("LookupError")


def _failing(bench, tries: Counter[int], bad: set[int], concurrency: int = 10) -> Subscription:
    async def note_or_throw(event: Happened, tx):
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n)
        if event.n in bad:
            tries[event.n] += 1
            tx.emit(Echoed(n=event.n), subject="x")
            raise LookupError(f"{event.n} is not to my taste")

    return bench.noting(note_or_throw, concurrency)


async def _neighbours(bench) -> None:
    await asyncio.gather(*(bench.broker.tell(Happened(n=n)) for n in NEIGHBOURS))


async def _all_noted(bench, numbers: list[int] = NEIGHBOURS) -> bool:
    return await bench.effects() == numbers


async def _dead(bench):
    await eventually(lambda: bench.broker.depth(bench.events.dead))
    return await list_dead(bench.amqp_url, [bench.topology])
