"""Promise 6: what nobody is bound for stays, shows, and leaves once somebody is."""

import pytest

from chassis.testing import Echoed, eventually
from chassis.topology import EVENTS

from .world import Probed

pytestmark = pytest.mark.long


async def test_promise_06_unroutable_rows_stay_show_in_a_metric_and_heal_on_rebind(world):
    probed = Probed()
    failing = f'saisei_outbox_failing_rows{{service="{world.topology.name}"}}'
    echoes = await world.broker.queue(world.echoes.name)
    await echoes.unbind(EVENTS, Echoed.type)
    accepted = await world.ask(range(3))
    async with world.process("noting", health_port=probed.port):
        await eventually(lambda: _failing(world, 3), 30)
        assert await probed.metric(failing) == 3
        assert await world.effects(world.echoes) == []
        await echoes.bind(EVENTS, Echoed.type)
        await world.settled(accepted)
        assert await probed.metric(failing) == 0


async def _failing(world, count: int) -> bool:
    return await world.sql.fetchval("SELECT count(*) FROM outbox WHERE attempts > 0") == count
