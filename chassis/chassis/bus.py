"""The service's side of the broker: FastStream subscribers on queues that set-up has declared."""

import asyncio
import contextlib

from aio_pika import IncomingMessage
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from faststream.middlewares import AckPolicy
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue
from faststream.rabbit.message import RabbitMessage
from faststream.rabbit.subscriber import RabbitSubscriber
from opentelemetry.sdk.trace import TracerProvider

from chassis.connection import OPEN_SECONDS, RECONNECT_SECONDS, with_heartbeat
from chassis.consumer import Consumer
from chassis.db import Database
from chassis.deadletters import DeadLetters
from chassis.liveness import is_consuming
from chassis.subscriptions import Subscription
from chassis.topology import ServiceTopology

DRAIN_SECONDS = 20.0
CANCEL_SECONDS = 2.0


async def _parsed(message: IncomingMessage) -> RabbitMessage:
    """The message with nothing made up for what it lacks."""
    return RabbitMessage(
        body=message.body,
        headers=message.headers,
        reply_to=message.reply_to or "",
        content_type=message.content_type,
        message_id=message.message_id or "",
        correlation_id=message.correlation_id or "",
        raw_message=message,
    )


async def _undecoded(message: RabbitMessage) -> RabbitMessage:
    """Leaves decoding to the consumer, which knows what to do with a message that cannot be read."""
    return message


class Bus:
    """One connection for consuming; each queue has a channel, and so a prefetch, of its own."""

    def __init__(
        self,
        topology: ServiceTopology,
        subscriptions: tuple[Subscription, ...],
        database: Database,
        amqp_url: str,
        tracing: TracerProvider,
    ) -> None:
        self._dead = DeadLetters(amqp_url)
        self._broker = RabbitBroker(
            with_heartbeat(amqp_url),
            graceful_timeout=DRAIN_SECONDS,
            parser=_parsed,
            decoder=_undecoded,
            apply_types=False,
            logger=None,
            reconnect_interval=RECONNECT_SECONDS,
            timeout=OPEN_SECONDS,
        )
        queues = {queue.name: queue for queue in topology.queues}
        self._consumers = [Consumer(queues[each.queue], each, database, self._dead, tracing) for each in subscriptions]
        self._subscribers = {
            each.queue: self._subscribe(each, consumer)
            for each, consumer in zip(subscriptions, self._consumers, strict=True)
        }

    async def start(self) -> None:
        """Connects and starts consuming."""
        await self._broker.start()

    async def stop(self) -> None:
        """Stops taking messages, lets those at hand finish within their budget, and disconnects."""
        for consumer in self._consumers:
            consumer.holding.let_go()
        # FastStream waits for the work at hand first, and what came meanwhile would lie here as long.
        await asyncio.gather(*(_take_no_more(subscriber) for subscriber in self._subscribers.values()))
        await asyncio.gather(*(subscriber.stop() for subscriber in self._subscribers.values()))
        for consumer in self._consumers:
            await consumer.trouble.forgive()
        await self._broker.stop()
        await self._dead.close()

    def silent_queues(self) -> list[str]:
        """Queues that nobody in this process is consuming although somebody should."""
        return [name for name, subscriber in self._subscribers.items() if not _is_consuming(subscriber)]

    def held_seconds(self) -> dict[str, float]:
        """By queue, how long the message has been held that the infrastructure keeps from being handled longest."""
        return {name: each.holding.seconds() for name, each in zip(self._subscribers, self._consumers, strict=True)}

    def _subscribe(self, subscription: Subscription, consumer: Consumer) -> RabbitSubscriber:
        subscriber = self._broker.subscriber(
            RabbitQueue(subscription.queue, queue_type=QueueType.QUORUM, durable=True, declare=False),
            channel=Channel(prefetch_count=subscription.prefetch),
            ack_policy=AckPolicy.MANUAL,
            # FastStream would answer by itself, past the outbox and to an exchange that services may not write.
            no_reply=True,
        )
        subscriber(consumer.consume)
        return subscriber


def _is_consuming(subscriber: RabbitSubscriber) -> bool:
    queue, tag = subscriber._queue_obj, subscriber._consumer_tag
    return subscriber.running and queue is not None and tag is not None and is_consuming(queue.channel, tag)


async def _take_no_more(subscriber: RabbitSubscriber) -> None:
    """Ends the deliveries; the channel stays open for the acknowledgements of what is at hand."""
    queue, tag = subscriber._queue_obj, subscriber._consumer_tag
    if queue is None or tag is None or not _is_consuming(subscriber):
        return
    with contextlib.suppress(TimeoutError, ChannelInvalidStateError, AMQPError, ConnectionError):
        async with asyncio.timeout(CANCEL_SECONDS):
            await queue.cancel(tag)
        subscriber._consumer_tag = None
