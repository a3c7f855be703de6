"""Deliveries that end together are acknowledged at once, and none that is still open goes with them."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

import aiormq
import pytest
from aiormq.exceptions import ChannelInvalidStateError

from chassis.acknowledging import Acknowledging
from chassis.grouping import GROUP_AT_MOST
from chassis.open_deliveries import OpenDeliveries
from chassis.subscriptions import Subscription
from chassis.testing import Ask, Happened, eventually, running
from chassis.transaction import reply_ok

NUMBERS = list(range(1, 31))
REJECTED_EVERY = 8


@pytest.fixture
def acknowledged(monkeypatch):
    """What the broker was told with `ack`: the delivery's tag, and whether all before it were meant, too."""
    told = []
    tell = aiormq.Channel.basic_ack

    async def telling(channel, delivery_tag, multiple=False, wait=True):
        await tell(channel, delivery_tag, multiple, wait)
        told.append((delivery_tag, multiple))

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
    tries, gate, never = Counter(), asyncio.Event(), asyncio.Event()

    async def note(event, tx):
        tries[event.n] += 1
        if event.n == 0 and tries[0] == 1:
            raise LookupError("so that it is handled by itself from now on, beside the others' group")
        if event.n == 0 and tries[0] == 2:
            await never.wait()
        if event.n == 1:
            await gate.wait()
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n)

    async with running(bench.service(bench.noting(note, concurrency=GROUP_AT_MOST))):
        await bench.broker.tell(Happened(n=0))
        await eventually(lambda: tries[0] == 2)
        for n in NUMBERS:
            await bench.broker.tell(Happened(n=n))
        await eventually(lambda: _drained(bench.broker, bench.events))
        gate.set()
        await eventually(lambda: len(acknowledged) == len(NUMBERS))
        await proxy.cut()
        await eventually(lambda: _noted(bench, [0, *NUMBERS]), 30)
    assert not any(multiple for _, multiple in acknowledged[: len(NUMBERS)])
    assert [again for _, again in deliveries] == [False] * (2 + len(NUMBERS)) + [True]


async def test_whatever_order_they_end_in_each_is_acknowledged_once(bench, deliveries):
    chance, numbers = random.Random(7), list(range(300))

    async def answer(command, tx):
        await tx.conn.execute("SELECT pg_sleep($1)", chance.choice((0, 0, 0.002, 0.02)))
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


@pytest.mark.parametrize("seed", range(40))
async def test_whatever_happens_only_what_ended_is_acknowledged_and_what_comes_after_is_still_told_of_together(seed):
    chance, acknowledging = random.Random(seed), Acknowledging()
    channels = [Channel(chance) for _ in range(3)]
    for channel in channels[:-1]:
        ends = [asyncio.create_task(_ended(acknowledging, channel.delivered(), chance)) for _ in range(40)]
        await _turns(chance.randrange(40))
        channel.is_closed = True
        for end in chance.sample(ends, 5):
            end.cancel()
    last = channels[-1]
    ends = [asyncio.create_task(_ended(acknowledging, last.delivered(), chance)) for _ in range(40)]
    # Of those that are acknowledged: a rejection that was cut short would be told by nobody.
    cancelled = chance.sample([end for n, end in enumerate(ends, 1) if n % REJECTED_EVERY], 5)
    await asyncio.sleep(0)
    for end in cancelled:
        end.cancel()
    await asyncio.gather(*ends, return_exceptions=True)
    await eventually(lambda: not last.ended & last.open)
    # What was cancelled before it ended stays open, until it is handled after all.
    for tag in sorted(last.open):
        last.ended.add(tag)
        await acknowledging.acknowledge(last.message(tag))
    last.told.clear()
    group = _taken_and_ended(acknowledging, last, 10)
    await asyncio.gather(*map(acknowledging.acknowledge, group))
    assert last.told == [(group[-1].raw_message.delivery_tag, True)]
    assert [channel.wrongs for channel in channels] == [[], [], []]
    assert (last.open, len(acknowledging.open)) == (set(), 0)


async def test_one_that_was_told_of_by_itself_is_no_hindrance_to_those_after_it():
    acknowledging, channel = Acknowledging(), Channel(random.Random(0))
    messages = _taken_and_ended(acknowledging, channel, 5)
    await acknowledging.acknowledge(messages[1])
    await acknowledging.reject(messages[0])
    await asyncio.gather(*map(acknowledging.acknowledge, messages[2:]))
    assert channel.told == [(2, False), (1, None), (5, True)]
    assert channel.wrongs == []


