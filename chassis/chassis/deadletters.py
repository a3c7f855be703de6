"""Where messages end that failed every try: with their reason, ready to be looked at and replayed."""

import asyncio
from datetime import UTC, datetime

import aio_pika
import structlog
from aio_pika.abc import (
    AbstractExchange,
    AbstractIncomingMessage,
    AbstractRobustChannel,
    AbstractRobustConnection,
    HeadersType,
)
from aiormq.exceptions import AMQPError, ChannelInvalidStateError

from chassis import crashpoints
from chassis.connection import connect
from chassis.metrics import DEAD_LETTERED
from chassis.topology import DEAD, Queue

CONFIRM_TIMEOUT = 5.0

log = structlog.get_logger()


class DeadLetters:
    """Puts messages into their dead-letter queue, confirmed before the original is acknowledged."""

    def __init__(self, amqp_url: str) -> None:
        self._url = amqp_url
        self._connection: AbstractRobustConnection | None = None
        self._channel: AbstractRobustChannel | None = None
        self._opening = asyncio.Lock()

    async def bury(self, queue: Queue, message: AbstractIncomingMessage, error: Exception, tries: int) -> bool:
        """False when the broker did not confirm; the original must then come back for another try."""
        try:
            await self._publish(queue, message, error, tries)
        except (AMQPError, ChannelInvalidStateError, ConnectionError, TimeoutError) as away:
            log.warning("dead_letter_unconfirmed", queue=queue.name, error=repr(away))
            return False
        crashpoints.reach("after_bury")
        DEAD_LETTERED.labels(queue.name).inc()
        return True

    async def close(self) -> None:
        """Closes the connection, if one was ever needed."""
        if self._connection is not None:
            await self._connection.close()

    async def _publish(self, queue: Queue, message: AbstractIncomingMessage, error: Exception, tries: int) -> None:
        async with asyncio.timeout(CONFIRM_TIMEOUT):
            exchange = await self._open()
            await exchange.publish(
                aio_pika.Message(
                    message.body,
                    content_type=message.content_type,
                    message_id=message.message_id,
                    type=message.type,
                    reply_to=message.reply_to,
                    headers=_headers(queue, message, error, tries),
                    delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                ),
                routing_key=queue.name,
                mandatory=True,
            )

    async def _open(self) -> AbstractExchange:
        async with self._opening:
            if self._connection is None:
                self._connection = await connect(self._url)
            if self._channel is None or self._channel.is_closed:
                self._channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
            return await self._channel.get_exchange(DEAD, ensure=False)


def _headers(queue: Queue, message: AbstractIncomingMessage, error: Exception, tries: int) -> HeadersType:
    headers: HeadersType = {
        "x-saisei-queue": queue.name,
        "x-saisei-reason": f"{type(error).__name__}: {error}"[:1000],
        "x-saisei-tries": tries,
        "x-saisei-dead-at": datetime.now(UTC).isoformat(),
    }
    if traceparent := message.headers.get("traceparent"):
        headers["traceparent"] = str(traceparent)
    return headers
