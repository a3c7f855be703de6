"""Promise 12: a consumer whose queue was deleted or whose connection died consumes again."""

from uuid import UUID

import pytest

from chassis.testing import Broker, Happened, eventually, running
from chassis.testing_proxy import Proxy
from saisei_local.provision.broker import declare

pytestmark = pytest.mark.long


def _one_by_one(world, **urls):
    return world.service("noting", **urls)


def _in_batches(world, **urls):
    return world.batching(0, **urls)


@pytest.mark.parametrize("consumer", [_one_by_one, _in_batches])
async def test_promise_12_deleted_queue_and_dead_connections_are_consumed_again(world, consumer):
    async with Proxy.before(world.amqp_url) as broker, Proxy.before(world.database_url) as database:
        service = consumer(world, amqp_url=broker.url, database_url=database.url)
        async with running(service, world.service("relaying")), world.receiving():
            accepted = await world.ask([1])
            await world.settled(accepted)
            await world.broker.delete([world.requests])
            await eventually(service.bus.silent_queues)
            await declare(world.amqp_url, [world.topology])
            for server in (broker, database):
                accepted += await _asked(world, range(2, 10))
                await server.cut()
                accepted += await _asked(world, range(10, 20))
                await world.settled(accepted)


async def _asked(world, numbers: range) -> list[UUID]:
    # RabbitMQ counts what a channel sends to a quorum queue; a new queue of that name waits for the first of it.
    async with Broker.at(world.amqp_url) as unacquainted:
        return [await unacquainted.tell(Happened(n=n)) for n in numbers]


async def test_promise_12_slow_network_to_both_servers_changes_nothing_but_the_time_it_takes(world):
    async with Proxy.before(world.amqp_url) as broker, Proxy.before(world.database_url) as database:
        for proxy in (broker, database):
            proxy.delay(0.02)
        async with world.process("noting", amqp_url=broker.url, database_url=database.url):
            accepted = await world.ask(range(30))
            assert len((await world.settled(accepted)).applied) == 30
