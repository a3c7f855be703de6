"""Acknowledges what was handled: deliveries that end together are told of at once, where nothing older is still open.

Half of what a broker does for a quorum queue is taking note of acknowledgements, and one that says `multiple` takes
every open delivery before it on its channel with it. So what is open is known here: whatever is still being handled, is
held, or is on its way to be rejected keeps those after it from being told of together.
"""

import asyncio
from collections.abc import Awaitable, Collection, Sequence
from typing import Any

import structlog
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from faststream.rabbit import RabbitMessage

log = structlog.get_logger()


class OpenDeliveries:
    """The delivery tags of one channel of which the broker was not told yet."""

    def __init__(self) -> None:
        self._open: dict[int, None] = {}
        self._newest = 0
        self._all_known = True

    def take(self, tag: int) -> None:
        """One more, as it arrives. After a gap nothing is told of together: what is unknown must stay open."""
        self._all_known = self._all_known and tag == self._newest + 1
        self._newest = tag
        self._open[tag] = None

    def together(self, done: Collection[int]) -> set[int]:
        """Those of `done` before which nothing but they is open."""
        if not self._all_known:
            return set()
        oldest = next((tag for tag in self._open if tag not in done), self._newest + 1)
        return {tag for tag in done if tag < oldest}

    def close(self, tags: Collection[int]) -> None:
        """The broker was told of these."""
        for tag in tags:
            self._open.pop(tag, None)


class Acknowledging:
    """What one consumer, whose channel is its alone, tells the broker of its deliveries."""

    def __init__(self) -> None:
        self._channel: Any = None
        self._deliveries = OpenDeliveries()
        self._done: list[RabbitMessage] = []
        self._telling = False

    def take(self, message: RabbitMessage) -> None:
        """Notes a delivery. Every one must be noted, as it arrives."""
        channel = _channel(message)
        if channel is None:
            return
        if channel is not self._channel:
            self._channel, self._deliveries = channel, OpenDeliveries()
        self._deliveries.take(_tag(message))

    async def acknowledge(self, message: RabbitMessage) -> None:
        """Has the broker told that a message was handled, with all that end in the same turn of the event loop.

        Returns once it was told, or at once when another call is under way, which then tells of this one as well: were
        there two at a time, one could name a delivery that the other's `multiple` has just taken along.
        """
        self._done.append(message)
        if self._telling:
            return
        self._telling = True
        try:
            await asyncio.sleep(0)
            while self._done:
                done, self._done = self._done, []
                await self._tell(done)
        finally:
            self._telling = False

    async def reject(self, message: RabbitMessage) -> None:
        """Sends a message to where its queue's rejected ones go."""
        await settle(message.reject(requeue=False))
        self._close([message])

    async def _tell(self, done: Sequence[RabbitMessage]) -> None:
        mine = {_tag(message): message for message in done if _channel(message) is self._channel}
        together = self._deliveries.together(mine)
        if together:
            await settle(mine[max(together)].ack(multiple=True))
            self._close([mine[tag] for tag in together])
        for message in done:
            if mine.get(_tag(message)) is not message or _tag(message) not in together:
                await settle(message.ack())
                self._close([message])

    def _close(self, messages: Sequence[RabbitMessage]) -> None:
        self._deliveries.close([_tag(message) for message in messages if _channel(message) is self._channel])


async def settle(acknowledgement: Awaitable[None]) -> None:
    """Acknowledges or rejects; when the channel is gone, the broker delivers again and the claim makes it harmless."""
    try:
        await acknowledgement
    except (ChannelInvalidStateError, AMQPError, ConnectionError) as error:
        log.warning("acknowledgement_lost", error=repr(error))


def _tag(message: RabbitMessage) -> int:
    return message.raw_message.delivery_tag or 0


def _channel(message: RabbitMessage) -> Any:
    """None once it is closed."""
    try:
        return message.raw_message.channel
    except ChannelInvalidStateError:
        return None
