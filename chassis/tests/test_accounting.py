"""Every command that a person sends is recorded, in the transaction of what it changes."""

from uuid import uuid4

import pytest

from chassis.commands import CommandClient
from chassis.context import MessageContext
from chassis.errors import NotFound
from chassis.subscriptions import Subscription
from chassis.testing import ACTOR, TEAM, Ask, eventually, received, running
from chassis.topology import EVENTS
from chassis.transaction import reply_ok
from contracts.envelope import AuditRecorded, Envelope, Origin, Reply
from saisei_local.services import topologies

ORIGIN = Origin(role="editor", address="203.0.113.9", user_agent="curl/8", request_id="r-1")
PERSON = MessageContext(TEAM, ACTOR, uuid4(), origin=ORIGIN)


@pytest.fixture
async def client(bench):
    client = CommandClient(bench.amqp_url, "gateway", timeout=5)
    await client.start()
    yield client
    await client.stop()


@pytest.fixture
def service(bench):
    async def answer(command: Ask, tx) -> Reply:
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", command.n)
        if command.n < 0:
            raise NotFound(f"there is no {command.n}")
        if command.n > 1:
            for n in range(command.n):
                tx.acted_on("number", str(n), campaign_id="c-1", before={"n": n}, after={"n": n + 1})
        return reply_ok({"n": command.n})

    return bench.service(Subscription(bench.commands.name, commands={Ask: answer}))


@pytest.fixture
async def told(bench):
    """The audit log's side of the broker."""
    return await bench.broker.watch(EVENTS, AuditRecorded.type)


def _acts(envelopes: list[Envelope]) -> list[AuditRecorded]:
    return [AuditRecorded.model_validate(envelope.data) for envelope in envelopes]


async def test_a_persons_command_is_told_with_who_where_and_what_changed(bench, client, service, told):
    async with running(service):
        await client.ask(Ask(n=2), PERSON, uuid4(), queue=bench.commands.name)
        envelopes = await received(told, 2)
    first, second = sorted(_acts(envelopes), key=lambda act: act.target_id)
    assert {(envelope.teamid, envelope.actor) for envelope in envelopes} == {(TEAM, ACTOR)}
    assert (first.action, first.target_kind, first.target_id, first.about) == ("sample.ask", "number", "0", "c-1")
    assert (first.before, first.after, second.after) == ({"n": 0}, {"n": 1}, {"n": 2})
    assert first.origin == ORIGIN


async def test_a_handler_that_says_nothing_is_accounted_for_by_its_command(bench, client, service, told):
    async with running(service):
        await client.ask(Ask(n=1), PERSON, uuid4(), queue=bench.commands.name)
        [act] = _acts(await received(told))
    assert (act.action, act.target_id, act.after) == ("sample.ask", "", {"n": 1})


async def test_only_what_took_effect_by_a_persons_word_is_told_and_once(bench, client, service, told):
    message_id = uuid4()
    async with running(service):
        await client.ask(Ask(n=-1), PERSON, uuid4(), queue=bench.commands.name)
        await client.ask(Ask(n=5), MessageContext(TEAM, ACTOR, uuid4()), uuid4(), queue=bench.commands.name)
        replies = [await client.ask(Ask(n=1), PERSON, message_id, queue=bench.commands.name) for _ in range(3)]
        # What the sender waits to see in the read model is not the audit log.
        assert [reply.emitted for reply in replies] == [()] * 3
        [act] = _acts(await received(told))
        await eventually(lambda: _published(bench))
        assert await told.get(fail=False) is None
    assert act.after == {"n": 1}
    assert await bench.effects() == [1, 5]


async def _published(bench) -> bool:
    return await bench.waiting() == 0


def test_every_service_that_takes_commands_may_tell_the_audit_log():
    silent = [
        service.name
        for service in topologies()
        if any(queue.commands for queue in service.queues) and AuditRecorded.type not in service.publishes
    ]
    assert silent == []
