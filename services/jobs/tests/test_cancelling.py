"""Calling a job off: the ledger notes who asked, has its owner end it, and believes that one's word."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from chassis.context import MessageContext
from chassis.errors import RetryLater
from contracts.envelope import Envelope
from contracts.jobs import (
    Attempt,
    CancelJob,
    CancelRun,
    JobCancelled,
    JobCompleted,
    JobFailed,
    JobRequested,
    JobStarted,
    JobSuperseded,
)
from jobs_service.domain import CANCEL_QUEUES
from jobs_service.errors import JobEnded, UnknownJob
from jobs_service.handlers import SUBSCRIPTIONS


@pytest.fixture
async def job(campaign, database) -> dict[str, str]:
    """Who the job of an image is."""
    image = campaign.kit[2]
    job_id = await database.pool.fetchval("SELECT id FROM jobs WHERE target_id = $1", image.id)
    return {"job_id": job_id, "campaign_id": campaign.campaign_id, "kind": "image", "target_id": image.id}


async def _row(database, job):
    return await database.pool.fetchrow("SELECT * FROM jobs WHERE id = $1", job["job_id"])


def _sent(said: list[Envelope]) -> list[CancelRun]:
    assert {envelope.type for envelope in said} <= {CancelRun.type}
    return [CancelRun.model_validate(envelope.data) for envelope in said]


def _cancelled(job) -> JobCancelled:
    attempt = Attempt(n=1, started_at=datetime(2026, 4, 1, tzinfo=UTC), outcome="unknown", cost_yen=6)
    return JobCancelled(**job, cancelled_by="editor-1", billed="unknown", attempts=(attempt,), cost_yen=6)


@pytest.mark.parametrize("status", ["PENDING", "RUNNING"])
async def test_job_that_has_not_ended_is_called_off_at_its_owner_in_its_own_cascade(job, do, hear, database, status):
    if status == "RUNNING":
        await hear(JobStarted(**job, epoch=1))
    reply, said = await do(CancelJob(job_id=job["job_id"]))
    row = await _row(database, job)
    [run] = _sent(said)
    assert run == CancelRun(**job, cancelled_by="editor-1")
    assert (reply.status, str(said[0].correlationid)) == (202, row["cascade_id"])
    assert (row["status"], row["cancel_requested_by"], row["billed"]) == (status, "editor-1", None)


def test_every_kind_is_called_off_at_the_service_that_owns_it():
    assert CANCEL_QUEUES == {
        "copy_variant": "copy.cancels",
        "image": "image.cancels",
        "composited_image": "compositor.cancels",
        "platform_image": "compositor.cancels",
        "qa": "qa.cancels",
    }


async def test_first_to_call_a_job_off_is_noted_and_others_are_told_the_same(job, database):
    async def ask(person: str):
        async with database.transaction(MessageContext("team-a", person, uuid4(), uuid4())) as tx:
            reply = await SUBSCRIPTIONS[0].commands[CancelJob](CancelJob(job_id=job["job_id"]), tx)
        return reply, len(tx.outgoing)

    people = [f"editor-{n}" for n in range(8)]
    answers = await asyncio.gather(*map(ask, people))
    assert [(reply.status, reply.body) for reply, _ in answers] == [(202, {"jobId": job["job_id"]})] * len(people)
    first = people[[sent for _, sent in answers].index(1)]
    assert (sum(sent for _, sent in answers), (await _row(database, job))["cancel_requested_by"]) == (1, first)


async def test_owners_word_ends_the_job_with_what_was_charged(job, do, hear, database):
    await do(CancelJob(job_id=job["job_id"]))
    await hear(_cancelled(job))
    row = await _row(database, job)
    assert (row["status"], row["billed"], row["cost_yen"], len(row["attempts"])) == ("CANCELLED", "unknown", 6, 1)
    assert row["ended_at"] is not None


@pytest.mark.parametrize(
    ("status", "end"),
    [
        ("COMPLETED", lambda job: JobCompleted(**job, version=1, sha256="1" * 64, changed=True)),
        ("FAILED", lambda job: JobFailed(**job, code="X", message="x")),
        ("SUPERSEDED", lambda job: JobSuperseded(**job, by_seq=2)),
        ("CANCELLED", _cancelled),
    ],
)
async def test_job_that_has_ended_stays_as_it_is_and_says_how_it_ended(job, do, hear, database, status, end):
    await hear(end(job))
    before = await _row(database, job)
    with pytest.raises(JobEnded, match=f"ended as {status}") as refused:
        await do(CancelJob(job_id=job["job_id"]))
    await hear(_cancelled(job))
    assert (refused.value.problem.type, refused.value.problem.extras) == ("job-ended", {"jobStatus": status})
    assert await _row(database, job) == before


async def test_another_teams_job_is_not_there(job, do, database):
    with pytest.raises(UnknownJob):
        await do(CancelJob(job_id=job["job_id"]), team="team-b")
    assert (await _row(database, job))["cancel_requested_by"] is None


async def test_job_that_is_not_in_the_ledger_yet_is_called_off_once_it_is(do, hear):
    identity = {"job_id": str(uuid4()), "campaign_id": "c", "kind": "composited_image", "target_id": str(uuid4())}
    with pytest.raises(RetryLater):
        await do(CancelJob(job_id=identity["job_id"]))
    asked = {"seq": 1, "options": {}, "requested_by": "editor-1", "cascade_id": str(uuid4())}
    await hear(JobRequested.model_validate({**identity, **asked}))
    _, said = await do(CancelJob(job_id=identity["job_id"]))
    assert len(_sent(said)) == 1


async def test_same_request_after_a_cancel_is_ordinary_work(campaign, job, do, hear, ask):
    await hear(_cancelled(job))
    reply, _ = await do(ask(campaign, campaign.kit[2]))
    assert (reply.status, len(reply.body["jobs"])) == (202, 1)
