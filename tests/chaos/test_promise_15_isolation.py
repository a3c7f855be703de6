"""Promise 15: each service's credentials fail on every other service's schema and queue; on its own they work."""

import aio_pika
import asyncpg
import pytest
from aiormq.exceptions import ChannelAccessRefused

from chassis.topology import COMMANDS, DEAD, EVENTS, REPLIES, RETRY
from saisei_local.services import SERVICES, topologies

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1"
STATEMENTS = (
    "SELECT * FROM {} LIMIT 1",
    "INSERT INTO {} DEFAULT VALUES",
    "DELETE FROM {}",
    "TRUNCATE {}",
)
TOPOLOGIES = {topology.name: topology for topology in topologies()}


@pytest.mark.parametrize("service", SERVICES)
async def test_promise_15_role_of_a_service_is_refused_every_table_of_every_other(
    installed_database, role_url, service
):
    admin, own = await asyncpg.connect(installed_database), await asyncpg.connect(role_url(service))
    try:
        for other in SERVICES:
            tables = [row["tablename"] for row in await admin.fetch(TABLES, other)]
            assert tables
            for name in (f"{other}.{table}" for table in tables):
                refused = [statement.format(name) for statement in STATEMENTS]
                await _refused(own, refused if other != service else [])
            assert other != service or await own.fetch(f"SELECT count(*) FROM {other}.outbox")
    finally:
        await admin.close()
        await own.close()


async def _refused(connection: asyncpg.Connection, statements: list[str]) -> None:
    for statement in statements:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


@pytest.mark.parametrize("service", SERVICES)
async def test_promise_15_login_of_a_service_can_read_no_queue_of_another_and_write_to_none(own_servers, service):
    async with await aio_pika.connect(own_servers.amqp_url(service)) as connection:
        for other in SERVICES:
            for queue in TOPOLOGIES[other].queues:
                for name in (queue.name, queue.retry, queue.dead):
                    assert await _may_read(connection, name) == (other == service)
                    assert not await _may_write(connection, "", name)
                assert await _may_write(connection, RETRY, queue.name) == (other == service)
                assert await _may_write(connection, DEAD, queue.name) == (other == service)


@pytest.mark.parametrize("service", SERVICES)
async def test_promise_15_login_of_a_service_publishes_the_events_it_may_and_no_others(own_servers, service):
    ours = TOPOLOGIES[service]
    everything = {event for topology in TOPOLOGIES.values() for event in topology.publishes} | {"no.such_event"}
    async with await aio_pika.connect(own_servers.amqp_url(service)) as connection:
        allowed = {event for event in everything if await _may_write(connection, EVENTS, event)}
        assert allowed == set(ours.publishes)
        assert await _may_write(connection, COMMANDS, "nobody") == ours.sends_commands
        assert await _may_write(connection, REPLIES, "nobody") == any(queue.commands for queue in ours.queues)


async def _may_read(connection: aio_pika.abc.AbstractConnection, queue: str) -> bool:
    channel = await connection.channel()
    try:
        message = await (await channel.get_queue(queue, ensure=False)).get(fail=False)
        if message is not None:
            await message.reject(requeue=True)
    except ChannelAccessRefused:
        return False
    await channel.close()
    return True


async def _may_write(connection: aio_pika.abc.AbstractConnection, exchange: str, key: str) -> bool:
    channel = await connection.channel(publisher_confirms=True)
    target = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
    try:
        await target.publish(aio_pika.Message(b"{}"), key, mandatory=False)
    except ChannelAccessRefused:
        return False
    await channel.close()
    return True
