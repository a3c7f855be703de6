"""How every connection to the broker is made: it comes back by itself, and notices when nobody answers any more."""

import asyncio
import itertools
import socket
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import aio_pika
import structlog
from aio_pika.abc import AbstractRobustConnection
from aiormq.exceptions import (
    AuthenticationError,
    ConnectionNotAllowed,
    IncompatibleProtocolError,
    ProbableAuthenticationError,
)

HEARTBEAT_SECONDS = 5
"""The broker drops a client after twice as long, and a client leaves the broker after about four times as long."""

RECONNECT_SECONDS = 1
OPEN_SECONDS = 10

LOOK_SECONDS = 0.1
REPORT_EVERY = 50

REFUSALS = (AuthenticationError, ProbableAuthenticationError, ConnectionNotAllowed, IncompatibleProtocolError)

log = structlog.get_logger()


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


async def wait_for_broker(amqp_url: str) -> None:
    """Returns once the broker takes connections, which it may not yet when everything is started at once.

    Raises AMQPError when it is there and does not let us in.
    """
    for attempt in itertools.count():
        try:
            await (await aio_pika.connect(with_heartbeat(amqp_url), timeout=OPEN_SECONDS)).close()
        except REFUSALS:
            raise
        except (ConnectionError, TimeoutError, socket.gaierror) as error:
            if attempt % REPORT_EVERY == 0:
                log.info("waiting_for_broker", error=repr(error))
            await asyncio.sleep(LOOK_SECONDS)
        else:
            return
