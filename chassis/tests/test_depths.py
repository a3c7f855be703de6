"""Dead letters are counted where they lie, beside the work: what keeps the count from being made harms nothing."""

import math

import pytest
from prometheus_client import REGISTRY

from chassis import depths, observing
from chassis.testing import eventually, running
from chassis.topology import DEAD


@pytest.fixture(autouse=True)
def _often(monkeypatch):
    monkeypatch.setattr(observing, "OBSERVE_EVERY", 0.05)


def _told(queue, name: str = "saisei_dead_letters") -> float | None:
    return REGISTRY.get_sample_value(name, {"queue": queue.name})


def _is_unknown(queue) -> bool:
    return math.isnan(_told(queue) or 0.0)


async def test_dead_letters_are_told_by_queue_and_the_counter_starts_at_zero(bench):
    async with running(bench.service()):
        await eventually(lambda: _told(bench.events) == 0)
        assert _told(bench.events, "saisei_messages_dead_lettered_total") == 0
        for _ in range(3):
            await bench.broker.publish(DEAD, bench.events.name, b"{}")
        await eventually(lambda: _told(bench.events) == 3)
        assert _told(bench.commands) == 0
        taken = await (await bench.broker.queue(bench.events.dead)).get()
        await taken.ack()
        await eventually(lambda: _told(bench.events) == 2)


async def test_depth_that_cannot_be_read_is_told_as_not_known_and_is_no_ill_health(bench):
    service = bench.service()
    async with running(service):
        await eventually(lambda: _told(bench.events) == 0)
        await bench.broker.delete([bench.events])
        await eventually(lambda: _is_unknown(bench.events))
        checks = {check.name: check.ok for check in await service.health.checks()}
        assert checks[f"{bench.topology.name}.tasks"]
        await bench.declare()
        await eventually(lambda: _told(bench.events) == 0)


async def test_silent_broker_keeps_no_probe_waiting_for_depths(proxied, monkeypatch):
    world, proxy = proxied
    monkeypatch.setattr(observing, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(depths, "CLOSE_SECONDS", 0.2)
    service = world.service()
    async with running(service):
        await eventually(lambda: _told(world.events) == 0)
        proxy.swallow()
        await eventually(lambda: _is_unknown(world.events))
        proxy.pass_on()
        await eventually(lambda: _told(world.events) == 0, 30)
        assert (await eventually(lambda: _tasks(service))).ok


async def _tasks(service):
    return next(check for check in await service.health.checks() if check.name.endswith(".tasks"))
