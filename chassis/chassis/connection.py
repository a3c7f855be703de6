"""How every connection to the broker is made: it comes back by itself, and notices when nobody answers any more."""

from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import aio_pika
from aio_pika.abc import AbstractRobustConnection

HEARTBEAT_SECONDS = 5
"""The broker drops a client after twice as long, and a client leaves the broker after about four times as long."""

RECONNECT_SECONDS = 1
OPEN_SECONDS = 10


def with_heartbeat(amqp_url: str) -> str:
    """The URL with our heartbeat, unless it names another."""
    parts = urlsplit(amqp_url)
    given = parse_qs(parts.query)
    if "heartbeat" in given:
        return amqp_url
    query = urlencode({**given, "heartbeat": HEARTBEAT_SECONDS}, doseq=True)
    return urlunsplit(parts._replace(path=parts.path or "/", query=query))


async def connect(amqp_url: str) -> AbstractRobustConnection:
    """A connection that is made anew whenever it is lost. Raises ConnectionError when the first attempt fails."""
    return await aio_pika.connect_robust(
        with_heartbeat(amqp_url), timeout=OPEN_SECONDS, reconnect_interval=RECONNECT_SECONDS
    )
