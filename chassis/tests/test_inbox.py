"""The inbox: one message, one effect, however often it comes."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from chassis import inbox
from chassis.db import Database
from chassis.errors import Conflict
from chassis.inbox import CLOCK_SKEW, RETENTION
from chassis.messages import to_bytes
from chassis.subscriptions import Subscription
from chassis.testing import Ask, Echoed, Happened, drained, enveloped, eventually, received, running
from chassis.topology import EVENTS, REPLIES
from chassis.transaction import reply_ok


async def test_message_delivered_twenty_times_at_once_takes_effect_once(bench):
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    services = [bench.service(bench.noting(concurrency=20)) for _ in range(2)]
    async with running(*services):
        message_id = uuid4()
        await asyncio.gather(*(bench.broker.tell(Happened(n=1), message_id) for _ in range(20)))
        await bench.broker.tell(Happened(n=2))
        await received(watched, 2)
        await eventually(lambda: _settled(bench))
    assert await bench.effects() == [1, 2]
    assert await drained(watched) == []


async def test_message_older_than_the_claims_are_kept_is_refused(bench):
    async with running(bench.service(bench.noting())):
        await bench.broker.tell(Happened(n=1), time=datetime.now(UTC) - RETENTION - timedelta(minutes=1))
        await bench.broker.tell(Happened(n=2), time=datetime.now(UTC) - RETENTION + timedelta(minutes=1))
        await eventually(lambda: bench.broker.depth(bench.events.dead))
        await eventually(bench.effects)
    assert await bench.effects() == [2]


async def test_old_event_that_is_told_again_is_as_young_as_its_telling(bench):
    now, old = datetime.now(UTC), RETENTION + timedelta(minutes=1)
    async with running(bench.service(bench.noting())):
        for n, retold in ((1, now), (2, now - old)):
            envelope = enveloped(Happened(n=n), time=now - 2 * old).model_copy(update={"retoldat": retold})
            await bench.broker.publish(EVENTS, Happened.type, to_bytes(envelope), type=Happened.type)
        await eventually(lambda: bench.broker.depth(bench.events.dead))
        await eventually(bench.effects)
    assert await bench.effects() == [1]


async def test_clean_up_keeps_every_claim_that_can_still_be_needed(bench):
    database = Database(bench.database_url, "cleaning")
    await database.open()
    oldest = (inbox.RETENTION + CLOCK_SKEW).days
    for days in (inbox.RETENTION.days + 0.5, oldest + 1, oldest + 2):
        await bench.sql.execute(
            "INSERT INTO inbox VALUES ('q', gen_random_uuid(), now() - make_interval(secs => $1))", days * 86_400
        )
    assert [await inbox.clean_up(database.pool, batch=1) for _ in range(3)] == [1, 1, 0]
    await database.close()
    assert await bench.sql.fetchval("SELECT count(*) FROM inbox") == 1


def _answering(bench, *, refuse: bool = False) -> Subscription:
    async def answer(command: Ask, tx):
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", command.n)
        tx.emit(Echoed(n=command.n), subject="x")
        if refuse:
            raise Conflict("not now", since=3)
        return reply_ok({"at": str(await tx.conn.fetchval("SELECT clock_timestamp()"))}, status=201)

    return Subscription(bench.commands.name, commands={Ask: answer})


async def test_duplicate_command_gets_the_stored_reply(bench):
    events, replies = await bench.broker.watch(EVENTS, Echoed.type), await bench.broker.watch(REPLIES, "me")
    async with running(bench.service(_answering(bench))):
        asked = await bench.broker.command(Ask(n=1), queue=bench.commands.name, reply_to="me")
        [first] = await received(replies)
        await bench.broker.command(Ask(n=1), asked, queue=bench.commands.name, reply_to="me")
        [second] = await received(replies)
        [event] = await received(events)
    assert first.data == second.data
    assert (first.data["status"], first.data["emitted"], first.causationid) == (201, [str(event.id)], asked)
    assert await bench.effects() == [1]


async def test_commands_with_one_id_at_once_take_effect_once_and_are_all_answered_alike(bench):
    replies = await bench.broker.watch(REPLIES, "me")
    async with running(bench.service(_answering(bench))):
        asked = uuid4()
        sending = (bench.broker.command(Ask(n=1), asked, queue=bench.commands.name, reply_to="me") for _ in range(20))
        await asyncio.gather(*sending, bench.broker.watch(EVENTS, Echoed.type))
        answers = await received(replies, 20)
    assert len({answer.data["body"]["at"] for answer in answers}) == 1
    assert await bench.effects() == [1]


async def test_refused_command_writes_nothing_but_its_reply_and_refuses_its_duplicate_alike(bench):
    events, replies = await bench.broker.watch(EVENTS, Echoed.type), await bench.broker.watch(REPLIES, "me")
    async with running(bench.service(_answering(bench, refuse=True))):
        asked = await bench.broker.command(Ask(n=1), queue=bench.commands.name, reply_to="me")
        [first] = await received(replies)
        await bench.broker.command(Ask(n=1), asked, queue=bench.commands.name, reply_to="me")
        [second] = await received(replies)
        await eventually(lambda: _settled(bench))
    assert first.data == second.data
    assert first.data["problem"] == {
        "type": "conflict",
        "title": Conflict.title,
        "status": 409,
        "detail": "not now",
        "extras": {"since": 3},
    }
    assert (await bench.effects(), await drained(events)) == ([], [])
    assert await bench.broker.depth(bench.commands.dead) == 0


async def test_reply_is_sent_once_and_by_the_outbox_alone(bench):
    """The broker library would answer by itself, empty and past the permissions, were it not told not to."""
    mine = await bench.broker.watch(REPLIES, "me")
    async with running(bench.service(_answering(bench))):
        await bench.broker.watch(EVENTS, Echoed.type)
        await bench.broker.command(Ask(n=1), queue=bench.commands.name, reply_to=mine.name)
        await bench.broker.command(Ask(n=2), queue=bench.commands.name, reply_to="me")
        [answer] = await received(mine)
        await eventually(lambda: _handled(bench, 2))
    assert answer.data["status"] == 201
    assert await mine.get(fail=False) is None


async def _handled(bench, count: int) -> bool:
    return await bench.sql.fetchval("SELECT count(*) FROM inbox") == count


async def _settled(bench) -> bool:
    depths = [await bench.broker.depth(queue.name) for queue in (bench.events, bench.commands)]
    return not any(depths) and await bench.waiting() == 0
