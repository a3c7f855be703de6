"""What the tests of services share: a broker seen by its administrator, services run for a while, and waiting."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID, uuid4

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from chassis.context import MessageContext
from chassis.db import Database
from chassis.subscriptions import Subscription
from chassis.topology import COMMANDS, EVENTS, Queue
from contracts.envelope import CONTENT_TYPE, Command, Envelope, Event, Reply

PATIENCE = 15.0
TEAM, ACTOR = "team-a", "editor-1"

T = TypeVar("T")


class Happened(Event):
    """A fact about nothing in particular."""

    type: ClassVar[str] = "sample.happened"

    n: int


class Echoed(Event):
    """What a handler says of a fact."""

    type: ClassVar[str] = "sample.echoed"

    n: int


class Ask(Command):
    """A request to no service in particular."""

    type: ClassVar[str] = "sample.ask"
    queue: ClassVar[str] = ""

    n: int


async def eventually(probe: Callable[[], Awaitable[T] | T], patience: float = PATIENCE) -> T:
    """The probe's first truthy answer. Raises AssertionError when none came within `patience` seconds."""
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        answer = probe()
        value: Any = await answer if inspect.isawaitable(answer) else answer
        if value:
            return value
        assert asyncio.get_running_loop().time() < deadline, f"still {value!r} after {patience:g} s"
        await asyncio.sleep(0.02)


class Runnable(Protocol):
    """A service, or what is started and stopped like one."""

    async def start(self) -> None:
        """Begins its work."""

    async def stop(self) -> None:
        """Ends it in order."""


@asynccontextmanager
async def running(*services: Runnable) -> AsyncIterator[None]:
    """Services, started now and stopped at the end."""
    try:
        await asyncio.gather(*(service.start() for service in services))
        yield
    finally:
        await asyncio.gather(*(service.stop() for service in services))


def enveloped(
    content: Event | Command,
    message_id: UUID | None = None,
    *,
    team: str = TEAM,
    time: datetime | None = None,
) -> Envelope:
    """A message as another service would have put it on the wire."""
    return Envelope(
        id=message_id or uuid4(),
        source="/saisei/test",
        type=content.type,
        time=time or datetime.now(UTC),
        data=content.model_dump(mode="json", by_alias=True),
        correlationid=uuid4(),
        teamid=team,
        actor=ACTOR,
    )


async def handle_command(
    database: Database, subscription: Subscription, command: Command, team: str = TEAM
) -> tuple[Reply, list[Envelope]]:
    """Handles a command as a service without a broker; returns the answer and what is sent with it."""
    async with database.transaction(MessageContext(team, ACTOR, uuid4(), uuid4())) as tx:
        reply = await subscription.commands[type(command)](command, tx)
    return reply, [Envelope.model_validate_json(message.body) for message in tx.outgoing]


async def handle_event(database: Database, subscription: Subscription, event: Event) -> list[Envelope]:
    """Handles an event as a service without a broker; returns what is sent with it."""
    async with database.transaction(MessageContext(TEAM, ACTOR, uuid4(), uuid4())) as tx:
        if subscription.is_concerned(event):
            await subscription.events[type(event)](event, tx)
    return [Envelope.model_validate_json(message.body) for message in tx.outgoing]


class Broker:
    """What a test does to a broker and sees of it, with an administrator's rights."""

    def __init__(self, channel: AbstractChannel) -> None:
        self._channel = channel

    @classmethod
    @asynccontextmanager
    async def at(cls, amqp_url: str) -> AsyncIterator["Broker"]:
        """Connected for as long as the context lasts."""
        async with await aio_pika.connect(amqp_url) as connection:
            yield cls(await connection.channel(publisher_confirms=True, on_return_raises=True))

    async def publish(self, exchange: str, key: str, body: bytes, **properties: Any) -> None:
        """Sends raw bytes, confirmed."""
        target = await self._channel.get_exchange(exchange, ensure=False)
        message = aio_pika.Message(body, content_type=CONTENT_TYPE, **properties)
        await target.publish(message, key, mandatory=True)

    async def tell(self, event: Event, message_id: UUID | None = None, **given: Any) -> UUID:
        """Publishes an event; returns its id."""
        return await self._send(EVENTS, event.type, enveloped(event, message_id, **given))

    async def command(
        self, command: Command, message_id: UUID | None = None, *, queue: str = "", reply_to: str = "", **given: Any
    ) -> UUID:
        """Sends a command; returns its id."""
        envelope = enveloped(command, message_id, **given)
        return await self._send(COMMANDS, queue or command.queue, envelope, reply_to=reply_to or None)

    async def watch(self, exchange: str, *keys: str) -> AbstractQueue:
        """A queue of this test's own that gets a copy of everything sent with these routing keys."""
        queue = await self._channel.declare_queue(f"watch.{uuid4()}", exclusive=True, auto_delete=False)
        for key in keys:
            await queue.bind(exchange, key)
        return queue

    async def depth(self, queue: str) -> int:
        """How many messages are ready in a queue."""
        declared = await self._channel.declare_queue(queue, passive=True)
        return declared.declaration_result.message_count or 0

    async def queue(self, name: str) -> AbstractQueue:
        """An existing queue."""
        return await self._channel.get_queue(name, ensure=False)

    async def declare_exchange(self, name: str) -> None:
        """A topic exchange."""
        await self._channel.declare_exchange(name, aio_pika.ExchangeType.TOPIC)

    async def delete_exchange(self, name: str) -> None:
        """Deletes an exchange."""
        await self._channel.exchange_delete(name)

    async def delete(self, queues: Iterable[Queue]) -> None:
        """Deletes working, retry and dead-letter queues."""
        for name in (part for queue in queues for part in (queue.name, queue.retry, queue.dead)):
            await self._channel.queue_delete(name)

    async def _send(self, exchange: str, key: str, envelope: Envelope, **properties: Any) -> UUID:
        body = envelope.model_dump_json(exclude_none=True).encode()
        await self.publish(exchange, key, body, message_id=str(envelope.id), type=envelope.type, **properties)
        return envelope.id


async def received(queue: AbstractQueue, count: int = 1) -> list[Envelope]:
    """The next messages of a queue, waited for and acknowledged."""
    return [read(await _next(queue)) for _ in range(count)]


async def drained(queue: AbstractQueue) -> list[Envelope]:
    """Whatever is in a queue right now, acknowledged."""
    found: list[Envelope] = []
    while (message := await queue.get(fail=False)) is not None:
        await message.ack()
        found.append(read(message))
    return found


def read(message: AbstractIncomingMessage) -> Envelope:
    """A received message's envelope."""
    return Envelope.model_validate_json(message.body)


def numbers(envelopes: Sequence[Envelope]) -> list[int]:
    """The `n` of each message's data, sorted."""
    return sorted(envelope.data["n"] for envelope in envelopes)


async def _next(queue: AbstractQueue) -> AbstractIncomingMessage:
    message = await eventually(lambda: queue.get(fail=False))
    assert message is not None
    await message.ack()
    return message
