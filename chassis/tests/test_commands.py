"""Asking a service and waiting for its answer."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from chassis.commands import CommandClient, NoReply
from chassis.context import MessageContext
from chassis.errors import NotFound
from chassis.subscriptions import Subscription
from chassis.testing import ACTOR, TEAM, Ask, eventually, read, running
from chassis.topology import COMMANDS, REPLIES
from chassis.transaction import reply_ok
from contracts.envelope import Reply

CONTEXT = MessageContext(TEAM, ACTOR, uuid4())


@pytest.fixture
async def client(bench) -> AsyncIterator[CommandClient]:
    client = CommandClient(bench.amqp_url, "gateway", timeout=5)
    await client.start()
    yield client
    await client.stop()


def _answering(bench) -> Subscription:
    async def answer(command: Ask, tx):
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", command.n)
        if command.n < 0:
            raise NotFound(f"there is no {command.n}")
        return reply_ok({"n": command.n, "for": tx.actor})

    return Subscription(bench.commands.name, commands={Ask: answer}, concurrency=20)


def _ask(bench, client: CommandClient, n: int, message_id=None):
    return client.ask(Ask(n=n), CONTEXT, message_id or uuid4(), queue=bench.commands.name)


def _number(reply: Reply | None) -> int:
    assert reply is not None
    assert reply.body is not None
    return reply.body["n"]


async def test_answer_comes_back_with_its_body(bench, client):
    async with running(bench.service(_answering(bench))):
        reply = await _ask(bench, client, 1)
    assert (reply.status, reply.body, reply.problem) == (200, {"n": 1, "for": ACTOR}, None)


async def test_refusal_comes_back_as_a_problem(bench, client):
    async with running(bench.service(_answering(bench))):
        reply = await _ask(bench, client, -1)
    assert reply.problem is not None
    assert (reply.status, reply.problem.type, reply.problem.detail) == (404, "not-found", "there is no -1")
    assert await bench.effects() == []


async def test_many_at_once_each_get_their_own_answer(bench, client):
    async with running(bench.service(_answering(bench))):
        replies = await asyncio.gather(*(_ask(bench, client, n) for n in range(100)))
    assert [_number(reply) for reply in replies] == list(range(100))


async def test_askers_with_one_id_share_one_effect_and_all_get_its_answer(bench, client):
    message_id = uuid4()
    async with running(bench.service(_answering(bench))):
        replies = await asyncio.gather(*(_ask(bench, client, 1, message_id) for _ in range(5)))
    assert [_number(reply) for reply in replies] == [1] * 5
    assert await bench.effects() == [1]


async def test_no_answer_in_time_is_no_reply_and_asking_again_with_the_id_gets_it(bench):
    client, message_id = CommandClient(bench.amqp_url, "gateway", timeout=0.3), uuid4()
    await client.start()
    with pytest.raises(NoReply, match=r"within 0\.3 s"):
        await _ask(bench, client, 1, message_id)
    await client.stop()
    patient = CommandClient(bench.amqp_url, "gateway", timeout=5)
    await patient.start()
    async with running(bench.service(_answering(bench))):
        assert _number(await _ask(bench, patient, 1, message_id)) == 1
    await patient.stop()
    assert await bench.effects() == [1]


async def test_command_asked_looks_like_one_sent_with_a_transaction(bench, client):
    watched = await bench.broker.watch(COMMANDS, "looked.at")
    service = bench.service()
    async with running(service):
        asking = asyncio.create_task(client.ask(Ask(n=1), CONTEXT, uuid4(), queue="looked.at"))
        asked = await eventually(lambda: watched.get(fail=False, no_ack=True))
        async with service.database.transaction(CONTEXT) as tx:
            tx.send(Ask(n=1), queue="looked.at")
        sent = await eventually(lambda: watched.get(fail=False, no_ack=True))
    asking.cancel()
    assert (asked.reply_to, sent.reply_to) == (client.reply_queue, None)
    for told in ("content_type", "type", "delivery_mode"):
        assert getattr(asked, told) == getattr(sent, told)
    assert [message.message_id == str(read(message).id) for message in (asked, sent)] == [True, True]
    own = {"id", "time", "source"}
    assert read(asked).model_dump(exclude=own) == read(sent).model_dump(exclude=own)


async def test_command_that_no_queue_takes_is_no_reply_at_once(bench, client):
    async with asyncio.timeout(2):
        with pytest.raises(NoReply):
            await client.ask(Ask(n=1), CONTEXT, uuid4(), queue="nobody.commands")


async def test_reply_queue_is_declared_anew_after_its_connection_is_cut(bench, proxied):
    world, proxy = proxied
    client = CommandClient(world.amqp_url, "gateway", timeout=1)
    await client.start()
    async with running(bench.service(_answering(bench))):
        await _ask(bench, client, 1)
        await proxy.cut()

        async def answered():
            try:
                return await _ask(bench, client, 2)
            except NoReply:
                return None

        assert _number(await eventually(answered)) == 2
    await client.stop()


async def test_unreadable_reply_harms_no_other(bench, client):
    async with running(bench.service(_answering(bench))):
        await bench.broker.publish(REPLIES, client.reply_queue, b"{")
        assert _number(await _ask(bench, client, 1)) == 1
