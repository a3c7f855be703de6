"""Acknowledges what was handled: deliveries that end together are told of at once, where nothing older is still open.

Every acknowledgement is an entry in a quorum queue's log, and one that says `multiple` takes every open delivery before
it on its channel with it. So what is open is known here: whatever is still being handled, is held, or is on its way to
be rejected keeps those after it from being told of together.
"""

import asyncio
from collections.abc import Awaitable, Sequence

import structlog
from aio_pika.abc import AbstractIncomingMessage
from aiormq.abc import AbstractChannel
from aiormq.exceptions import ChannelInvalidStateError
from faststream.rabbit import RabbitMessage

from chassis.open_deliveries import OpenDeliveries

log = structlog.get_logger()


class Acknowledging:
    """What one consumer, whose channel is its alone, tells the broker of its deliveries."""

    def __init__(self) -> None:
        self._channel: AbstractChannel | None = None
        self.open = OpenDeliveries()
        self._done: list[RabbitMessage] = []
        self._telling: asyncio.Task[None] | None = None

    def take(self, message: RabbitMessage) -> None:
        """Notes a delivery. Every one must be noted, as it arrives."""
        channel = channel_of(message.raw_message)
        if channel is None:
            return
        if channel is not self._channel:
            self._channel, self.open = channel, OpenDeliveries()
        self.open.take(_tag(message))

    async def acknowledge(self, message: RabbitMessage) -> None:
        """Tells the broker that a message was handled, at once with all that end in the same turn of the event loop."""
        self._done.append(message)
        if self._telling is None:
            # A task of its own, so that nobody's acknowledgement depends on how a neighbour ends.
            self._telling = asyncio.create_task(self._tell())
        await asyncio.shield(self._telling)

    async def reject(self, message: RabbitMessage) -> None:
        """Sends a message to where its queue's rejected ones go."""
        await settle(message.reject(requeue=False))
        self._close(message)

    async def _tell(self) -> None:
        done, self._done, self._telling = self._done, [], None
        together = self._together(done)
        if together:
            await settle(together[-1].ack(multiple=len(together) > 1))
        for message in together:
            self._close(message)
        for message in done:
            if message not in together:
                await settle(message.ack())
                self._close(message)

    def _together(self, done: Sequence[RabbitMessage]) -> list[RabbitMessage]:
        """Those that one acknowledgement can tell of, oldest first. Tags of another channel mean other deliveries."""
        mine = {_tag(message): message for message in done if channel_of(message.raw_message) is self._channel}
        return [mine[tag] for tag in sorted(self.open.together(mine))]

    def _close(self, message: RabbitMessage) -> None:
        """What was told stays open until then, so that no other telling reckons with it meanwhile."""
        if channel_of(message.raw_message) is self._channel:
            self.open.close(_tag(message))


async def settle(acknowledgement: Awaitable[None]) -> None:
    """Acknowledges or rejects; when the channel is gone, the broker delivers again and the claim makes it harmless."""
    try:
        await acknowledgement
    except Exception as error:  # noqa: BLE001 - aiormq ends what a lost connection left by several, even plain ones
        log.warning("acknowledgement_lost", error=repr(error))


def _tag(message: RabbitMessage) -> int:
    return message.raw_message.delivery_tag or 0


def channel_of(delivery: AbstractIncomingMessage) -> AbstractChannel | None:
    """The channel that it came on; None once that is closed."""
    try:
        return delivery.channel
    except ChannelInvalidStateError:
        return None
