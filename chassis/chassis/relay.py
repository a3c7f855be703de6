"""The relay: publishes committed outbox rows with confirms, and deletes what the broker confirmed."""

import asyncio
import contextlib
import time
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from aio_pika.abc import AbstractExchange, AbstractRobustConnection
from opentelemetry.sdk.trace import TracerProvider

from chassis import crashpoints, outbox
from chassis.background import Background
from chassis.connection import connect
from chassis.db import LEASE, Database
from chassis.messages import persistent
from chassis.metrics import OUTBOX_PUBLISHED
from chassis.outbox import OutgoingMessage
from chassis.publishing import PublishCheck, publish
from chassis.telemetry import record_outbox_wait
from chassis.topology import RETRY

CONFIRM_TIMEOUT = 5.0
SWEEP_EVERY = 1.0
SWEEP_LIMIT = 1000
DELETE_EVERY = 0.05
"""Seconds in which confirmed rows come together: one deletion costs a commit, however many rows it takes away."""
IN_FLIGHT = 64
RETRY_BASE = timedelta(milliseconds=500)

log = structlog.get_logger()


class Relay:
    """One per service and process. Rows come straight from a commit, or from the sweep of leases that ran out."""

    def __init__(self, database: Database, amqp_url: str, tracing: TracerProvider, background: Background) -> None:
        self._database = database
        self._background = background
        self._url = amqp_url
        self._tracer = tracing.get_tracer("chassis.relay")
        self.publish_check = PublishCheck(RETRY, database.service)
        self._due: asyncio.Queue[tuple[float, OutgoingMessage]] = asyncio.Queue()
        self._confirmed: asyncio.Queue[UUID] = asyncio.Queue()
        self._connection: AbstractRobustConnection | None = None
        self._exchanges: dict[str, AbstractExchange] = {}
        self._opening = asyncio.Lock()
        self._flowing = True

    @property
    def connection(self) -> AbstractRobustConnection:
        """The connection it publishes on, once it has started."""
        assert self._connection is not None, "the relay is not started"
        return self._connection

    async def start(self) -> None:
        """Connects and starts publishing."""
        self._connection = await connect(self._url)
        self.publish_check.use(self._connection)
        self._database.hand_over_to(self.take)
        for number in range(IN_FLIGHT):
            self._background.start(f"relay publisher {number}", self._publish_forever())
        self._background.start("relay deletion", self._delete_forever())
        self._background.start("relay sweep", self._sweep_forever())

    async def drain(self, budget: float = 5.0) -> None:
        """Publishes what is at hand within `budget` seconds; the sweep of another process finds the rest."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(budget):
                await self._due.join()
                await self._confirmed.join()

    async def close(self) -> None:
        """Disconnects."""
        await self.publish_check.confirmed.stop()
        if self._connection is not None:
            await self._connection.close()

    def take(self, messages: Sequence[OutgoingMessage]) -> None:
        """Accepts committed rows that are leased to this process."""
        until = time.monotonic() + LEASE.total_seconds() - CONFIRM_TIMEOUT
        for message in messages:
            self._due.put_nowait((until, message))

    async def _publish_forever(self) -> None:
        while True:
            until, message = await self._due.get()
            try:
                # A row that waited too long here is the sweep's again; to keep it as well would pile up copies.
                if time.monotonic() < until:
                    await self._publish_or_postpone(message)
            finally:
                self._due.task_done()

    async def _publish_or_postpone(self, message: OutgoingMessage) -> None:
        try:
            # "Timed out" means unknown: the row stays and the same id is sent again.
            async with asyncio.timeout(CONFIRM_TIMEOUT):
                await self._publish(message)
        except Exception as error:  # noqa: BLE001 - whatever kept the row from being confirmed, it must stay
            self._flowing = False
            await self._postpone(message, error)
        else:
            self._flowing = True
            self._confirmed.put_nowait(message.id)

    async def _publish(self, message: OutgoingMessage) -> None:
        exchange = await self._exchange(message.exchange)
        sent = persistent(message.body, message.id, message.message_type, message.traceparent)
        armed = crashpoints.is_armed("after_publish")
        publishing = publish(exchange, sent, message.routing_key, wait=armed or not self._flowing)
        await (_crashing(publishing, exchange) if armed else publishing)
        crashpoints.reach("after_confirm")
        OUTBOX_PUBLISHED.labels(self._database.service).inc()
        record_outbox_wait(self._tracer, message.traceparent, message.routing_key, message.created_at)

    async def _exchange(self, name: str) -> AbstractExchange:
        if name not in self._exchanges:
            async with self._opening:
                await self._open_exchange(name)
        return self._exchanges[name]

    async def _open_exchange(self, name: str) -> None:
        if name in self._exchanges:
            return
        assert self._connection is not None
        # A publish to a missing exchange closes its channel, so every exchange has a channel of its own.
        channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
        self._exchanges[name] = await channel.get_exchange(name, ensure=False)

    async def _postpone(self, message: OutgoingMessage, error: Exception) -> None:
        log.warning(
            "outbox_publish_failed", routing_key=message.routing_key, message_id=str(message.id), error=repr(error)
        )
        try:
            await outbox.postpone(self._database.pool, message.id, self._database.lease, repr(error), RETRY_BASE)
        except Exception as away:  # noqa: BLE001 - the row stays all the same, until its lease runs out
            log.warning("outbox_postpone_failed", message_id=str(message.id), error=repr(away))

    async def _delete_forever(self) -> None:
        while True:
            ids = [await self._confirmed.get()]
            await asyncio.sleep(DELETE_EVERY)
            while not self._confirmed.empty() and len(ids) < SWEEP_LIMIT:
                ids.append(self._confirmed.get_nowait())
            await self._delete(ids)
            for _ in ids:
                self._confirmed.task_done()

    async def _delete(self, ids: list[UUID]) -> None:
        try:
            await outbox.delete(self._database.pool, ids)
            crashpoints.reach("after_delete")
        except Exception as error:  # noqa: BLE001 - rows stay until their lease runs out; sent again they do no harm
            log.warning("outbox_delete_failed", rows=len(ids), error=repr(error))

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY)
            room = SWEEP_LIMIT - self._due.qsize()
            if room <= 0:
                continue
            try:
                rows = await outbox.sweep(self._database.pool, self._database.lease, LEASE, room)
                if rows:
                    crashpoints.reach("after_sweep")
                self.take(rows)
            except Exception as error:  # noqa: BLE001 - the sweep must outlive whatever is away
                log.warning("outbox_sweep_failed", error=repr(error))


async def _crashing(publishing: Coroutine[Any, Any, Any], exchange: Any) -> None:
    """Publishes, and passes a crash point once the message is on its way and its confirm is not awaited yet."""
    channel = await exchange.channel.get_underlay_channel()
    sending = asyncio.create_task(publishing)
    await asyncio.sleep(0)
    # A publish holds the lock until its frames are written; uvloop sends them when the loop goes round.
    async with channel.lock:
        await asyncio.sleep(0)
    crashpoints.reach("after_publish")
    await sending
