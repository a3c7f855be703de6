"""Whether the broker still delivers to a consumer."""

from aio_pika.abc import AbstractChannel


def is_consuming(channel: AbstractChannel, tag: str) -> bool:
    """False also on an open channel, when the broker cancelled the consumer because its queue was deleted."""
    underlay = getattr(channel, "_channel", None)
    return not channel.is_closed and underlay is not None and tag in underlay.channel.consumers
