"""What was spent, by whatever one asks for, and the team's budget: admins only, and only their own team's."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from chassis.testing import eventually
from contracts.budgets import BudgetChanged, BudgetWarned, SetBudget
from contracts.campaign import CreateCampaign
from contracts.envelope import Reply
from contracts.jobs import Attempt, JobCompleted, JobFailed, JobRequested
from contracts.months import Month
from contracts.values import JobOptions

NOW = datetime.now(UTC)
MONTH = Month.at(NOW)
SPEND, BUDGET = "/api/admin/spend", "/api/admin/budget"


class Spender:
    """A team of its own: its events, and its admin's view of them."""

    def __init__(self, client, make_token, make_envelope, settled) -> None:
        self.team = f"team-{uuid4()}"
        self._client, self._token, self._envelope, self.settled = client, make_token, make_envelope, settled

    def headers(self, role: str = "admin") -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token(role=role, team=self.team)}"}

    def told(self, event, cascade=None, **given):
        return self._envelope(event, team=self.team, cascade=cascade, **given)

    async def get(self, url: str, role: str = "admin", **params):
        return await self._client.get(url, headers=self.headers(role), params=params)

    async def job(self, *attempts: Attempt, failed: bool = False, cascade=None, campaign: str | None = None) -> str:
        """A job that has ended after these attempts."""
        identity = _identity(campaign)
        told = {**identity, "attempts": attempts, "cost_yen": sum(one.cost_yen for one in attempts)}
        ended = (
            JobFailed.model_validate({**told, "code": "SPEND_UNKNOWN", "message": "?"})
            if failed
            else JobCompleted.model_validate({**told, "version": 1, "sha256": "1" * 64, "changed": True})
        )
        await self.settled(self.told(ended, cascade))
        return identity["job_id"]

    async def limit(self, soft: int | None, hard: int | None, revision: int = 1) -> None:
        await self.settled(self.told(BudgetChanged(revision=revision, soft_limit_yen=soft, hard_limit_yen=hard)))


def _identity(campaign: str | None = None) -> dict[str, str]:
    campaign_id = campaign or str(uuid4())
    return {"job_id": str(uuid4()), "campaign_id": campaign_id, "kind": "image", "target_id": str(uuid4())}


def _attempt(n: int = 1, outcome: str = "succeeded", ago: float = 0, **fields) -> Attempt:
    told = {"n": n, "started_at": max(NOW - timedelta(seconds=ago), MONTH.begins), "outcome": outcome}
    money = {"cost_yen": 6, "cost_usd_micros": 37_500, "provider": "replicate", "model": "black-forest-labs/flux"}
    return Attempt.model_validate({**told, **money, **fields})


@pytest.fixture
def spender(client, make_token, make_envelope, settled) -> Spender:
    return Spender(client, make_token, make_envelope, settled)


@pytest.mark.parametrize(("method", "url"), [("GET", SPEND), ("GET", BUDGET), ("PUT", BUDGET)])
@pytest.mark.parametrize("role", ["viewer", "editor"])
async def test_money_is_for_admins(client, spender, method, url, role):
    body = {"softLimitYen": 1, "hardLimitYen": 2} if method == "PUT" else None
    answer = await client.request(method, url, headers=spender.headers(role), json=body)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")


async def test_spend_is_summed_in_both_currencies_with_what_is_unknown_apart(spender):
    await spender.job(_attempt(1, "failed", cost_yen=0, cost_usd_micros=0), _attempt(2))
    await spender.job(_attempt(1, "unknown", cost_yen=7, cost_usd_micros=43_000), failed=True)
    [row] = (await spender.get(SPEND, by="team")).json()["items"]
    sums = {
        "attempts": 3,
        "outcomes": {"succeeded": 1, "failed": 1, "unknown": 1},
        "costYen": 13,
        "costUsdMicros": 80_500,
        "unknownYen": 7,
        "unknownUsdMicros": 43_000,
    }
    assert row == {"key": spender.team, "lastAt": row["lastAt"], **sums}
    assert (await spender.get(SPEND)).json()["totals"] == sums


