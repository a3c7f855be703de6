"""Hard limits: a request's estimate is set aside or all of it is refused, whoever asks at the same time."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from chassis.db import Database
from chassis.errors import RetryLater
from chassis.testing import handle_command
from contracts.jobs import (
    CreateRetryIntent,
    ExecuteRetryIntent,
    JobCompleted,
    JobFailed,
    JobRequested,
    JobSuperseded,
    RunJob,
)
from contracts.months import Month
from jobs_service.domain import BUDGET_EXCEEDED
from jobs_service.errors import BudgetExceeded
from jobs_service.handlers import SUBSCRIPTIONS

from .budget_team import ended, of


async def test_of_fifty_requests_at_once_exactly_those_that_fit_are_let_in(team, kit, ask):
    await team.limit(hard=60)
    image = kit.kit[2]
    answers = await asyncio.gather(
        *(team.ask(ask(kit, image, custom_prompt=str(n))) for n in range(50)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, BudgetExceeded)]
    assert (len(refused), len(answers) - len(refused)) == (40, 10)
    assert len(await team.jobs("PENDING")) == 10
    assert all(not isinstance(answer, BaseException) or answer in refused for answer in answers)


async def test_replicas_share_the_budget(team, kit, ask, database_url):
    other = Database(database_url, "jobs", pool_size=10)
    await other.open()
    try:
        await team.limit(hard=30)
        asked = [
            handle_command(each, SUBSCRIPTIONS[0], ask(kit, kit.kit[2], custom_prompt=str(n)), team.id)
            for n in range(10)
            for each in (team.database, other)
        ]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(isinstance(answer, BudgetExceeded) for answer in answers) == 15
    finally:
        await other.close()


async def test_refusal_tells_the_figures_and_what_to_do_and_writes_nothing(team, kit, ask):
    await team.limit(hard=9)
    await team.ask(ask(kit, kit.kit[0]))
    with pytest.raises(BudgetExceeded) as caught:
        await team.ask(ask(kit, kit.kit[1], kit.kit[2]))
    problem = caught.value.problem
    assert (problem.type, problem.status) == ("budget-exceeded", 409)
    month = Month.at(datetime.now(UTC)).name
    assert problem.extras == {
        "month": month,
        "hardLimitYen": 9,
        "spentYen": 0,
        "reservedYen": 2,
        "remainingYen": 7,
        "neededYen": 8,
    }
    assert all(word in problem.detail for word in ("8 yen", "9 yen", "raise the hard limit", month))
    assert [job["target_id"] for job in await team.jobs("PENDING")] == [kit.kit[0].id]


async def test_request_that_fits_to_the_last_yen_is_let_in(team, kit, ask):
    await team.limit(hard=8)
    reply, said = await team.ask(ask(kit, kit.kit[0], kit.kit[2]))
    assert (reply.status, len(of(said, RunJob))) == (202, 2)
    assert sorted(one.estimated_yen for one in of(said, JobRequested)) == [2, 6]


@pytest.mark.parametrize("end", [JobCompleted, JobFailed, JobSuperseded])
async def test_what_was_set_aside_is_replaced_by_what_it_cost_however_the_job_ends(team, kit, ask, end):
    await team.limit(hard=12)
    await team.ask(ask(kit, kit.kit[2]))
    await team.ask(ask(kit, kit.kit[2], custom_prompt="夕方"))
    with pytest.raises(BudgetExceeded):
        await team.ask(ask(kit, kit.kit[0]))
    first, _ = sorted(await team.jobs("PENDING"), key=lambda job: job["seq"])
    await team.hear(ended(first, cost=4, model=end))
    await team.ask(ask(kit, kit.kit[0]))
    with pytest.raises(BudgetExceeded) as caught:
        await team.ask(ask(kit, kit.kit[1]))
    assert caught.value.problem.extras["spentYen"] == 4


async def test_kit_that_would_pass_the_limit_fails_as_a_whole_with_words_and_runs_nothing(team, created):
    await team.limit(hard=9)
    said = await team.hear(created)
    failed = of(said, JobFailed)
    assert {one.job_id for one in failed} == {one.job_id for one in of(said, JobRequested)}
    assert (len(failed), of(said, RunJob)) == (3, [])
    assert {one.code for one in failed} == {BUDGET_EXCEEDED}
    assert "raise the hard limit" in failed[0].message
    rows = await team.jobs("FAILED")
    assert {row["error"]["code"] for row in rows} == {BUDGET_EXCEEDED}
    assert sum(row["estimated_yen"] for row in rows) == 0


async def test_what_costs_nothing_of_a_kit_that_does_not_fit_is_made(team, created):
    await team.price(at=datetime.now(UTC) + timedelta(seconds=1), copy_variant=0)
    await team.limit(hard=5)
    said = await team.hear(created)
    assert {one.kind for one in of(said, RunJob)} == {"copy_variant"}
    assert {one.kind for one in of(said, JobFailed)} == {"image"}


async def test_asset_that_the_budget_kept_from_running_is_asked_for_again_without_a_retry(team, created, ask):
    await team.limit(hard=9)
    await team.hear(created)
    await team.limit(hard=100)
    reply, said = await team.ask(ask(created, *created.kit[:3]))
    assert (len(of(said, RunJob)), reply.body["skipped"]) == (3, [])


async def test_kit_that_fits_runs_and_is_set_aside(team, created):
    await team.limit(hard=10)
    assert len(of(await team.hear(created), RunJob)) == 3


async def test_retry_that_would_pass_the_limit_is_refused_and_can_be_executed_later(team, kit, ask):
    await team.ask(ask(kit, kit.kit[2]))
    [job] = await team.jobs("PENDING")
    await team.hear(ended(job, model=JobFailed))
    approval = {"source_job_id": job["id"], "reason_code": "OTHER", "reason_text": "もう一度"}
    intent, _ = await team.ask(CreateRetryIntent.model_validate(approval))
    await team.limit(hard=5)
    with pytest.raises(BudgetExceeded):
        await team.ask(ExecuteRetryIntent(intent_id=intent.body["id"]))
    await team.limit(hard=6)
    _, said = await team.ask(ExecuteRetryIntent(intent_id=intent.body["id"]))
    [requested] = of(said, JobRequested)
    assert requested.estimated_yen == 6


async def test_offline_work_is_let_in_when_nothing_is_left(team, kit, ask):
    await team.limit(hard=0)
    await team.price(copy_variant=0, image=0)
    reply, _ = await team.ask(ask(kit, kit.kit[2]))
    assert reply.status == 202


async def test_work_whose_price_nobody_has_told_waits_for_it_when_there_is_a_limit(team, kit, ask, database):
    await database.pool.execute("UPDATE prices SET kind = 'video' WHERE kind = 'image'")
    try:
        await team.ask(ask(kit, kit.kit[2]))
        await team.limit(hard=100)
        with pytest.raises(RetryLater):
            await team.ask(ask(kit, kit.kit[2], custom_prompt="夜"))
    finally:
        await database.pool.execute("UPDATE prices SET kind = 'image' WHERE kind = 'video'")


async def test_newest_word_on_a_price_counts_whichever_is_heard_first(team, kit, ask):
    now = datetime.now(UTC)
    await team.price(at=now + timedelta(seconds=20), image=11)
    await team.price(at=now + timedelta(seconds=10), image=3)
    _, said = await team.ask(ask(kit, kit.kit[2]))
    assert [one.estimated_yen for one in of(said, JobRequested)] == [11]
