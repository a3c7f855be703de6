"""Least privilege: what each service's credentials can do, and what they cannot."""

import asyncio
from typing import cast

import aio_pika
import asyncpg
import pytest
from aio_pika.exceptions import AMQPError
from aiormq.exceptions import ChannelAccessRefused

from chassis import deadqueues
from chassis.testing import eventually
from saisei_local.dead import UnknownDeadLetterError, beyond_page, list_dead, replay
from saisei_local.environment import with_login
from saisei_local.provision.broker import broker_definitions, declare, queues
from saisei_local.provision.database import provision_database, scram_verifier
from saisei_local.stack import Stack, amqp_url, database_name, load_secrets

NAMES = ("image", "copy")
PASSWORDS = {name: f"pw-{name}" for service in NAMES for name in (service, f"{service}_owner")}


@pytest.fixture
async def database(make_database, postgres_admin_url):
    url = make_database()
    for _ in range(2):
        await provision_database(postgres_admin_url, NAMES, PASSWORDS, database_name(url))
    return url


async def _run(url: str, name: str, statement: str):
    connection = await asyncpg.connect(with_login(url, f"saisei_{name}", PASSWORDS[name]))
    try:
        return await connection.fetch(statement)
    finally:
        await connection.close()


async def test_service_reads_and_writes_rows_of_its_own_schema(database):
    await _run(database, "image_owner", "CREATE TABLE things (id integer GENERATED ALWAYS AS IDENTITY, name text)")
    await _run(database, "image", "INSERT INTO things (name) VALUES ('a')")
    rows = await _run(database, "image", "UPDATE image.things SET name = 'b' RETURNING id, name")
    assert [tuple(row) for row in rows] == [(1, "b")]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM image.things",
        "INSERT INTO image.things VALUES (1)",
        "CREATE TABLE copy.more (id integer)",
        "CREATE TABLE public.more (id integer)",
        "CREATE SCHEMA mine",
        "CREATE TEMPORARY TABLE t (id integer)",
        "SET ROLE saisei_copy_owner",
        "SET ROLE saisei_image",
        "CREATE ROLE friend",
    ],
)
async def test_service_is_refused_whatever_is_not_its_own(database, statement):
    await _run(database, "image_owner", "CREATE TABLE things (id integer)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _run(database, "copy", statement)


async def test_service_may_not_change_its_own_tables(database):
    await _run(database, "image_owner", "CREATE TABLE things (id integer)")
    for statement in ("DROP TABLE things", "TRUNCATE things", "ALTER TABLE things ADD x integer"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await _run(database, "image", statement)


async def test_owner_of_one_schema_cannot_touch_another(database):
    await _run(database, "image_owner", "CREATE TABLE things (id integer)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _run(database, "copy_owner", "DROP TABLE image.things")


async def test_set_up_by_several_processes_at_once_succeeds(make_database, postgres_admin_url):
    name = database_name(make_database())
    await asyncio.gather(*(provision_database(postgres_admin_url, NAMES, PASSWORDS, name) for _ in range(4)))


async def test_database_that_the_url_names_is_made_when_missing(postgres_admin_url):
    url = postgres_admin_url.rpartition("/")[0] + "/not_yet_there"
    await provision_database(url, NAMES, PASSWORDS, database_name(url))
    assert await _run(url, "image", "SELECT 1")


def test_statement_that_sets_a_password_does_not_hold_it():
    assert "secret" not in scram_verifier("secret")


def test_definitions_hold_no_password(services):
    passwords: dict[str, str] = dict.fromkeys(["admin", "observer", "image", "copy", "gateway"], "secret-word")
    assert "secret-word" not in str(broker_definitions(services, passwords))


@pytest.fixture
def broker(state, services, settings):
    """URL of an embedded broker by user name."""
    stack = Stack(settings, state, load_secrets(state), services)
    try:
        stack.launch()
        stack.wait_for_broker()
        secrets, ports = load_secrets(state), state.instance().ports
        yield lambda user: amqp_url(settings, secrets, ports, user)
    finally:
        stack.stop()


async def _publish(url: str, exchange: str, key: str, **properties) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(on_return_raises=True)
        target = await channel.get_exchange(exchange, ensure=False)
        await target.publish(aio_pika.Message(b"x", **properties), key, mandatory=True)


async def _depth(url: str, queue: str) -> int:
    async with await aio_pika.connect(url) as connection:
        declared = await (await connection.channel()).declare_queue(queue, passive=True)
        return declared.declaration_result.message_count or 0


async def test_broker_lets_each_user_do_its_own_and_nothing_else(broker):
    """One broker for all cases, because each start takes seconds."""
    await _publish(broker("image"), "saisei.events", "image.regenerated")
    await _publish(broker("image"), "saisei.dead", "image.events")
    await _publish(broker("gateway"), "saisei.commands", "image.jobs")
    refused = [
        ("image", "saisei.events", "copy.regenerated"),
        ("image", "saisei.events", "image.regenerated.extra"),
        ("image", "saisei.commands", "image.jobs"),
        ("image", "saisei.dead", "copy.events"),
        ("image", "saisei.retry", "copy.events"),
        ("image", "amq.topic", "copy.events"),
        ("gateway", "saisei.events", "image.regenerated"),
        ("observer", "saisei.events", "image.regenerated"),
    ]
    for user, exchange, key in refused:
        with pytest.raises((ChannelAccessRefused, AMQPError)) as caught:
            await _publish(broker(user), exchange, key)
        assert "ACCESS_REFUSED" in str(caught.value), (user, exchange, key)
    await _reads_are_separate(broker)
    await _observer_watches(broker)
    await _gateway_gets_replies(broker)
    await _dead_letters_are_listed_and_replayed(broker)
    await _rejected_message_comes_back_after_its_pause(broker)


async def _reads_are_separate(broker) -> None:
    for user, queue in (("copy", "image.events"), ("observer", "image.events"), ("image", "gateway.projection")):
        async with await aio_pika.connect(broker(user)) as connection:
            channel = await connection.channel()
            with pytest.raises(ChannelAccessRefused):
                await (await channel.get_queue(queue, ensure=False)).get(fail=False)
    async with await aio_pika.connect(broker("image")) as connection:
        channel = await connection.channel()
        with pytest.raises(ChannelAccessRefused):
            await channel.declare_queue("image.more", durable=True)


async def _observer_watches(broker) -> None:
    async with await aio_pika.connect(broker("observer")) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("observer.board", durable=True)
        await queue.bind("saisei.events", "#")
        await _publish(broker("image"), "saisei.events", "render.failed")
        assert (await queue.get(timeout=10)).routing_key == "render.failed"


async def _gateway_gets_replies(broker) -> None:
    async with await aio_pika.connect(broker("gateway")) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("gateway.replies.one", exclusive=True, auto_delete=True)
        await queue.bind("saisei.replies", queue.name)
        await _publish(broker("image"), "saisei.replies", queue.name)
        assert (await queue.get(timeout=10)).body == b"x"


async def _dead_letters_are_listed_and_replayed(broker) -> None:
    admin, services = broker("admin"), _services()
    headers = {"x-saisei-reason": "Poison: bad JSON", "x-saisei-tries": 3, "traceparent": "00-1-1-01"}
    await _publish(broker("image"), "saisei.dead", "image.jobs", message_id="m-1", headers=headers)
    for _ in range(2):
        letter = next(one for one in await list_dead(admin, services) if one.message_id == "m-1")
        assert (letter.queue, letter.reason, letter.tries) == ("image.jobs", "Poison: bad JSON", 3)
    waiting = await _depth(admin, "image.jobs")
    assert await replay(admin, services, "m-1") == 1
    await eventually(lambda: _holds(admin, "image.jobs", waiting + 1))
    assert not [one for one in await list_dead(admin, services) if one.message_id == "m-1"]
    with pytest.raises(UnknownDeadLetterError):
        await replay(admin, services, "m-1")


async def _holds(admin: str, queue: str, messages: int) -> bool:
    return await _depth(admin, queue) == messages


async def _rejected_message_comes_back_after_its_pause(broker) -> None:
    await _publish(broker("copy"), "saisei.events", "copy.regenerated", delivery_mode=2)
    async with await aio_pika.connect(broker("image")) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue("image.events", ensure=False)
        first = await queue.get(timeout=10)
        await first.reject(requeue=False)
        async with asyncio.timeout(10), queue.iterator() as messages:
            async for message in messages:
                deaths = {entry["queue"]: entry for entry in cast("list[dict]", message.headers["x-death"])}
                assert deaths["image.events"]["count"] == 1
                assert deaths["image.events"]["reason"] == "rejected"
                await message.ack()
                break


def _services():
    from chassis.topology import Queue, ServiceTopology

    return (ServiceTopology("image", (Queue("image.events"), Queue("image.jobs")), ()),)


async def test_same_topology_is_declared_over_amqp_and_can_be_repeated(module_amqp_url, services):
    for _ in range(2):
        await declare(module_amqp_url, services)
    await _publish(module_amqp_url, "saisei.commands", "image.jobs")
    assert await _depth(module_amqp_url, "image.jobs") == 1
    assert await _depth(module_amqp_url, "image.jobs.dead") == 0


async def test_no_more_than_a_page_of_dead_letters_is_held_and_the_rest_is_counted(make_vhost, monkeypatch):
    url = make_vhost()
    monkeypatch.setattr(deadqueues, "PAGE", 2)
    await declare(url, _services())
    for number in range(3):
        await _publish(url, "saisei.dead", "image.events", message_id=f"m-{number}")
    assert [letter.message_id for letter in await list_dead(url, _services())] == ["m-0", "m-1"]
    assert await beyond_page(url, _services()) == {"image.events": 1}
    with pytest.raises(UnknownDeadLetterError):
        await replay(url, _services(), "m-2")
    await replay(url, _services(), "m-0")
    assert await beyond_page(url, _services()) == {}
    assert await replay(url, _services(), "m-2") == 1


def test_no_dead_letter_queue_is_left_to_the_brokers_own_limit(services):
    limits = {name: arguments.get("x-delivery-limit") for name, arguments in queues(services).items()}
    assert {limit for name, limit in limits.items() if name.endswith(".dead")} == {2**31 - 1}
