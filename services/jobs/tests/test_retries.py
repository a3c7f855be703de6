"""After FAILED only an approved retry brings a job back: once, as a new job, and the failed one stays as it is."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from contracts.jobs import (
    Correction,
    CreateRetryIntent,
    ExecuteRetryIntent,
    JobFailed,
    JobRequested,
    JobStarted,
    RejectRetryIntent,
    RetryIntent,
    RetryIntentConsumed,
    RetryIntentCreated,
    RetryIntentRejected,
    RunJob,
)
from contracts.values import JobOptions
from jobs_service.errors import (
    CorrectionNotTaken,
    JobNotFailed,
    RetryIntentEnded,
    UnknownJob,
    UnknownRetryIntent,
)

WHY = "提供元の障害が収まったため"


def _of(said, model):
    return [model.model_validate(envelope.data) for envelope in said if envelope.type == model.type]


def _approval(job_id: str, **fields) -> CreateRetryIntent:
    said = {"source_job_id": job_id, "reason_code": "TRANSIENT_FAILURE", "reason_text": WHY}
    return CreateRetryIntent.model_validate(said | fields)


@pytest.fixture
async def failed(campaign, hear, database) -> str:
    """The id of an image's job that failed for good."""
    image = campaign.kit[2]
    job_id = await database.pool.fetchval("SELECT id FROM jobs WHERE target_id = $1", image.id)
    identity = {"job_id": job_id, "campaign_id": campaign.campaign_id, "kind": "image", "target_id": image.id}
    await hear(JobStarted.model_validate({**identity, "epoch": 0}))
    told = {"code": "PROVIDER_UNAVAILABLE", "message": "away", "cost_yen": 6}
    await hear(JobFailed.model_validate({**identity, **told}))
    return job_id


@pytest.fixture
async def failed_render(campaign, hear) -> str:
    """The id of a job that the compositor made for a composite, the fourth, and that failed."""
    identity = {"job_id": str(uuid4()), "campaign_id": campaign.campaign_id}
    identity |= {"kind": "composited_image", "target_id": campaign.kit[4].id}
    asked = {"seq": 4, "options": {}, "requested_by": "editor-1", "cascade_id": str(uuid4())}
    await hear(JobRequested.model_validate({**identity, **asked}))
    await hear(JobFailed.model_validate({**identity, "code": "LAYOUT_OVERFLOW", "message": "x"}))
    return identity["job_id"]


@pytest.fixture
async def intent(failed, do) -> RetryIntent:
    reply, _ = await do(_approval(failed))
    return RetryIntent.model_validate(reply.body)


async def _row(database, job_id: str) -> str:
    return await database.pool.fetchval("SELECT jobs::text FROM jobs WHERE id = $1", job_id)


async def test_approved_retry_waits_until_it_is_executed(campaign, failed, do):
    reply, said = await do(_approval(failed, source_output_ref="image:v1"))
    [created] = _of(said, RetryIntentCreated)
    assert (reply.status, RetryIntent.model_validate(reply.body)) == (201, created.intent)
    assert (created.campaign_id, created.intent.status, created.intent.approved_by) == (
        campaign.campaign_id,
        "PENDING",
        "editor-1",
    )
    assert (created.intent.source_output_ref, created.intent.reason_text) == ("image:v1", WHY)
    assert _of(said, RunJob) == []


async def test_executed_intent_becomes_one_new_job_that_names_both_and_leaves_the_failed_one(
    campaign, failed, intent, do, database
):
    before = await _row(database, failed)
    reply, said = await do(ExecuteRetryIntent(intent_id=intent.id))
    [run], [requested], [consumed] = _of(said, RunJob), _of(said, JobRequested), _of(said, RetryIntentConsumed)
    assert reply.body == {"jobs": [{"jobId": run.job_id, "targetId": campaign.kit[2].id}]}
    assert (run.seq, run.reason, run.kind) == (2, "regenerate", "image")
    assert (requested.retry_of_job_id, requested.retry_intent_id) == (failed, intent.id)
    assert (consumed.intent.status, consumed.intent.job_id) == ("CONSUMED", run.job_id)
    row = await database.pool.fetchrow("SELECT * FROM jobs WHERE id = $1", run.job_id)
    assert (row["status"], row["retry_of_job_id"], row["retry_intent_id"]) == ("PENDING", failed, intent.id)
    assert await _row(database, failed) == before


