"""Promise 11: SIGTERM under load loses nothing in flight and ends within its budget."""

import signal

import pytest

from chassis.bus import DRAIN_SECONDS
from chassis.testing import eventually, running

from .chaos_service import SLOW_FROM

pytestmark = pytest.mark.long

ASKED = range(SLOW_FROM, SLOW_FROM + 200)


@pytest.mark.parametrize("role", ["noting", "batching"])
async def test_promise_11_stopped_under_load_it_ends_in_order_and_in_time_with_nothing_lost(world, role):
    accepted = await world.ask(ASKED)
    async with world.process(role) as process:
        await eventually(lambda: world.effects(world.requests), 30)
        process.send(signal.SIGTERM)
        assert await process.ended(DRAIN_SECONDS + 5) == 0
    left = await world.snapshot(world.requests)
    assert {row["message_id"] for row in left.effects} == left.claims
    assert not left.outbox
    async with running(world.service("noting")):
        assert len((await world.settled(accepted)).applied) == len(ASKED)
    assert await world.sql.fetchval("SELECT count(*) FROM deliveries WHERE begun > 0") == 0
