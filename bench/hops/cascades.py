"""Starting cascades on a broker and waiting for their ends: the same for ours and for the bare loop."""

import asyncio
import time
from collections.abc import Awaitable, Sequence

import aio_pika
from aio_pika.abc import AbstractConnection, AbstractExchange, AbstractIncomingMessage

from bench.hops.steps import Finished, Step1, first_message
from chassis.topology import EVENTS
from contracts.envelope import CONTENT_TYPE


class FinishLine:
    """Counts the messages that end cascades, without acknowledging them."""

    def __init__(self) -> None:
        self._left = 0
        self._reached = asyncio.Event()

    async def take(self, _message: AbstractIncomingMessage) -> None:
        """One more cascade has finished."""
        self._left -= 1
        if self._left == 0:
            self._reached.set()

    def expect(self, count: int) -> Awaitable[object]:
        """Say how many are about to start, then await what this returns."""
        self._left = count
        self._reached.clear()
        return self._reached.wait()


class Cascades:
    """Publishes first messages, persistent and confirmed, and waits for the last hops' messages."""

    def __init__(self, exchange: AbstractExchange, line: FinishLine) -> None:
        self._exchange = exchange
        self._line = line

    @classmethod
    async def on(cls, connection: AbstractConnection) -> "Cascades":
        """Over this connection."""
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        queue = await channel.declare_queue("finish", exclusive=True)
        await queue.bind(EVENTS, Finished.type)
        line = FinishLine()
        await queue.consume(line.take, no_ack=True)
        return cls(await channel.get_exchange(EVENTS, ensure=False), line)

    async def burst(self, count: int) -> float:
        """Seconds from the first of `count` publishes to the end of the last cascade."""
        return await self._run([first_message() for _ in range(count)])

    async def rest(self, count: int) -> list[float]:
        """Milliseconds of each cascade, one after another."""
        return [1000 * await self._run([first_message()]) for _ in range(count)]

    async def _run(self, bodies: Sequence[bytes]) -> float:
        finished = self._line.expect(len(bodies))
        began = time.perf_counter()
        await asyncio.gather(*(self._publish(body) for body in bodies))
        await finished
        return time.perf_counter() - began

    async def _publish(self, body: bytes) -> None:
        persistent = aio_pika.DeliveryMode.PERSISTENT
        message = aio_pika.Message(body, content_type=CONTENT_TYPE, delivery_mode=persistent)
        await self._exchange.publish(message, Step1.type, mandatory=True)
