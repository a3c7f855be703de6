"""Consumes a queue in batches: many messages, one transaction, one acknowledgement.

The promises are those of `chassis.consumer`: every message is claimed in the transaction of its effect, faults of the
database spend no try, and poison is dead-lettered after exactly N tries without harm to the messages beside it.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import structlog
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue, AbstractRobustChannel, AbstractRobustConnection
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from chassis import crashpoints, inbox
from chassis.acknowledging import channel_of, settle
from chassis.connection import connect
from chassis.db import Database
from chassis.deadletters import DeadLetters
from chassis.delivery import decode_envelope
from chassis.holding import Holding
from chassis.liveness import is_consuming
from chassis.metrics import HANDLED
from chassis.topology import Queue
from chassis.trouble import Past, ProcessEnded, Trouble, refusal
from contracts.envelope import Envelope

STOP_SECONDS = 5.0

log = structlog.get_logger()

_PROPAGATOR = TraceContextTextMapPropagator()


Committed = Callable[[], None]
"""What is done once a batch is committed."""


@dataclass(frozen=True)
class BatchHandler:
    """What is done with a batch. `apply` runs in the transaction that claims it, and what it returns right after."""

    apply: Callable[[Sequence[Envelope], Any], Awaitable[Committed | None]]
    size: int = 50


@dataclass(frozen=True, slots=True)
class _Arrived:
    message: AbstractIncomingMessage
    past: Past


@dataclass(frozen=True, slots=True)
class _Received:
    arrived: _Arrived
    envelope: Envelope


class BatchConsumer:
    """One queue, one batch at a time. A batch is whatever has arrived, so at rest it is a single message."""

    def __init__(
        self, queue: Queue, handler: BatchHandler, database: Database, amqp_url: str, tracing: TracerProvider
    ) -> None:
        self._queue = queue
        self._handler = handler
        self._database = database
        self._url = amqp_url
        self._tracer = tracing.get_tracer("chassis.batch")
        self._dead = DeadLetters(amqp_url)
        self._holding = Holding(queue.name)
        self._trouble = Trouble(queue.name, database, self._holding)
        self._arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        self._idle = asyncio.Event()
        self._connection: AbstractRobustConnection | None = None
        self._channel: AbstractRobustChannel | None = None
        self._source: AbstractQueue | None = None
        self._tag = ""
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connects and starts consuming."""
        self._connection = await connect(self._url)
        channel = await self._connection.channel(publisher_confirms=False)
        assert isinstance(channel, AbstractRobustChannel)
        self._channel = channel
        await channel.set_qos(prefetch_count=2 * self._handler.size)
        self._source = await channel.declare_queue(self._queue.name, passive=True)
        self._tag = await self._source.consume(self._arrived.put)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Takes no more messages, lets those at hand commit within the budget; the broker takes back the rest."""
        if self._task is not None:
            with contextlib.suppress(TimeoutError, ChannelInvalidStateError, AMQPError):
                async with asyncio.timeout(STOP_SECONDS):
                    if self._source is not None and self._is_consuming():
                        await self._source.cancel(self._tag)
                    await self._idle.wait()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()
        await self._dead.close()

    def silent_queues(self) -> list[str]:
        """The queue, when nobody here consumes it although somebody should."""
        return [] if self._is_consuming() else [self._queue.name]

    def held_seconds(self) -> dict[str, float]:
        """How long the message has been held that the infrastructure keeps from being handled longest."""
        return {self._queue.name: self._holding.seconds()}

    def _is_consuming(self) -> bool:
        at_work = self._task is not None and not self._task.done()
        return at_work and self._channel is not None and is_consuming(self._channel, self._tag)

    async def _run(self) -> None:
        while True:
            if self._arrived.empty():
                self._idle.set()
            batch = [await self._arrived.get()]
            self._idle.clear()
            while len(batch) < self._handler.size and not self._arrived.empty():
                batch.append(self._arrived.get_nowait())
            await self._consume(batch)

    async def _consume(self, messages: Sequence[AbstractIncomingMessage]) -> None:
        pasts = await self._trouble.pasts(messages)
        arrived = [_Arrived(message, past) for message, past in zip(messages, pasts, strict=True)]
        # They go first, because the rest is acknowledged up to its last message.
        for one in arrived:
            if one.past.begun or refusal(one.message, one.past):
                await self._consume_suspect(one)
        rest = [one for one in arrived if not one.past.begun and not refusal(one.message, one.past)]
        async with self._trouble.handling([one.message for one in rest]):
            await self._consume_batch(rest)

    async def _consume_suspect(self, one: _Arrived) -> None:
        if (refused := refusal(one.message, one.past)) is not None:
            await self._fail(one, refused)
            return
        async with self._trouble.handling([one.message], suspect=True):
            if (item := await self._decode(one)) is not None:
                await self._consume_one(item)

    async def _consume_batch(self, batch: Sequence[_Arrived]) -> None:
        received = [item for one in batch if (item := await self._decode(one)) is not None]
        try:
            await self._apply_holding(received)
        except Exception as error:  # noqa: BLE001 - whatever the handler raises, each message must end somewhere
            await self._one_by_one(received, error)
        else:
            await _acknowledge(item.arrived.message for item in received)
            for item in received:
                await self._trouble.forget(item.arrived.message)

    async def _decode(self, one: _Arrived) -> _Received | None:
        try:
            return _Received(one, decode_envelope(one.message.body))
        except Exception as error:  # noqa: BLE001 - a message that breaks its parser is poison too
            await self._fail(one, error)
            return None

    async def _one_by_one(self, batch: Sequence[_Received], error: Exception) -> None:
        if len(batch) == 1:
            await self._fail(batch[0].arrived, error)
            return
        for item in batch:
            await self._consume_one(item)

    async def _consume_one(self, item: _Received) -> None:
        try:
            await self._apply_holding([item])
        except Exception as error:  # noqa: BLE001 - as in _consume_batch
            await self._fail(item.arrived, error)
        else:
            await settle(item.arrived.message.ack())
            await self._trouble.forget(item.arrived.message)

    async def _apply_holding(self, batch: Sequence[_Received]) -> None:
        if batch:
            await self._holding.through(lambda: self._apply([item.envelope for item in batch]))

    async def _apply(self, envelopes: Sequence[Envelope]) -> None:
        with self._tracer.start_as_current_span(
            f"{self._queue.name} batch", kind=SpanKind.CONSUMER, links=_links(envelopes)
        ):
            async with self._database.pool.acquire() as conn, conn.transaction():
                claimed = await inbox.claim_many(conn, self._queue.name, [envelope.id for envelope in envelopes])
                fresh = [envelope for envelope in _once(envelopes) if envelope.id in claimed]
                crashpoints.reach("after_claim")
                committed = await self._handler.apply(fresh, conn) if fresh else None
                crashpoints.reach("before_commit")
            crashpoints.reach("after_commit")
        for envelope in fresh:
            HANDLED.labels(self._queue.name, envelope.type, "done").inc()
        if committed is not None:
            committed()

    async def _fail(self, one: _Arrived, error: Exception) -> None:
        message, tries = one.message, one.past.tries + 1
        last = tries >= self._queue.tries or isinstance(error, ProcessEnded)
        log.error("message_failed", queue=self._queue.name, tries=tries, exc_info=error)
        HANDLED.labels(self._queue.name, message.type or "", "dead" if last else "retried").inc()
        if last and await self._dead.bury(self._queue, message, error, tries):
            await settle(message.ack())
            await self._trouble.forget(message)
        else:
            await settle(message.reject(requeue=False))


def _once(envelopes: Iterable[Envelope]) -> list[Envelope]:
    return list({envelope.id: envelope for envelope in envelopes}.values())


def _links(envelopes: Sequence[Envelope]) -> list[trace.Link]:
    parents = (envelope.traceparent for envelope in envelopes if envelope.traceparent)
    spans = (trace.get_current_span(_PROPAGATOR.extract({"traceparent": parent})) for parent in parents)
    return [trace.Link(span.get_span_context()) for span in spans]


async def _acknowledge(messages: Iterable[AbstractIncomingMessage]) -> None:
    """One acknowledgement for each channel: everything before a batch's last message is settled already."""
    for channel, group in groupby(messages, key=channel_of):
        *_, last = group
        if channel is not None:
            await settle(last.ack(multiple=True))
