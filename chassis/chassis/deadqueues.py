"""A service's own dead-letter queues: looked through without moving anything, and rid of what was replayed."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from chassis.connection import OPEN_SECONDS, with_heartbeat
from chassis.topology import RETRY, Queue

PAGE = 5000
"""Of each queue so many are looked at: both ends keep in memory what is held meanwhile."""

SILENCE = 2.0
"""Seconds after which nothing more of a queue is expected: others hold it."""

BOOKKEEPING = ("x-death", "x-first-death-exchange", "x-first-death-queue", "x-first-death-reason", "x-delivery-count")

LONG_AGO = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Letter:
    """One message in a dead-letter queue."""

    queue: str
    message: AbstractIncomingMessage

    @cached_property
    def envelope(self) -> dict[str, Any]:
        """What can be read of it as a CloudEvent; nothing of what is none."""
        try:
            read = json.loads(self.message.body)
        except (ValueError, RecursionError):
            return {}
        return read if isinstance(read, dict) else {}

    @property
    def message_id(self) -> str:
        """Its own id, or the one that the broker was told where it cannot be read."""
        return str(self.envelope.get("id") or self.message.message_id or "")

    @property
    def id(self) -> str:
        """Its queue and its message's id."""
        return f"{self.queue}:{self.message_id}"

    @property
    def dead_at(self) -> datetime:
        """When it died."""
        try:
            return datetime.fromisoformat(str(self.message.headers.get("x-saisei-dead-at", "")))
        except ValueError:
            return LONG_AGO

    def is_of(self, team_id: str) -> bool:
        """Whether it is this team's; one that cannot be read is nobody's."""
        return self.envelope.get("teamid") == team_id


class DeadQueues:
    """The dead-letter queues of some queues, with the rights of whoever consumes those."""

    def __init__(self, amqp_url: str, queues: Sequence[Queue]) -> None:
        self._url = amqp_url
        self._queues = queues
        self._turn = asyncio.Lock()

    async def letters(self, wanted: Callable[[Letter], bool] = lambda _letter: True) -> tuple[list[Letter], bool]:
        """Letters, oldest first in each queue, and whether there are more than were looked at."""
        found: list[Letter] = []
        more = False
        async with self._turn:
            for queue in self._queues:
                looked = 0
                async with self._channel() as channel:
                    async for letter in _held(channel, queue):
                        looked += 1
                        found += [letter] if wanted(letter) else []
                more = more or looked == PAGE
        return found, more

    async def replay(self, wanted: Callable[[Letter], bool]) -> list[Letter]:
        """Sends letters to their delayed retry and takes each away once that is confirmed; which they were.

        For those who have no outbox: the gateway, and whoever runs the broker.
        """
        replayed: list[Letter] = []
        async with self._turn:
            for queue in self._queues:
                async with self._channel() as channel:
                    exchange = await channel.get_exchange(RETRY, ensure=False)
                    async for letter in _held(channel, queue):
                        if wanted(letter):
                            await exchange.publish(_fresh(letter.message), queue.name, mandatory=True)
                            await letter.message.ack()
                            replayed.append(letter)
        return replayed

    async def remove(self, ended: Callable[[Letter], bool]) -> int:
        """Takes away the letters that have ended; how many."""
        removed = 0
        async with self._turn:
            for queue in self._queues:
                async with self._channel() as channel:
                    async for letter in _held(channel, queue):
                        if ended(letter):
                            await letter.message.ack()
                            removed += 1
        return removed

    @asynccontextmanager
    async def _channel(self) -> AsyncIterator[AbstractChannel]:
        """A channel; what it holds unacknowledged goes back to its place when it closes."""
        async with await aio_pika.connect(with_heartbeat(self._url), timeout=OPEN_SECONDS) as connection:
            yield await connection.channel(publisher_confirms=True, on_return_raises=True)


async def _held(channel: AbstractChannel, queue: Queue) -> AsyncIterator[Letter]:
    """What lies there, held until the channel closes; of a longer queue the first PAGE."""
    await channel.set_qos(prefetch_count=PAGE)
    source = await channel.declare_queue(queue.dead, passive=True)
    arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
    tag = await source.consume(arrived.put)
    try:
        for _ in range(min(PAGE, source.declaration_result.message_count or 0)):
            async with asyncio.timeout(SILENCE):
                yield Letter(queue.name, await arrived.get())
    except TimeoutError:
        # Somebody else looks at the rest.
        return
    finally:
        await source.cancel(tag)


def _fresh(message: AbstractIncomingMessage) -> aio_pika.Message:
    kept = {name: value for name, value in message.headers.items() if not _is_bookkeeping(name)}
    return aio_pika.Message(
        message.body,
        headers=kept,
        content_type=message.content_type,
        message_id=message.message_id,
        type=message.type,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )


def _is_bookkeeping(header: str) -> bool:
    return header in BOOKKEEPING or header.startswith("x-saisei-")
