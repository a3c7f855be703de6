"""How many dead letters lie in a service's own dead-letter queues, told as a metric."""

import asyncio
from collections.abc import Sequence
from math import nan

from aio_pika.abc import AbstractRobustConnection

from chassis.metrics import DEAD_LETTERED, DEAD_LETTERS
from chassis.observing import observe
from chassis.topology import Queue

CLOSE_SECONDS = 1.0


class DeadLetterDepths:
    """Reads the depths on a connection that is there anyway; a service may read its own queues."""

    def __init__(self, queues: Sequence[Queue]) -> None:
        self._queues = queues
        self._connection: AbstractRobustConnection | None = None
        for queue in queues:
            DEAD_LETTERED.labels(queue.name)  # From zero on, so that the first one is seen as an increase.

    def use(self, connection: AbstractRobustConnection) -> None:
        """Names the connection to read on."""
        self._connection = connection

    async def observe(self) -> None:
        """Keeps the gauges up to date."""
        await observe("dead letters", self.look, self.lost)

    async def look(self) -> None:
        """Sets the gauges; raises what keeps the broker from answering."""
        transport = self._connection and self._connection.transport
        if not transport:
            raise ConnectionError("not connected")
        # A channel of its own, because asking for a queue that is not there closes it.
        channel = await transport.connection.channel(publisher_confirms=False)
        try:
            for queue in self._queues:
                found = await channel.queue_declare(queue.dead, passive=True)
                DEAD_LETTERS.labels(queue.name).set(found.message_count or 0)
        finally:
            async with asyncio.timeout(CLOSE_SECONDS):
                await channel.close()

    def lost(self) -> None:
        """Says that nobody knows."""
        for queue in self._queues:
            DEAD_LETTERS.labels(queue.name).set(nan)
