"""Promise 8: a broker that takes nothing more holds publishing up only so long, and it goes on by itself."""

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from chassis.commands import CommandClient, NoReply
from chassis.context import MessageContext
from chassis.testing import ACTOR, TEAM, Ask, eventually
from chassis.testing_proxy import Proxy

pytestmark = pytest.mark.long

QUICK = {"sweep": 0.1, "confirm": 0.5, "lease": 2}
BOUND = 5.0


@asynccontextmanager
async def _memory_alarm(servers, proxy):
    await servers.raise_memory_alarm()
    yield
    await servers.clear_memory_alarm()


@asynccontextmanager
async def _black_hole(servers, proxy):
    proxy.swallow()
    yield
    proxy.pass_on()


@pytest.mark.parametrize("blocked", [_memory_alarm, _black_hole])
async def test_promise_08_publishing_to_a_blocked_broker_is_bounded_and_recovers_without_a_restart(
    own_world, own_servers, blocked
):
    async with (
        Proxy.before(own_world.amqp_url) as proxy,
        own_world.receiving(),
        own_world.process("relaying", amqp_url=proxy.url, waits=QUICK) as process,
    ):
        await own_world.received(before := await own_world.store([0]))
        async with blocked(own_servers, proxy):
            stored = await own_world.store(range(1, 100))
            await eventually(lambda: _tried(own_world, len(stored)), BOUND * 4)
            assert await own_world.effects(own_world.echoes) == [0]
        assert (await own_world.received([*before, *stored])).applied == {*before, *stored}
        assert process.is_running


async def test_promise_08_command_to_a_blocked_broker_gets_no_reply_within_its_time(own_world, own_servers):
    client = CommandClient(own_servers.amqp_url("gateway"), "gateway", timeout=1)
    await client.start()
    try:
        await own_servers.raise_memory_alarm()
        async with asyncio.timeout(BOUND):
            with pytest.raises(NoReply):
                await client.ask(Ask(n=1), MessageContext(TEAM, ACTOR, uuid4()), uuid4(), "campaign.commands")
    finally:
        await own_servers.clear_memory_alarm()
        await client.stop()


async def _tried(world, rows: int) -> bool:
    return await world.sql.fetchval("SELECT count(*) FROM outbox WHERE attempts > 0") == rows
