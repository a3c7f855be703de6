"""Promise 2: broker and database die under load and come back; every row reaches a terminal state."""

import asyncio

import pytest

from chassis.testing import eventually

from .world import Feeder

pytestmark = pytest.mark.long

QUICK = {"sweep": 0.1, "lease": 2, "confirm": 1}


@pytest.mark.parametrize("victim", ["database", "broker"])
async def test_promise_02_server_that_crashes_under_load_loses_nothing(own_world, own_servers, victim):
    feeder = Feeder(own_world.amqp_url)
    async with own_world.process("noting", waits=QUICK):
        feeding = asyncio.create_task(feeder.feed(range(200), 0.01))
        await eventually(lambda: _at_work(own_world), 30)
        await (own_servers.crash_database() if victim == "database" else own_servers.crash_broker())
        await feeding
        assert len((await own_world.settled(feeder.accepted)).applied) == 200


async def _at_work(world) -> bool:
    return len(await world.effects(world.echoes)) >= 20