@pytest.mark.parametrize("reopen", [True, False])
async def test_consent_of_whoever_executes_a_retry_goes_with_its_job(intent, do, reopen):
    _, said = await do(ExecuteRetryIntent(intent_id=intent.id, reopen=reopen))
    assert [one.reopen for model in (RunJob, JobRequested) for one in _of(said, model)] == [reopen, reopen]


async def test_fifty_executions_at_once_make_exactly_one_job_and_name_it_to_the_others(intent, do, database):
    answers = await asyncio.gather(
        *(do(ExecuteRetryIntent(intent_id=intent.id)) for _ in range(50)), return_exceptions=True
    )
    [(reply, _)] = [answer for answer in answers if not isinstance(answer, BaseException)]
    refused = [answer for answer in answers if isinstance(answer, RetryIntentEnded)]
    assert len(refused) == 49
    job_id = reply.body["jobs"][0]["jobId"]
    assert {error.problem.extras["jobId"] for error in refused} == {job_id}
    made = await database.pool.fetch("SELECT id FROM jobs WHERE retry_intent_id = $1", intent.id)
    assert [row["id"] for row in made] == [job_id]


@pytest.mark.parametrize(
    ("correction", "expected"),
    [
        (Correction(prompt="手元を写さない構図"), JobOptions(custom_prompt="手元を写さない構図")),
        (Correction(options=JobOptions(preserve_prompt=True)), JobOptions(preserve_prompt=True)),
        (
            Correction(prompt="朝の光", options=JobOptions(preserve_prompt=True)),
            JobOptions(custom_prompt="朝の光"),
        ),
        (None, JobOptions()),
    ],
)
async def test_correction_is_kept_on_the_intent_and_changes_the_new_job(failed, do, correction, expected):
    reply, _ = await do(_approval(failed, reason_code="IMPROVED_PROMPT", correction=correction))
    intent = RetryIntent.model_validate(reply.body)
    _, said = await do(ExecuteRetryIntent(intent_id=intent.id))
    [run], [consumed] = _of(said, RunJob), _of(said, RetryIntentConsumed)
    assert (run.options, consumed.intent.correction) == (expected, correction)


async def test_rejected_intent_is_never_executed(intent, do, database):
    reply, said = await do(RejectRetryIntent(intent_id=intent.id, reason="写真を差し替えるため"))
    [rejected] = _of(said, RetryIntentRejected)
    assert (reply.body["status"], rejected.intent.reject_reason) == ("REJECTED", "写真を差し替えるため")
    for command in (ExecuteRetryIntent(intent_id=intent.id), RejectRetryIntent(intent_id=intent.id, reason="再度")):
        with pytest.raises(RetryIntentEnded, match=r"rejected by editor-1: 写真を差し替えるため"):
            await do(command)
    assert await database.pool.fetchval("SELECT count(*) FROM jobs WHERE retry_intent_id = $1", intent.id) == 0


async def test_executed_intent_cannot_be_rejected(intent, do):
    reply, _ = await do(ExecuteRetryIntent(intent_id=intent.id))
    with pytest.raises(RetryIntentEnded, match=reply.body["jobs"][0]["jobId"]):
        await do(RejectRetryIntent(intent_id=intent.id, reason="遅い"))


