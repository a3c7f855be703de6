"""The heartbeat that every connection has, and the broker that may not be there yet."""

import asyncio

import aiormq.exceptions
import pytest

from chassis.connection import wait_for_broker, with_heartbeat
from chassis.testing import eventually


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("amqp://u:p@host:5672/0.1", "amqp://u:p@host:5672/0.1?heartbeat=5"),
        ("amqp://u:p@host:5672", "amqp://u:p@host:5672/?heartbeat=5"),
        ("amqps://u:p%40x@host/%2F?cafile=a", "amqps://u:p%40x@host/%2F?cafile=a&heartbeat=5"),
        ("amqp://host/?heartbeat=30", "amqp://host/?heartbeat=30"),
    ],
)
def test_heartbeat_is_ours_unless_the_url_names_another(url, expected):
    assert with_heartbeat(url) == expected


async def test_broker_that_takes_no_connections_yet_is_waited_for(proxied):
    bench, proxy = proxied
    await proxy.refuse()
    waiting = asyncio.create_task(wait_for_broker(bench.amqp_url))
    await eventually(lambda: proxy.connections > 2)
    assert not waiting.done()
    proxy.pass_on()
    async with asyncio.timeout(5):
        await waiting


async def test_broker_that_does_not_know_the_login_is_not_waited_for(bench):
    with pytest.raises(aiormq.exceptions.ProbableAuthenticationError):
        await wait_for_broker(bench.amqp_url.replace("//", "//nobody-"))
