"""Promises 5 and 7: one id, however often it is delivered, takes effect once."""

import asyncio
import signal
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from chassis import inbox
from chassis.testing import Echoed, Happened, eventually, received
from chassis.testing_proxy import Proxy
from chassis.topology import EVENTS
from saisei_local.dead import list_dead

pytestmark = pytest.mark.long

AGED = inbox.RETENTION + inbox.CLOCK_SKEW + timedelta(hours=1)
AGE = "UPDATE inbox SET claimed_at = claimed_at - $1::interval"


async def test_promise_05_one_id_twenty_times_at_once_over_two_processes_and_after_its_claim_has_gone(world):
    message_id = uuid4()
    async with world.process("noting") as one, world.process("noting") as other:
        await eventually(lambda: all("service_started" in each.log.read_text() for each in (one, other)), 30)
        [warm] = await world.ask([1])
        await world.settled([warm])
        await asyncio.gather(*(world.broker.tell(Happened(n=7), message_id) for _ in range(20)))
        await world.settled([warm, message_id])
        await _refused_when_old(world, message_id)
        for process in (one, other):
            process.send(signal.SIGTERM)
        assert [await process.ended(20) for process in (one, other)] == [0, 0]
    assert await world.effects(world.requests) == [1, 7]
    assert await world.broker.depth(world.requests.name) == 0


async def _refused_when_old(world, message_id) -> None:
    await world.sql.execute(AGE, AGED)
    assert await inbox.clean_up(world.sql) > 0
    await world.broker.tell(Happened(n=7), message_id, time=datetime.now(UTC) - AGED)
    [letter] = await eventually(lambda: list_dead(world.amqp_url, [world.topology]))
    assert (letter.message_id, letter.tries) == (str(message_id), world.requests.tries)
    assert letter.reason.startswith("Poison: older than 30 days")


async def test_promise_07_confirm_that_is_lost_means_two_deliveries_and_one_effect(world):
    watched = await world.broker.watch(EVENTS, Echoed.type)
    waits = {"sweep": 0.1, "confirm": 0.5}
    async with (
        Proxy.before(world.amqp_url) as proxy,
        world.receiving(),
        world.process("relaying", amqp_url=proxy.url, waits=waits),
    ):
        emitted = await world.store([1])
        await world.received(emitted)
        await received(watched)
        proxy.swallow(answers_only=True)
        emitted += await world.store([2])
        [first] = await received(watched)
        await eventually(lambda: world.sql.fetchval("SELECT attempts > 0 FROM outbox"))
        await proxy.cut()
        proxy.pass_on()
        [second] = await received(watched)
        await world.received(emitted)
    assert first.id == second.id
    assert await world.effects(world.echoes) == [1, 2]
