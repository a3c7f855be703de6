"""The gateway's /readyz says within ten seconds that it cannot work, and takes it back once it can."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from chassis.testing import Broker, eventually
from chassis.testing_proxy import Proxy
from gateway.app import create_app
from gateway.topology import PROJECTION, TOPOLOGY
from saisei_local.provision.broker import declare

WITHIN = 10.0
RECOVERED_WITHIN = 30.0


@dataclass(frozen=True)
class Surroundings:
    """What a fault may strike, and the gateway between."""

    amqp_url: str
    broker: Proxy
    database: Proxy
    app: Any

    async def status(self) -> int:
        """What /readyz answers."""
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
            return (await client.get("/readyz")).status_code


@asynccontextmanager
async def broker_gone(around: Surroundings) -> AsyncIterator[None]:
    await around.broker.refuse()
    yield
    around.broker.pass_on()


@asynccontextmanager
async def broker_silent(around: Surroundings) -> AsyncIterator[None]:
    around.broker.swallow()
    yield
    around.broker.pass_on()


@asynccontextmanager
async def projection_deleted(around: Surroundings) -> AsyncIterator[None]:
    async with Broker.at(around.amqp_url) as broker:
        await broker.delete([PROJECTION])
    yield
    await declare(around.amqp_url, [TOPOLOGY])


@asynccontextmanager
async def database_silent(around: Surroundings) -> AsyncIterator[None]:
    around.database.swallow()
    yield
    around.database.pass_on()


@pytest.fixture
async def around(settings) -> AsyncIterator[Surroundings]:
    async with Proxy.before(settings.amqp_url) as broker, Proxy.before(settings.database_url) as database:
        app = create_app(settings.model_copy(update={"amqp_url": broker.url, "database_url": database.url}))
        async with app.router.lifespan_context(app):
            yield Surroundings(settings.amqp_url, broker, database, app)


@pytest.mark.parametrize("fault", [broker_gone, broker_silent, projection_deleted, database_silent])
async def test_readyz_is_false_within_ten_seconds_of_a_fault_and_true_again_after_it(around, fault):
    await eventually(lambda: _answers(around, 200), WITHIN)
    async with fault(around):
        await eventually(lambda: _answers(around, 503), WITHIN)
    await eventually(lambda: _answers(around, 200), RECOVERED_WITHIN)


async def test_gateway_whose_reply_queue_is_not_consumed_is_not_ready(around):
    commands = around.app.state.gateway.commands
    queue = await commands._replies.get_queue(commands.reply_queue, ensure=False)
    await queue.cancel(commands._tag)
    assert await _answers(around, 503)


async def _answers(around: Surroundings, status: int) -> bool:
    return await around.status() == status
