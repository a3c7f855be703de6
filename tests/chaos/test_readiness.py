"""`/readyz` says within ten seconds that a service cannot work, and takes it back once it can."""

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest

from chassis import connection
from chassis.probes import Probes
from chassis.testing import eventually, running
from chassis.testing_proxy import Proxy
from saisei_local.provision.broker import declare

from .servers import OwnServers
from .world import Probed, World

pytestmark = pytest.mark.long

WITHIN = 10.0
RECOVERED_WITHIN = 30.0


@dataclass(frozen=True)
class Surroundings:
    """What a fault may strike."""

    world: World
    servers: OwnServers
    broker: Proxy
    database: Proxy


@asynccontextmanager
async def consumers_gone(around: Surroundings):
    await around.broker.refuse()
    yield
    around.broker.pass_on()


@asynccontextmanager
async def queue_deleted(around: Surroundings):
    await around.world.broker.delete([around.world.requests])
    yield
    await declare(around.world.amqp_url, [around.world.topology])


@asynccontextmanager
async def broker_silent(around: Surroundings):
    around.broker.swallow()
    yield
    around.broker.pass_on()


@asynccontextmanager
async def connections_dropped_silently(around: Surroundings):
    around.broker.abandon()
    yield


@asynccontextmanager
async def memory_alarm(around: Surroundings):
    await around.servers.raise_memory_alarm()
    yield
    await around.servers.clear_memory_alarm()


@asynccontextmanager
async def database_down(around: Surroundings):
    await around.database.refuse()
    yield
    around.database.pass_on()


@asynccontextmanager
async def database_silent(around: Surroundings):
    around.database.swallow()
    yield
    around.database.pass_on()


@asynccontextmanager
async def outbox_too_old(around: Surroundings):
    await around.world.store([1])
    await around.world.sql.execute("UPDATE outbox SET created_at = '2000-01-01', leased_until = 'infinity'")
    yield
    await around.world.free_leases()


FAULTS = (
    consumers_gone,
    queue_deleted,
    broker_silent,
    connections_dropped_silently,
    memory_alarm,
    database_down,
    database_silent,
    outbox_too_old,
)


@pytest.fixture
async def around(own_world, own_servers, monkeypatch):
    monkeypatch.setattr(connection, "HEARTBEAT_SECONDS", 1)
    async with Proxy.before(own_world.amqp_url) as broker, Proxy.before(own_world.database_url) as database:
        yield Surroundings(own_world, own_servers, broker, database)


@pytest.mark.parametrize("fault", FAULTS)
async def test_readyz_is_false_within_ten_seconds_of_a_fault_and_true_again_after_it(around, fault):
    world, probed = around.world, Probed()
    service = world.service("noting", amqp_url=around.broker.url, database_url=around.database.url)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(running(service))
        probes = Probes([service.health], probed.port)
        await probes.start()
        stack.push_async_callback(probes.stop)
        await eventually(probed.is_ready, WITHIN)
        async with fault(around):
            await eventually(probed.is_unready, WITHIN)
        await eventually(probed.is_ready, RECOVERED_WITHIN)
        await world.ask(range(2, 5))
        await eventually(lambda: _took_effect(world, {2, 3, 4}))


async def _took_effect(world: World, numbers: set[int]) -> bool:
    return numbers <= set(await world.effects(world.requests))
