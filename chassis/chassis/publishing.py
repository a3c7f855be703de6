"""Whether the broker takes and confirms what this process publishes.

A memory or disk alarm stops only those who publish, and a broker that fell silent looks like one at rest: so the one
way to know is to publish something.
"""

import asyncio

import aio_pika
import aiormq
from aio_pika.abc import AbstractExchange, AbstractRobustConnection
from aio_pika.exchange import Exchange

from chassis.asking import Question

CONFIRM_TIMEOUT = 5.0
FRESH_SECONDS = 1.0


async def publish(exchange: AbstractExchange, message: aio_pika.Message, key: str, *, wait: bool) -> None:
    """Publishes, mandatory, and waits for the confirm.

    With `wait` the next message is written only when the frames of this one have left: a broker that takes nothing then
    lets nothing pile up here. Without it many are written at once.
    """
    assert isinstance(exchange, Exchange)
    channel = await exchange.channel.get_underlay_channel()
    assert isinstance(channel, aiormq.Channel)
    await channel.basic_publish(
        message.body, exchange=exchange.name, routing_key=key, properties=message.properties, mandatory=True, wait=wait
    )


class PublishCheck:
    """Publishes to an exchange of the service's under a key that nobody binds, and waits for the confirm."""

    def __init__(self, exchange: str, service: str) -> None:
        self._name = exchange
        self._key = f"{service}.readiness"
        self._connection: AbstractRobustConnection | None = None
        self._exchange: AbstractExchange | None = None
        self.confirmed = Question(self._publish, FRESH_SECONDS)

    def use(self, connection: AbstractRobustConnection) -> None:
        """Names the connection that is looked at."""
        self._connection = connection

    async def _publish(self) -> None:
        async with asyncio.timeout(CONFIRM_TIMEOUT):
            exchange = self._exchange or await self._open()
            await exchange.publish(aio_pika.Message(b""), self._key, mandatory=False)

    async def _open(self) -> AbstractExchange:
        if self._connection is None:
            raise ConnectionError("not connected yet")
        # A channel of its own: what is refused here must not close the one that the outbox is published on.
        channel = await self._connection.channel(publisher_confirms=True)
        self._exchange = await channel.get_exchange(self._name, ensure=False)
        return self._exchange
