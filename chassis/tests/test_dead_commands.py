"""A service replays its own dead letters by command: committed with its answer, and harmless when done twice."""

from uuid import uuid4

import pytest

from chassis.commands import CommandClient
from chassis.context import MessageContext
from chassis.deadcommands import DeadCommands
from chassis.subscriptions import Subscription
from chassis.testing import ACTOR, TEAM, Ask, Happened, eventually, running
from chassis.transaction import reply_ok
from contracts.envelope import Origin, Reply
from contracts.operations import DeadLetters, ListDeadLetters, ReplayDeadLetters
from saisei_local.dead import list_dead

CONTEXT = MessageContext(TEAM, ACTOR, uuid4(), origin=Origin(role="admin"))


@pytest.fixture
async def client(bench):
    client = CommandClient(bench.amqp_url, "gateway", timeout=10)
    await client.start()
    yield client
    await client.stop()


@pytest.fixture
def bad() -> set[int]:
    """Numbers that the service cannot take at present."""
    return {99}


@pytest.fixture
def service(bench, bad):
    async def note(event: Happened, tx) -> None:
        if event.n in bad:
            raise LookupError(f"{event.n} is not to my taste")
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n)

    async def answer(command: Ask, tx) -> Reply:
        return reply_ok({"n": command.n})

    events = Subscription(bench.events.name, events={Happened: note})
    return bench.service(events, Subscription(bench.commands.name, commands={Ask: answer}))


async def _ask(bench, client, content, context=CONTEXT) -> Reply:
    return await client.ask(content, context, uuid4(), queue=bench.commands.name)


async def _dead(bench):
    return await eventually(lambda: list_dead(bench.amqp_url, [bench.topology]))


async def test_a_mended_service_takes_its_dead_letter_once_it_is_told_to(bench, client, service, bad):
    async with running(service):
        await bench.broker.tell(Happened(n=99))
        await _dead(bench)
        [letter] = DeadLetters.model_validate((await _ask(bench, client, ListDeadLetters())).body).items
        assert (letter.queue, letter.count, letter.reason) == (
            bench.events.name,
            1,
            "LookupError: 99 is not to my taste",
        )
        bad.clear()
        reply = await _ask(bench, client, ReplayDeadLetters(ids=(letter.id,)))
        assert (reply.status, reply.body) == (202, {"replayed": [letter.id]})
        await eventually(bench.effects)
        await eventually(lambda: _none(bench))
    assert await bench.effects() == [99]


async def test_another_teams_letter_is_neither_shown_nor_replayed(bench, client, service):
    other = MessageContext("team-b", ACTOR, uuid4(), origin=Origin(role="admin"))
    async with running(service):
        await bench.broker.tell(Happened(n=99))
        [dead] = await _dead(bench)
        assert (await _ask(bench, client, ListDeadLetters(), other)).body == {"items": [], "more": False}
        reply = await _ask(bench, client, ReplayDeadLetters(ids=(f"{bench.events.name}:{dead.message_id}",)), other)
        assert reply.problem is not None
        assert (reply.problem.status, reply.problem.type) == (404, "unknown-dead-letter")
        assert len(await _dead(bench)) == 1


async def test_a_letter_that_stayed_after_its_replay_takes_effect_once_however_often_it_is_replayed(
    bench, client, service, bad
):
    async with running(service):
        await bench.broker.tell(Happened(n=99))
        [dead] = await _dead(bench)
        bad.clear()
        ids = (f"{bench.events.name}:{dead.message_id}",)
        # As when the process ends right after the commit: the message is on its way, and nobody took the letter away.
        async with service.database.transaction(CONTEXT) as tx:
            await DeadCommands(bench.topology, bench.amqp_url).replay(ReplayDeadLetters(ids=ids), tx)
            tx.committed.clear()
        await eventually(bench.effects)
        assert len(await _dead(bench)) == 1
        await _ask(bench, client, ReplayDeadLetters(ids=ids))
        await eventually(lambda: _none(bench))
        await bench.broker.tell(Happened(n=1))
        await eventually(lambda: _has(bench, 1))
    assert await bench.effects() == [1, 99]


async def _none(bench) -> bool:
    return not await list_dead(bench.amqp_url, [bench.topology])


async def _has(bench, n: int) -> bool:
    return n in await bench.effects()