async def test_one_that_is_cancelled_takes_nobodys_acknowledgement_with_it():
    acknowledging, channel = Acknowledging(), Channel(random.Random(0))
    messages = _taken_and_ended(acknowledging, channel, 3)
    telling = [asyncio.create_task(acknowledging.acknowledge(message)) for message in messages]
    await asyncio.sleep(0)
    telling[0].cancel()
    await asyncio.gather(*telling, return_exceptions=True)
    assert (channel.told, channel.open, len(acknowledging.open)) == ([(3, True)], set(), 0)


def test_only_what_has_nothing_older_open_is_told_of_together():
    deliveries = OpenDeliveries()
    for tag in range(1, 7):
        deliveries.take(tag)
    assert deliveries.together({1, 2, 4, 5}) == {1, 2}
    for tag in (1, 2):
        deliveries.close(tag)
    assert deliveries.together({4, 5}) == set()
    for tag in (3, 4):
        deliveries.close(tag)
    assert deliveries.together({5, 6}) == {5, 6}


def test_after_a_delivery_that_went_past_nothing_is_told_of_together():
    deliveries = OpenDeliveries()
    for tag in (1, 3):
        deliveries.take(tag)
    assert deliveries.together({1, 3}) == set()


class Channel:
    """A channel as AMQP has it: what it is told takes time, and what is wrong with it is noted."""

    def __init__(self, chance: random.Random) -> None:
        self.is_closed = False
        self.open: set[int] = set()
        self.ended: set[int] = set()
        self.told: list[tuple[int, bool | None]] = []
        self.wrongs: list[str] = []
        self._chance, self._newest = chance, 0

    def delivered(self) -> Any:
        self._newest += 1
        self.open.add(self._newest)
        return self.message(self._newest)

    def message(self, tag: int) -> Any:
        return Message(Delivery(self, tag))

    async def tell(self, tag: int, multiple: bool | None) -> None:
        await _turns(self._chance.choice((0, 0, 9)))
        if self.is_closed:
            raise ChannelInvalidStateError
        taken = {one for one in self.open if one <= tag} if multiple else {tag}
        self.told.append((tag, multiple))
        if tag not in self.open:
            self.wrongs.append(f"{tag} is not open")
        if multiple is not None and not taken <= self.ended:
            self.wrongs.append(f"{taken - self.ended} have not ended")
        self.open -= taken


@dataclass(frozen=True)
class Delivery:
    """What aio-pika hands out: it has its channel no more once that is closed."""

    of: Channel
    delivery_tag: int

    @property
    def channel(self) -> Channel:
        if self.of.is_closed:
            raise ChannelInvalidStateError
        return self.of


@dataclass(eq=False)
class Message:
    """What FastStream makes of it."""

    raw_message: Delivery

    async def ack(self, multiple: bool = False) -> None:
        await self.raw_message.channel.tell(self.raw_message.delivery_tag, multiple)

    async def reject(self, requeue: bool = True) -> None:
        assert requeue is False
        await self.raw_message.channel.tell(self.raw_message.delivery_tag, None)


async def _turns(count: int) -> None:
    """So many turns of the event loop."""
    for _ in range(count):
        await asyncio.sleep(0)


async def _ended(acknowledging: Any, message: Any, chance: random.Random) -> None:
    acknowledging.take(message)
    await _turns(chance.choice((0, 0, 0, 9, 30)))
    message.raw_message.of.ended.add(message.raw_message.delivery_tag)
    tag = message.raw_message.delivery_tag
    await (acknowledging.reject if tag % REJECTED_EVERY == 0 else acknowledging.acknowledge)(message)


def _taken_and_ended(acknowledging: Acknowledging, channel: Channel, count: int) -> list[Any]:
    messages = [channel.delivered() for _ in range(count)]
    for message in messages:
        acknowledging.take(message)
        channel.ended.add(message.raw_message.delivery_tag)
    return messages


def _answering(bench, handler):
    return Subscription(bench.commands.name, commands={Ask: handler}, concurrency=GROUP_AT_MOST)


async def _drained(broker, queue):
    return await broker.depth(queue.name) == 0


async def _noted(bench, numbers):
    return await bench.effects() == numbers


async def _is_deep(bench, count):
    return await bench.broker.depth(bench.commands.dead) == count
