"""Acts and news of one campaign at once: each happens before or after the other, never half of both."""

import asyncio
from collections.abc import Awaitable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from chassis.context import MessageContext
from chassis.db import Database
from chassis.errors import TellUser
from chassis.testing import eventually
from contracts.approval import ActOnApproval, ApprovalTransitioned, ApprovalVoided

from .approval_desk import EVENTS, Desk, of

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@asynccontextmanager
async def held(desk: Desk):
    """Nobody decides about the campaign meanwhile."""
    async with desk.database.pool.acquire() as conn, conn.transaction():
        await conn.execute("SELECT * FROM campaigns WHERE campaign_id = $1 FOR UPDATE", desk.campaign_id)
        yield


async def in_this_order(desk: Desk, first: Awaitable[Any], second: Awaitable[Any]) -> list[Any]:
    """Both are under way at once, and the first has come to its lock before the second one comes."""

    async def waiting(number: int) -> bool:
        return await desk.database.pool.fetchval(WAITING) == number

    async with held(desk):
        tasks = []
        for number, one in enumerate((first, second), 1):
            tasks.append(asyncio.ensure_future(one))
            await eventually(lambda number=number: waiting(number))
    return await asyncio.gather(*tasks, return_exceptions=True)


def submission(desk: Desk) -> ActOnApproval:
    return ActOnApproval(campaign_id=desk.campaign_id, act="submit", version=0, manifest=desk.manifest)


async def test_submission_before_a_change_is_voided_by_it(desk: Desk):
    await desk.make()
    command = submission(desk)
    event = desk.version(desk.kit[0], "other")
    submitted, heard = await in_this_order(desk, desk.ask(command, "sato", "editor"), desk.hear(event))
    assert submitted[0].status == 200
    assert [told.action for told in of(heard, ApprovalTransitioned)] == ["voided"]
    assert [row["action"] for row in await desk.history()] == ["submitted", "voided"]
    assert await desk.status() == "draft"


async def test_submission_after_a_change_is_refused_with_what_changed(desk: Desk):
    await desk.make()
    command = submission(desk).model_copy(update={"seen": dict(desk.versions)})
    event = desk.version(desk.kit[0], "other")
    heard, refused = await in_this_order(desk, desk.hear(event), desk.ask(command, "sato", "editor"))
    assert heard == []
    assert isinstance(refused, TellUser)
    assert refused.problem.type == "manifest-changed"
    assert [one["assetId"] for one in refused.problem.extras["changes"]] == [desk.kit[0].id]
    assert await desk.status() == "none"


async def test_approval_and_a_change_at_once_end_as_a_draft_in_either_order(database: Database):
    desks = [Desk(database) for _ in range(6)]
    for desk in desks:
        await desk.reach("pending_approval")
    acts = [desk.act("approve") for desk in desks]
    # Each act reads what is to be seen before it is sent, so it is refused if the change comes first.
    answers = await asyncio.gather(
        *(one for desk, act in zip(desks, acts, strict=True) for one in (act, desk.hear(later(desk)))),
        return_exceptions=True,
    )
    assert [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, TellUser)] == []
    for desk, (approved, _) in zip(desks, zip(answers[::2], answers[1::2], strict=True), strict=True):
        actions = [row["action"] for row in await desk.history()]
        won = ["approved"] if not isinstance(approved, TellUser) else []
        assert actions == ["submitted", "reviewed", *won, "voided"]
        assert await desk.status() == "draft"


def later(desk: Desk) -> Any:
    """A change that the people at the desk have not seen."""
    seen = dict(desk.contents), dict(desk.versions)
    event = desk.version(desk.kit[0], "other")
    desk.contents, desk.versions = seen
    return event


async def test_of_first_submissions_at_once_one_wins(desk: Desk):
    await desk.make()
    command = submission(desk)
    asked = [desk.ask(command, f"editor-{n}", "editor") for n in range(10)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, TellUser)]
    assert ([one.problem.type for one in refused], len(answers)) == (["approval-conflict"] * 9, 10)
    assert len(await desk.history()) == 1


async def test_changes_at_once_void_once(desk: Desk):
    await desk.reach("approved")
    events = [desk.version(asset, f"other {n}") for n in range(2) for asset in desk.kit]
    heard = await asyncio.gather(*(desk.hear(event) for event in events for _ in range(2)))
    assert sum(len(of(said, ApprovalVoided)) for said in heard) == 1
    assert (await desk.history())[-1]["version"] == 4


async def test_groups_of_events_that_meet_in_two_campaigns_do_not_wait_for_one_another(database: Database):
    one, other = Desk(database), Desk(database)
    other.team = one.team
    for desk in (one, other):
        await desk.reach("pending_review")

    async def together(*events: Any) -> int:
        contexts = [MessageContext(one.team, "tanaka", uuid4(), uuid4()) for _ in events]
        async with database.transactions(contexts) as transactions:
            for event, tx in zip(events, transactions, strict=True):
                await EVENTS.events[type(event)](event, tx)
                await tx.conn.execute("SELECT pg_sleep(0.02)")
        return len([message for tx in transactions for message in tx.outgoing])

    groups = []
    for n in range(6):
        events = [desk.version(desk.kit[0], f"other {n}") for desk in (one, other)]
        groups.append(together(*(events if n % 2 else reversed(events))))
    acts = [desk.act("review", "mori", manifest="0" * 64) for desk in (one, other)]
    emitted = await asyncio.gather(*groups, *acts, return_exceptions=True)
    assert sum(number for number in emitted if isinstance(number, int)) == 4
    assert all(isinstance(answer, int | TellUser) for answer in emitted)
    assert [await desk.status() for desk in (one, other)] == ["draft", "draft"]


@pytest.mark.parametrize(
    "statement", ["UPDATE history SET actor = 'x'", "DELETE FROM history", "DELETE FROM workflows"]
)
async def test_what_happened_cannot_be_rewritten_by_the_service_itself(desk: Desk, statement: str):
    await desk.reach("pending_review")
    before = await desk.history()
    with pytest.raises(Exception, match=r"insert-only|permission denied"):
        await desk.database.pool.execute(statement)
    assert await desk.history() == before


@pytest.mark.parametrize("version", ["version", "version + 2", "version - 1"])
async def test_workflow_moves_on_by_one_version_at_a_time(desk: Desk, version: str):
    await desk.reach("pending_review")
    with pytest.raises(Exception, match="moves on by one"):
        await desk.database.pool.execute(f"UPDATE workflows SET version = {version}")