async def test_retry_that_fails_again_can_be_retried_and_its_failure_does_not_free_the_editor(
    campaign, intent, do, hear, ask
):
    _, said = await do(ExecuteRetryIntent(intent_id=intent.id))
    [run] = _of(said, RunJob)
    identity = {"job_id": run.job_id, "campaign_id": run.campaign_id, "kind": run.kind, "target_id": run.target_id}
    await hear(JobFailed.model_validate({**identity, "code": "X", "message": "x"}))
    with pytest.raises(Exception, match="have an admin approve a retry"):
        await do(ask(campaign, campaign.kit[2]))
    reply, _ = await do(_approval(run.job_id))
    _, said = await do(ExecuteRetryIntent(intent_id=reply.body["id"]))
    assert [job.seq for job in _of(said, RunJob)] == [3]


async def test_failed_render_is_brought_back_by_the_queue_of_its_own_worker(campaign, failed_render, do):
    with pytest.raises(CorrectionNotTaken, match="takes no prompt"):
        await do(_approval(failed_render, reason_code="IMPROVED_PROMPT", correction=Correction(prompt="x")))
    reply, _ = await do(_approval(failed_render))
    _, said = await do(ExecuteRetryIntent(intent_id=reply.body["id"]))
    [run] = _of(said, RunJob)
    assert (run.seq, run.kind, run.target_id) == (5, "composited_image", campaign.kit[4].id)


async def test_retries_of_a_failed_render_that_are_executed_at_once_are_numbered_without_gap_or_double(
    failed_render, do
):
    intents = [(await do(_approval(failed_render)))[0].body["id"] for _ in range(8)]
    done = await asyncio.gather(*(do(ExecuteRetryIntent(intent_id=intent)) for intent in intents))
    assert sorted(run.seq for _, said in done for run in _of(said, RunJob)) == list(range(5, 13))


async def test_only_a_failed_job_of_the_own_team_can_be_approved(campaign, failed, intent, do, database):
    waiting = await database.pool.fetchval("SELECT id FROM jobs WHERE target_id = $1", campaign.kit[0].id)
    with pytest.raises(JobNotFailed, match="is PENDING"):
        await do(_approval(waiting))
    with pytest.raises(UnknownJob):
        await do(_approval("nobody's"))
    with pytest.raises(UnknownJob):
        await do(_approval(failed), team="team-b")
    for command in (ExecuteRetryIntent(intent_id=intent.id), RejectRetryIntent(intent_id=intent.id, reason="x")):
        with pytest.raises(UnknownRetryIntent):
            await do(command, team="team-b")


FORBIDDEN = {
    "source": "UPDATE jobs SET options = '{}' WHERE id = $1",
    "its requester": "UPDATE jobs SET requested_by = 'x' WHERE id = $1",
    "its deletion": "DELETE FROM jobs WHERE id = $1",
    "its status": "UPDATE jobs SET status = 'COMPLETED' WHERE id = $1",
    "its error": "UPDATE jobs SET error = NULL WHERE id = $1",
    "intent's reason": "UPDATE retry_intents SET reason_text = 'x' WHERE source_job_id = $1",
    "intent's deletion": "DELETE FROM retry_intents WHERE source_job_id = $1",
    "the trigger": "ALTER TABLE jobs DISABLE TRIGGER jobs_terminal",
    "the table": "TRUNCATE jobs CASCADE",
}


@pytest.mark.parametrize("what", FORBIDDEN)
async def test_database_refuses_the_services_own_role_to_rewrite_what_failed_and_why_it_was_retried(
    failed, intent, do, database, what
):
    await do(ExecuteRetryIntent(intent_id=intent.id))
    before = await _row(database, failed)
    statement = FORBIDDEN[what]
    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.IntegrityConstraintViolationError)):
        await database.pool.execute(statement, *([failed] if "$1" in statement else []))
    assert await _row(database, failed) == before


async def test_consumed_intent_moves_neither_back_nor_on(intent, do, database):
    await do(ExecuteRetryIntent(intent_id=intent.id))
    for status in ("PENDING", "REJECTED"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await database.pool.execute("UPDATE retry_intents SET status = $2 WHERE id = $1", intent.id, status)
