"""Setting a team's limits, and the warning that it has reached the soft one."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from contracts.budgets import BudgetChanged, BudgetWarned
from contracts.jobs import (
    Attempt,
)
from contracts.months import Month
from jobs_service.errors import LimitsContradict

from .budget_team import Team, ended, of


async def test_reaching_the_soft_limit_is_told_once_a_month(team, kit, ask):
    await team.limit(hard=100, soft=12)
    told = []
    for n in range(5):
        _, said = await team.ask(ask(kit, kit.kit[2], custom_prompt=str(n)))
        told.append(of(said, BudgetWarned))
    assert [len(one) for one in told] == [0, 1, 0, 0, 0]
    [warned] = told[1]
    assert (warned.soft_limit_yen, warned.hard_limit_yen, warned.spent_yen, warned.reserved_yen) == (12, 100, 0, 12)
    assert warned.month == Month.at(datetime.now(UTC)).name


async def test_requests_at_once_tell_of_the_soft_limit_once(team, kit, ask):
    await team.limit(hard=None, soft=6)
    answers = await asyncio.gather(*(team.ask(ask(kit, kit.kit[2], custom_prompt=str(n))) for n in range(20)))
    assert sum(len(of(said, BudgetWarned)) for _, said in answers) == 1


async def test_job_that_cost_more_than_was_set_aside_may_reach_the_soft_limit(team, kit, ask):
    await team.limit(hard=None, soft=10)
    await team.ask(ask(kit, kit.kit[2]))
    [job] = await team.jobs("PENDING")
    [warned] = of(await team.hear(ended(job, cost=11)), BudgetWarned)
    assert (warned.spent_yen, warned.reserved_yen) == (11, 0)
    _, said = await team.ask(ask(kit, kit.kit[0]))
    assert of(said, BudgetWarned) == []


async def test_limits_below_what_is_spent_warn_at_once(team, kit, ask):
    await team.ask(ask(kit, kit.kit[2]))
    _, said = await team.limit(hard=None, soft=1)
    assert [one.reserved_yen for one in of(said, BudgetWarned)] == [6]


async def test_setting_limits_is_told_with_a_rising_revision(team):
    _, first = await team.limit(hard=10, soft=5)
    reply, second = await team.limit(hard=None)
    [one], [other] = of(first, BudgetChanged), of(second, BudgetChanged)
    assert (one.revision, one.soft_limit_yen, one.hard_limit_yen) == (1, 5, 10)
    assert (other.revision, other.soft_limit_yen, other.hard_limit_yen) == (2, None, None)
    assert reply.body == {"revision": 2}


@pytest.mark.parametrize(("hard", "soft"), [(1, 2), (-1, None), (None, -1)])
async def test_limits_that_make_no_sense_are_refused(team, hard, soft):
    with pytest.raises(LimitsContradict):
        await team.limit(hard=hard, soft=soft)


async def test_another_team_s_spend_takes_nothing_away(team, kit, ask, database, created):
    other = Team(database)
    await other.limit(hard=0)
    await team.limit(hard=6)
    reply, _ = await team.ask(ask(kit, kit.kit[2]))
    assert reply.status == 202


async def test_what_was_spent_in_another_month_does_not_count(team, kit, ask):
    await team.ask(ask(kit, kit.kit[2]))
    [job] = await team.jobs("PENDING")
    long_ago = Month.at(datetime.now(UTC)).begins - timedelta(microseconds=1)
    old = Attempt(n=1, started_at=long_ago, outcome="succeeded", cost_yen=50)
    await team.hear(ended(job).model_copy(update={"attempts": (old,), "cost_yen": 50}))
    await team.limit(hard=6)
    reply, _ = await team.ask(ask(kit, kit.kit[2]))
    assert reply.status == 202


@pytest.mark.parametrize(
    ("moment", "name"),
    [
        ("2026-05-31T14:59:59+00:00", "2026-05"),
        ("2026-05-31T15:00:00+00:00", "2026-06"),
        ("2026-12-31T15:00:00+00:00", "2027-01"),
    ],
)
def test_months_begin_at_midnight_in_tokyo(moment, name):
    at = datetime.fromisoformat(moment)
    month = Month.at(at)
    assert (month.name, month.begins <= at < month.ends) == (name, True)
    assert Month.at(month.ends).begins == month.ends