async def test_spend_is_told_by_each_key(spender):
    campaign, cascade = str(uuid4()), uuid4()
    jobs = [await spender.job(_attempt(), campaign=campaign, cascade=cascade) for _ in range(2)]
    await spender.job(_attempt(provider="anthropic", model="claude"), campaign=campaign)
    found = {
        by: {item["key"]: item["costYen"] for item in (await spender.get(SPEND, by=by)).json()["items"]}
        for by in ("campaign", "cascade", "job", "provider", "model")
    }
    assert found["campaign"] == {campaign: 18}
    assert found["cascade"][str(cascade)] == 12
    assert found["job"].keys() > set(jobs)
    assert found["provider"] == {"replicate": 12, "anthropic": 6}
    assert found["model"] == {"black-forest-labs/flux": 12, "claude": 6}


async def test_pages_of_spend_hold_every_key_once_and_the_same_totals(spender):
    models = [f"maker/model-{n}" for n in range(7)]
    await spender.job(*(_attempt(n, model=model, ago=n // 2) for n, model in enumerate(models)))
    seen, cursor, totals = [], None, []
    while True:
        page = (await spender.get(SPEND, by="model", limit=3, **({"cursor": cursor} if cursor else {}))).json()
        seen += [item["key"] for item in page["items"]]
        totals.append(page["totals"]["costYen"])
        if (cursor := page["nextCursor"]) is None:
            break
    assert (sorted(seen), totals) == (models, [42] * 3)


async def test_spend_of_another_time_and_of_another_team_is_left_out(spender, client, make_token):
    before = MONTH.begins - timedelta(seconds=1)
    await spender.job(_attempt(1, started_at=before), _attempt(2))
    assert (await spender.get(SPEND)).json()["totals"]["attempts"] == 1
    past = await spender.get(SPEND, since=(before - timedelta(days=1)).isoformat(), until=MONTH.begins.isoformat())
    assert past.json()["totals"]["attempts"] == 1
    other = {"Authorization": f"Bearer {make_token(role='admin', team=f'team-{uuid4()}')}"}
    assert (await client.get(SPEND, headers=other)).json()["totals"]["attempts"] == 0


async def test_periods_at_the_edges_of_time_are_periods(spender):
    await spender.job(_attempt())
    whole = await spender.get(SPEND, since="0001-01-01T00:00:00+14:00", until="9999-12-31T23:59:59-12:00")
    assert (whole.status_code, whole.json()["totals"]["attempts"]) == (200, 1)
    backwards = await spender.get(SPEND, since="2026-06-02T00:00:00Z", until="2026-06-01T00:00:00Z")
    assert (backwards.status_code, backwards.json()["items"]) == (200, [])


async def test_spend_told_twice_counts_once(spender):
    event = JobFailed.model_validate({**_identity(), "code": "X", "message": "x", "attempts": (_attempt(),)})
    await spender.settled(spender.told(event))
    await spender.settled(spender.told(event))
    assert (await spender.get(SPEND)).json()["totals"]["costYen"] == 6


async def test_job_tells_every_attempt_whole(spender):
    bought = _attempt(provider_id="p-1", images=1, estimated_yen=6, estimated_usd_micros=37_500, ended_at=NOW)
    job_id = await spender.job(bought)
    [attempt] = (await spender.get(f"/api/jobs/{job_id}")).json()["attempts"]
    assert attempt == bought.model_dump(mode="json", by_alias=True)
    assert (attempt["costUsdMicros"], attempt["providerId"], attempt["images"]) == (37_500, "p-1", 1)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"by": "person"}, "query.by"),
        ({"since": "yesterday"}, "query.since"),
        ({"since": "1780000000"}, "query.since"),
        ({"until": "2026-06-01T00:00:00"}, "query.until"),
        ({"cursor": "x"}, "query.cursor"),
    ],
)
async def test_bad_question_names_its_fault(spender, params, field):
    answer = await spender.get(SPEND, **params)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, field)


async def test_budget_without_limits_is_ok_and_tells_what_is_spent_and_set_aside(spender):
    await spender.job(_attempt(), _attempt(2, "unknown"), _attempt(3, started_at=MONTH.begins - timedelta(seconds=1)))
    asked = {**_identity(), "seq": 1, "options": JobOptions(), "requested_by": "yamada", "cascade_id": str(uuid4())}
    await spender.settled(spender.told(JobRequested.model_validate({**asked, "estimated_yen": 9})))
    budget = (await spender.get(BUDGET)).json()
    assert budget == {
        "month": MONTH.name,
        "state": "ok",
        "softLimitYen": None,
        "hardLimitYen": None,
        "spentYen": 12,
        "unknownYen": 6,
        "reservedYen": 9,
        "remainingYen": None,
        "warnedAt": None,
        "revision": 0,
    }


