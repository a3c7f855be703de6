"""The bare loop: aio-pika and asyncpg on uvloop, no framework, no validation, no telemetry, the same rows.

One process consumes all five queues over one connection and publishes with confirms over another. Rows that the broker
confirmed are deleted in batches, as ours are.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID, uuid4

import aio_pika
import asyncpg
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage

from bench.hops.cascades import Cascades
from bench.hops.contending import contend
from bench.hops.steps import EFFECT, STEPS, TOPOLOGIES
from bench.hops.tables import install
from chassis.inbox import CLAIM
from chassis.outbox import DELETE
from chassis.topology import EVENTS
from contracts.envelope import CONTENT_TYPE
from saisei_local.memory import give_memory_back, keep_small
from saisei_local.provision.broker import declare

DATABASE = "bench_bare"
PREFETCH = 50
POOL = 4
INSERT = """
INSERT INTO outbox (id, exchange, routing_key, body, message_type, traceparent, leased_until)
VALUES ($1, $2, $3, $4, $3, $5, clock_timestamp() + interval '10 seconds')
"""


class Hop:
    """Takes one queue's messages, writes their rows and sends the next ones."""

    def __init__(self, number: int, pool: asyncpg.Pool, exchange: AbstractExchange) -> None:
        self._number = number
        self._queue = TOPOLOGIES[number - 1].queues[0].name
        self._next = STEPS[number].type
        self._pool = pool
        self._exchange = exchange
        self._confirmed: asyncio.Queue[UUID] = asyncio.Queue()

    async def take(self, message: AbstractIncomingMessage) -> None:
        """One hop of one cascade."""
        told = json.loads(message.body)
        following = uuid4()
        body = json.dumps(told | {"id": str(following), "type": self._next, "causationid": told["id"]}).encode()
        async with self._pool.acquire() as conn, conn.transaction():
            if await conn.fetchval(CLAIM, self._queue, UUID(told["id"])):
                data = told["data"]
                await conn.execute(EFFECT, UUID(data["cascade"]), self._number, data["sha256"])
                await conn.execute(INSERT, following, EVENTS, self._next, body, told["traceparent"])
        await self._send(following, body)
        await message.ack()

    async def delete_forever(self) -> None:
        """Removes outbox rows that the broker confirmed."""
        while True:
            ids = [await self._confirmed.get()]
            while not self._confirmed.empty():
                ids.append(self._confirmed.get_nowait())
            await self._pool.execute(DELETE, ids)

    async def _send(self, message_id: UUID, body: bytes) -> None:
        message = aio_pika.Message(
            body,
            content_type=CONTENT_TYPE,
            message_id=str(message_id),
            type=self._next,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        await self._exchange.publish(message, self._next, mandatory=True)
        self._confirmed.put_nowait(message_id)


async def _no_reset(_conn: asyncpg.Connection) -> None:
    """Saves the round trip that a pool makes when a connection is given back."""


async def start_hop(
    number: int, url: str, consuming: aio_pika.abc.AbstractConnection, exchange: AbstractExchange
) -> Hop:
    """Consumes from the hop's queue."""
    pool = await asyncpg.create_pool(url, min_size=1, max_size=POOL, reset=_no_reset)
    hop = Hop(number, pool, exchange)
    channel = await consuming.channel()
    await channel.set_qos(prefetch_count=PREFETCH)
    queue = await channel.get_queue(TOPOLOGIES[number - 1].queues[0].name, ensure=False)
    await queue.consume(hop.take)
    return hop


@asynccontextmanager
async def opened(database_url: str, amqp_url: str) -> AsyncIterator[Cascades]:
    """Tables, topology and consumers; cascades are started as ours are."""
    urls = await install(database_url, DATABASE)
    await declare(amqp_url, TOPOLOGIES)
    async with AsyncExitStack() as stack:
        consuming, publishing, starting = [
            await stack.enter_async_context(await aio_pika.connect(amqp_url)) for _ in range(3)
        ]
        stack.callback(asyncio.create_task(keep_small()).cancel)
        cascades = await Cascades.on(starting)
        channel = await publishing.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.get_exchange(EVENTS, ensure=False)
        hops = [await start_hop(number, url, consuming, exchange) for number, url in enumerate(urls.values(), 1)]
        deletions = [asyncio.create_task(hop.delete_forever()) for hop in hops]
        try:
            yield cascades
        finally:
            for deletion in deletions:
                deletion.cancel()
            await asyncio.gather(*deletions, return_exceptions=True)


if __name__ == "__main__":
    give_memory_back()
    contend(opened)
