"""The approval service as it runs: replicas on one database and one broker, one of which is killed amid its work."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import pytest

from approval_service import checking
from approval_service.app import Settings, create_app
from approval_service.topology import TOPOLOGY
from chassis.crashpoints import VARIABLE
from chassis.db import Database
from chassis.testing import Broker, drained, enveloped, eventually, read, received, running
from chassis.topology import COMMANDS, EVENTS, REPLIES
from contracts.approval import ActOnApproval, ApprovalTransitioned, ApprovalVoided
from contracts.envelope import Reply
from saisei_local.provision.broker import declare

from .approval_desk import Desk

REPLICA = Path(__file__).with_name("replica.py")
EVERYBODY = 50


@pytest.fixture
def own_database_url(install: Callable[[str], str]) -> str:
    """A database of its own: here relays run, which would publish what other tests left in the outbox."""
    return install("approval")


@pytest.fixture
async def desk(own_database_url: str) -> AsyncIterator[Desk]:
    database = Database(own_database_url, "approval", pool_size=4)
    await database.open()
    yield Desk(database)
    await database.close()


@pytest.fixture
def settings(own_database_url: str, module_amqp_url: str) -> Settings:
    return Settings(service="approval", database_url=own_database_url, amqp_url=module_amqp_url, blob_url="memory://")


@pytest.fixture
async def broker(module_amqp_url: str) -> AsyncIterator[Broker]:
    await declare(module_amqp_url, [TOPOLOGY])
    async with Broker.at(module_amqp_url) as broker:
        yield broker


@asynccontextmanager
async def replica(settings: Settings, log: Path, crash_at: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A second replica in its own process, which ends itself by SIGKILL at a point, and is killed at the end."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(REPLICA),
            settings.database_url,
            settings.amqp_url,
            env={**os.environ, VARIABLE: crash_at},
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def both_consume(amqp_url: str) -> bool:
    async with await aio_pika.connect(amqp_url) as connection:
        queue = await (await connection.channel()).declare_queue(TOPOLOGY.queues[0].name, passive=True)
        return queue.declaration_result.consumer_count == 2


async def send(broker: Broker, desk: Desk, command: ActOnApproval, actor: str, role: str, reply_to: str) -> UUID:
    said = {"actor": actor, "actorrole": role, "teamid": desk.team}
    envelope = enveloped(command).model_copy(update=said)
    body = envelope.model_dump_json(exclude_none=True).encode()
    await broker.publish(
        COMMANDS, command.queue, body, message_id=str(envelope.id), type=envelope.type, reply_to=reply_to
    )
    return envelope.id


async def acts(desk: Desk, act: Any, **given: Any) -> ActOnApproval:
    return ActOnApproval.model_validate({**await desk.seen(act), **given})


async def test_of_fifty_admins_at_once_one_wins_although_a_replica_dies(
    desk: Desk, settings: Settings, broker: Broker, tmp_path: Path
):
    await desk.reach("pending_approval")
    before = await desk.history()
    address = f"test.{uuid4()}"
    replies = await broker.watch(REPLIES, address)
    moves = await broker.watch(EVENTS, ApprovalTransitioned.type)
    command = await acts(desk, "approve", comment=None)
    found: dict[UUID | None, Reply] = {}

    async def all_answered() -> bool:
        while (message := await replies.get(fail=False)) is not None:
            await message.ack()
            envelope = read(message)
            found[envelope.causationid] = Reply.model_validate(envelope.data)
        return len(found) == EVERYBODY

    log = tmp_path / "replica.log"
    async with running(create_app(settings)), replica(settings, log, "after_claim:4") as other:
        await eventually(lambda: both_consume(settings.amqp_url), patience=30)
        sending = (send(broker, desk, command, f"admin-{n}", "admin", address) for n in range(EVERYBODY))
        asked = await asyncio.gather(*sending)
        assert await asyncio.wait_for(other.wait(), 30) == -signal.SIGKILL, log.read_text()
        await eventually(all_answered, patience=40)
    assert set(found) == set(asked)
    won = [reply for reply in found.values() if reply.status == 200]
    lost = [reply.problem for reply in found.values() if reply.problem]
    assert (len(won), len(lost)) == (1, EVERYBODY - 1)
    assert {(problem.type, problem.status) for problem in lost} == {("approval-conflict", 409)}
    assert {problem.extras["approvalStatus"] for problem in lost} == {"approved"}
    history = await desk.history()
    assert (history[:-1], history[-1]["action"]) == (before, "approved")
    # A message may be published twice; what counts is how many there are.
    told = {envelope.id: envelope for envelope in await drained(moves)}
    assert [envelope.actor for envelope in told.values() if envelope.data["action"] == "approved"] == [
        history[-1]["actor"]
    ]


async def test_act_that_came_before_the_news_it_rests_on_waits_for_them(desk: Desk, settings: Settings, broker: Broker):
    await desk.make()
    address = f"test.{uuid4()}"
    replies = await broker.watch(REPLIES, address)
    event = desk.version(desk.kit[0], "other")
    command = await acts(desk, "submit", seen=dict(desk.versions))
    async with running(create_app(settings)):
        await send(broker, desk, command, "sato", "editor", address)
        waiting = await broker.queue("approval.commands.retry")
        await eventually(lambda: broker.depth(waiting.name))
        await broker.tell(event, team=desk.team)
        [answer] = await received(replies)
    assert (answer.data["status"], answer.data["body"]["manifest"]) == (200, desk.manifest)


async def test_act_that_rests_on_what_never_comes_is_told_so(
    desk: Desk, settings: Settings, broker: Broker, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(checking, "PATIENCE", 1.0)
    await desk.make()
    address = f"test.{uuid4()}"
    replies = await broker.watch(REPLIES, address)
    command = await acts(desk, "submit", seen={desk.kit[0].id: 7})
    async with running(create_app(settings)):
        await send(broker, desk, command, "sato", "editor", address)
        [answer] = await received(replies)
    assert (answer.data["problem"]["type"], answer.data["status"]) == ("not-caught-up", 409)
    assert await desk.history() == []


async def test_news_at_once_and_twice_void_an_approval_once(desk: Desk, settings: Settings, broker: Broker):
    await desk.reach("approved")
    voided = await broker.watch(EVENTS, ApprovalVoided.type)
    events = [(desk.version(asset, f"other {n}"), uuid4()) for n in range(5) for asset in desk.kit]
    async with running(create_app(settings), create_app(settings)):
        sent = [broker.tell(event, number, team=desk.team) for event, number in reversed(events) for _ in range(2)]
        await asyncio.gather(*sent)
        [told] = await received(voided)

        async def caught_up() -> bool:
            query = "SELECT count(*) FROM content_versions WHERE campaign_id = $1"
            return await desk.database.pool.fetchval(query, desk.campaign_id) == 6 * len(desk.kit)

        await eventually(caught_up)
    assert told.data["notify"] == ["sato", "mori", "kato"]
    assert {envelope.id for envelope in await drained(voided)} <= {told.id}
    assert [row["action"] for row in await desk.history()] == ["submitted", "reviewed", "approved", "voided"]