@pytest.mark.parametrize(
    ("soft", "hard", "state", "left"),
    [(13, 20, "ok", 8), (12, 20, "warned", 8), (12, 13, "warned", 1), (5, 12, "exhausted", 0), (0, 0, "exhausted", 0)],
)
async def test_budget_stands_by_its_limits(spender, soft, hard, state, left):
    await spender.job(_attempt(), _attempt(2))
    await spender.limit(soft, hard)
    budget = (await spender.get(BUDGET)).json()
    assert (budget["state"], budget["remainingYen"]) == (state, left)


async def test_newest_limits_and_first_warning_count_whichever_is_heard_first(spender):
    warned = BudgetWarned(month=MONTH.name, soft_limit_yen=5, spent_yen=6, reserved_yen=0)
    await spender.settled(spender.told(warned, at=NOW))
    await spender.settled(spender.told(warned, at=NOW + timedelta(seconds=1)))
    await spender.limit(7, 8, revision=2)
    await spender.limit(1, 2, revision=1)
    budget = (await spender.get(BUDGET)).json()
    assert (budget["softLimitYen"], budget["hardLimitYen"], budget["revision"]) == (7, 8, 2)
    assert datetime.fromisoformat(budget["warnedAt"]) == NOW


async def test_setting_the_budget_asks_the_ledger_and_answers_how_it_stands(spender, client, services, make_envelope):
    async def answer(command, services):
        limits = SetBudget.model_validate(command.data)
        event = BudgetChanged(revision=4, **limits.model_dump())
        told = make_envelope(event, cause=command.id, cascade=command.correlationid, team=command.teamid)
        await services.publish(told)
        return Reply(status=200, body={"revision": 4}, emitted=(told.id,))

    services.on(SetBudget, answer)
    body, headers = {"softLimitYen": None, "hardLimitYen": 500}, {**spender.headers(), "Idempotency-Key": "limits"}

    async def put():
        answered = await client.put(BUDGET, headers=headers, json=body)
        return answered if answered.status_code != 503 else None

    answered = await eventually(put)
    assert answered is not None
    assert (answered.status_code, answered.json()["hardLimitYen"], answered.json()["revision"]) == (200, 500, 4)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"softLimitYen": 1}, "hardLimitYen"),
        ({"softLimitYen": -1, "hardLimitYen": 2}, "softLimitYen"),
        ({"softLimitYen": None, "hardLimitYen": "2"}, "hardLimitYen"),
        ({"softLimitYen": None, "hardLimitYen": 2, "limit": 3}, "limit"),
    ],
)
async def test_limits_that_are_no_limits_are_refused_by_their_field(spender, client, body, field):
    answer = await client.put(BUDGET, headers=spender.headers(), json=body)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, field)


@pytest.fixture
def campaign_body():
    brief = {"objective": "awareness", "product": "茶", "targetAudience": "30代", "platforms": ["x"]}
    return {"name": "夏", "brandId": str(uuid4()), "brief": brief}


async def test_campaign_is_refused_early_when_nothing_is_left(spender, client, services, announced, campaign_body):
    await spender.settled(announced("image", 6), announced("copy_variant", 2))
    await spender.job(_attempt())
    await spender.limit(None, 6)
    answer = await client.post("/api/campaigns", headers=spender.headers("editor"), json=campaign_body)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (409, "/problems/budget-exceeded")
    assert (problem["hardLimitYen"], problem["spentYen"], problem["remainingYen"]) == (6, 6, 0)
    assert "raise the hard limit" in problem["detail"]
    assert [one for one in services.received if one.type == CreateCampaign.type] == []


async def test_campaign_that_costs_nothing_is_taken_when_nothing_is_left(
    spender, client, services, announced, campaign_body, refuse
):
    later = datetime.now(UTC) + timedelta(seconds=60)
    await spender.settled(*(announced(kind, 0, offline=True, at=later) for kind in ("image", "copy_variant")))
    await spender.limit(None, 0)

    async def answer(command, services):
        return refuse("unknown-brand", 404, "no such brand")

    services.on(CreateCampaign, answer)
    answered = await client.post("/api/campaigns", headers=spender.headers("editor"), json=campaign_body)
    assert (answered.status_code, answered.json()["type"]) == (404, "/problems/unknown-brand")
