"""The ledger of spend: one row an attempt, by whichever word came first, and never changed."""

from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest
import structlog
from prometheus_client import REGISTRY

from contracts.jobs import Attempt, JobCompleted, JobFailed, JobSuperseded

START, END = datetime(2026, 6, 1, 9, tzinfo=UTC), datetime(2026, 6, 1, 9, 1, tzinfo=UTC)


def _attempt(n: int, outcome: str = "succeeded", **fields) -> Attempt:
    told = {"n": n, "started_at": START, "outcome": outcome, "cost_yen": 6, "cost_usd_micros": 37_500}
    return Attempt.model_validate({"ended_at": END, "provider": "replicate", "model": "flux", **told, **fields})


@pytest.fixture
async def job(campaign, database):
    """A job that the ledger has: the one for the campaign's image."""
    query = """
    SELECT id AS job_id, campaign_id, kind, target_id, cascade_id FROM jobs WHERE campaign_id = $1 AND kind = 'image'
    """
    return dict(await database.pool.fetchrow(query, campaign.campaign_id))


async def _rows(database, job):
    query = "SELECT * FROM spend WHERE job_id = $1 ORDER BY attempt"
    return [dict(row) for row in await database.pool.fetch(query, job["job_id"])]


def _failed(job, *attempts):
    return JobFailed.model_validate({**job, "code": "SPEND_UNKNOWN", "message": "?", "attempts": attempts})


async def test_job_s_end_adds_one_row_an_attempt_with_all_that_was_told_of_it(job, hear, database):
    refused = _attempt(1, "failed", cost_yen=0, cost_usd_micros=0)
    bought = _attempt(2, provider_id="p-2", images=1, estimated_yen=7, estimated_usd_micros=43_000)
    done = {"version": 1, "sha256": "1" * 64, "changed": True, "attempts": (refused, bought)}
    await hear(JobCompleted.model_validate({**job, **done}))
    first, second = await _rows(database, job)
    assert (first["outcome"], first["cost_yen"], first["cascade_id"]) == ("failed", 0, job["cascade_id"])
    expected = bought.model_dump(exclude={"n"}) | {
        "attempt": 2,
        "campaign_id": job["campaign_id"],
        "kind": "image",
        "team_id": "team-a",
    }
    assert {name: second[name] for name in expected} == expected


@pytest.mark.parametrize("ended", [JobFailed, JobSuperseded])
async def test_every_end_is_recorded(job, hear, database, ended):
    extras = {JobFailed: {"code": "X", "message": "x"}, JobSuperseded: {"by_seq": 2}}[ended]
    await hear(ended.model_validate({**job, **extras, "attempts": (_attempt(1, "unknown"),)}))
    [row] = await _rows(database, job)
    assert (row["outcome"], row["cost_yen"], row["cost_usd_micros"]) == ("unknown", 6, 37_500)


async def test_later_word_changes_no_row_and_is_logged_when_it_differs(job, hear, database):
    await hear(_failed(job, _attempt(1, "unknown")))
    before = await _rows(database, job)
    with structlog.testing.capture_logs() as logs:
        await hear(_failed(job, _attempt(1, "unknown")))
        assert [one["event"] for one in logs] == []
        await hear(_failed(job, _attempt(1, "succeeded", cost_yen=8), _attempt(2)))
    [warned] = [one for one in logs if one["event"] == "spend_told_otherwise"]
    assert (warned["job_id"], warned["known"].outcome, warned["told"].cost_yen) == (job["job_id"], "unknown", 8)
    first, second = await _rows(database, job)
    assert ([first], second["attempt"]) == (before, 2)


@pytest.mark.parametrize("statement", ["UPDATE spend SET cost_yen = 0", "DELETE FROM spend"])
async def test_database_refuses_to_change_what_was_spent(job, hear, database, statement):
    await hear(_failed(job, _attempt(1)))
    with pytest.raises((asyncpg.IntegrityConstraintViolationError, asyncpg.InsufficientPrivilegeError)):
        await database.pool.execute(statement)


def _counted(outcome: str, model: str) -> float:
    labels = {"provider": "replicate", "model": model, "outcome": outcome}
    return REGISTRY.get_sample_value("saisei_spend_yen_total", labels) or 0.0


async def test_yen_are_counted_by_provider_model_and_outcome_once_they_are_committed(job, hear, database):
    model = str(uuid4())
    event = _failed(job, _attempt(1, "unknown", model=model), _attempt(2, model=model, cost_yen=4))
    await hear(event)
    await hear(event)
    assert (_counted("unknown", model), _counted("succeeded", model)) == (6, 4)


async def test_yen_that_were_rolled_back_are_not_counted(job, hear, database):
    model = str(uuid4())
    bad = _attempt(2, model=model).model_copy(update={"cost_yen": -1})
    with pytest.raises(asyncpg.CheckViolationError):
        await hear(_failed(job, _attempt(1, model=model), bad))
    assert _counted("succeeded", model) == 0
