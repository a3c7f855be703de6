"""Promises 10 and 13: a worker that was frozen changes nothing when it wakes; one that died while paying is told of."""

import signal

import pytest

from chassis.testing import eventually, running
from chassis.testing_proxy import Proxy

pytestmark = pytest.mark.long

N = 1


async def test_promise_10_worker_that_was_stopped_while_another_finished_changes_nothing(world):
    accepted = await world.ask([N])
    async with (
        Proxy.before(world.amqp_url) as proxy,
        world.sql.acquire() as gate,
        world.process("working", amqp_url=proxy.url) as frozen,
    ):
        await gate.execute("SELECT pg_advisory_lock($1)", N)
        await eventually(lambda: _begun(world, 1), 30)
        frozen.send(signal.SIGSTOP)
        await gate.execute("SELECT pg_advisory_unlock($1)", N)
        proxy.abandon()
        async with running(world.service("working"), world.service("noting")):
            await world.settled(accepted)
            frozen.send(signal.SIGCONT)
            await eventually(lambda: "message_already_done" in frozen.log.read_text(), 30)
            await world.settled(accepted)
    rows = await world.sql.fetch("SELECT made_by FROM effects WHERE consumer = $1", world.requests.name)
    assert [row["made_by"] for row in rows] == ["test"]


async def test_promise_13_worker_killed_while_paying_leaves_an_explicit_unknown_and_pays_no_second_time(world):
    accepted = await world.ask([N])
    async with world.sql.acquire() as gate, gate.transaction(), world.process("paying") as paying:
        await gate.execute("SELECT pg_advisory_xact_lock($1)", N)
        await eventually(lambda: _begun(world, 1), 30)
        await paying.kill()
    async with running(world.service("paying")), world.receiving():
        assert (await world.settled(accepted)).unknown == set(accepted)


async def _begun(world, times: int) -> bool:
    return await world.sql.fetchval("SELECT count(*) FROM attempts") == times
