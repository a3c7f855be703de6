"""Deliveries that end together are acknowledged at once, and none that is still open goes with them."""

import asyncio
import random

import aiormq
import pytest

from chassis.acknowledging import Acknowledging, OpenDeliveries
from chassis.grouping import GROUP_AT_MOST
from chassis.subscriptions import Subscription
from chassis.testing import Ask, Happened, eventually, running
from chassis.transaction import reply_ok

NUMBERS = list(range(1, 31))


@pytest.fixture
def acknowledged(monkeypatch):
    """What the broker was told with `ack`: the delivery's tag, and whether all before it were meant, too."""
    told = []
    tell = aiormq.Channel.basic_ack

    async def telling(channel, delivery_tag, multiple=False, wait=True):
        told.append((delivery_tag, multiple))
        await tell(channel, delivery_tag, multiple, wait)

    monkeypatch.setattr(aiormq.Channel, "basic_ack", telling)
    return told


@pytest.fixture
def deliveries(monkeypatch):
    """What the broker delivered: the channel, and whether it had delivered the same before."""
    taken = []
    take = Acknowledging.take

    def taking(self, message):
        taken.append((message.raw_message.channel, bool(message.headers.get("x-delivery-count"))))
        take(self, message)

    monkeypatch.setattr(Acknowledging, "take", taking)
    return taken


async def test_group_is_acknowledged_at_once(bench, acknowledged):
    gate = asyncio.Event()

    async def note(event, tx):
        if event.n == 0:
            await gate.wait()
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n)

    async with running(bench.service(bench.noting(note, concurrency=GROUP_AT_MOST))):
        for n in (0, *NUMBERS):
            await bench.broker.tell(Happened(n=n))
        await eventually(lambda: _drained(bench.broker, bench.events))
        gate.set()
        await eventually(lambda: acknowledged and acknowledged[-1][0] == 1 + len(NUMBERS))
    assert len(acknowledged) < 5
    assert await bench.broker.depth(bench.events.name) == 0


async def test_one_that_is_still_being_handled_is_not_acknowledged_with_those_after_it(
    proxied, acknowledged, deliveries
):
    bench, proxy = proxied
    never = asyncio.Event()

    async def answer(command, tx):
        if command.n == 0 and len(deliveries) <= 1 + len(NUMBERS):
            await never.wait()
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", command.n)
        return reply_ok({})

    async with running(bench.service(_answering(bench, answer))):
        for n in (0, *NUMBERS):
            await bench.broker.command(Ask(n=n), queue=bench.commands.name)
        await eventually(lambda: len(acknowledged) == len(NUMBERS))
        await proxy.cut()
        await eventually(lambda: _noted(bench, [0, *NUMBERS]), 30)
    assert not any(multiple for _, multiple in acknowledged[: len(NUMBERS)])
    assert [again for _, again in deliveries] == [False] * (1 + len(NUMBERS)) + [True]


async def test_whatever_order_they_end_in_each_is_acknowledged_once(bench, deliveries):
    chance, numbers = random.Random(7), list(range(300))

    async def answer(command, tx):
        await asyncio.sleep(chance.choice((0, 0, 0.002, 0.02)))
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", command.n)
        if command.n % 10 == 9:
            raise LookupError("not to my taste")
        return reply_ok({})

    async with running(bench.service(_answering(bench, answer))):
        await asyncio.gather(*(bench.broker.command(Ask(n=n), queue=bench.commands.name) for n in numbers))
        await eventually(lambda: _noted(bench, [n for n in numbers if n % 10 != 9]), 30)
        await eventually(lambda: _is_deep(bench, len(numbers) // 10), 30)
    # The broker closes the channel on whoever acknowledges what is not open.
    assert len({channel for channel, _ in deliveries}) == 1
    assert not any(again for _, again in deliveries)
    assert await bench.broker.depth(bench.commands.name) == 0


def test_only_what_has_nothing_older_open_is_told_of_together():
    deliveries = OpenDeliveries()
    for tag in range(1, 7):
        deliveries.take(tag)
    assert deliveries.together({1, 2, 4, 5}) == {1, 2}
    deliveries.close({1, 2})
    assert deliveries.together({4, 5}) == set()
    deliveries.close({4, 3})
    assert deliveries.together({5, 6}) == {5, 6}


def test_after_a_delivery_that_went_past_nothing_is_told_of_together():
    deliveries = OpenDeliveries()
    for tag in (1, 3):
        deliveries.take(tag)
    assert deliveries.together({1, 3}) == set()


def _answering(bench, handler):
    return Subscription(bench.commands.name, commands={Ask: handler}, concurrency=GROUP_AT_MOST)


async def _drained(broker, queue):
    return await broker.depth(queue.name) == 0


async def _noted(bench, numbers):
    return await bench.effects() == numbers


async def _is_deep(bench, count):
    return await bench.broker.depth(bench.commands.dead) == count
