"""Dead letters: listed without losing or moving any, shown whole, replayed one at a time."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from chassis.topology import Queue, ServiceTopology

PAGE = 1000
BOOKKEEPING = ("x-death", "x-first-death-exchange", "x-first-death-queue", "x-first-death-reason", "x-delivery-count")


@dataclass(frozen=True)
class DeadLetter:
    """A message that failed every try, and why."""

    queue: str
    message_id: str
    type: str
    reason: str
    tries: int
    dead_at: str
    headers: dict[str, Any]
    body: bytes


class UnknownDeadLetterError(LookupError):
    """None of the letters that were looked at has this id."""


async def list_dead(amqp_url: str, services: Sequence[ServiceTopology]) -> list[DeadLetter]:
    """The dead letters of these services, oldest first in each queue; of a longer queue the first PAGE."""
    found: list[DeadLetter] = []
    async with _channel(amqp_url) as channel:
        for queue in _queues(services):
            found += [_letter(queue, message) async for message in _held(channel, queue)]
    return found


async def beyond_page(amqp_url: str, services: Sequence[ServiceTopology]) -> dict[str, int]:
    """By queue, how many dead letters come after the first PAGE, which are all that can be listed or replayed."""
    async with _channel(amqp_url) as channel:
        depths = {queue.name: await _depth(channel, queue) for queue in _queues(services)}
    return {name: depth - PAGE for name, depth in depths.items() if depth > PAGE}


async def replay(amqp_url: str, services: Sequence[ServiceTopology], message_id: str) -> int:
    """Send a dead letter back to the queue it died on, with all its tries ahead; returns how many had this id.

    It leaves the dead-letter queue after the broker has confirmed it on the other. Only the first PAGE of each queue
    are looked at. Raises UnknownDeadLetterError.
    """
    replayed = 0
    async with _channel(amqp_url) as channel:
        for queue in _queues(services):
            async for message in _held(channel, queue):
                if message.message_id == message_id:
                    await channel.default_exchange.publish(_fresh(message), queue.name, mandatory=True)
                    await message.ack()
                    replayed += 1
    if not replayed:
        raise UnknownDeadLetterError(message_id)
    return replayed


@asynccontextmanager
async def _channel(amqp_url: str) -> AsyncIterator[AbstractChannel]:
    """A channel; what it holds unacknowledged goes back to its place when it closes."""
    async with await aio_pika.connect(amqp_url, timeout=10) as connection:
        yield await connection.channel(publisher_confirms=True, on_return_raises=True)


async def _held(channel: AbstractChannel, queue: Queue) -> AsyncIterator[AbstractIncomingMessage]:
    """Both ends keep in memory what is held, hence no more than a page."""
    source = await channel.get_queue(queue.dead)
    for _ in range(PAGE):
        if (message := await source.get(fail=False)) is None:
            return
        yield message


async def _depth(channel: AbstractChannel, queue: Queue) -> int:
    declared = await channel.declare_queue(queue.dead, passive=True)
    return declared.declaration_result.message_count or 0


def _queues(services: Sequence[ServiceTopology]) -> list[Queue]:
    return [queue for service in services for queue in service.queues]


def _letter(queue: Queue, message: AbstractIncomingMessage) -> DeadLetter:
    headers = dict(message.headers)
    return DeadLetter(
        queue=queue.name,
        message_id=message.message_id or "",
        type=message.type or "",
        reason=str(headers.get("x-saisei-reason", "")),
        tries=int(str(headers.get("x-saisei-tries", 0))),
        dead_at=str(headers.get("x-saisei-dead-at", "")),
        headers=headers,
        body=message.body,
    )


def _fresh(message: AbstractIncomingMessage) -> aio_pika.Message:
    kept = {name: value for name, value in message.headers.items() if not _is_bookkeeping(name)}
    return aio_pika.Message(
        message.body,
        headers=kept,
        content_type=message.content_type,
        message_id=message.message_id,
        type=message.type,
        reply_to=message.reply_to,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )


def _is_bookkeeping(header: str) -> bool:
    return header in BOOKKEEPING or header.startswith("x-saisei-")
