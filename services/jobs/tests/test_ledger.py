"""The ledger: statuses go forward only, and what has ended stays as it is."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from chassis.db import LEASE
from chassis.errors import RetryLater
from chassis.settings import ServiceSettings
from chassis.testing import Broker, eventually, received, running
from chassis.topology import Queue, ServiceTopology
from contracts.jobs import (
    Attempt,
    JobCancelled,
    JobCompleted,
    JobFailed,
    JobRequested,
    JobStarted,
    JobSuperseded,
    RunJob,
)
from contracts.values import JobOptions
from jobs_service.app import create_app
from jobs_service.topology import EVENTS, TOPOLOGY
from saisei_local.provision.broker import declare

ENDED = ("COMPLETED", "FAILED", "SUPERSEDED", "CANCELLED")


@pytest.fixture
def free_job() -> dict[str, Any]:
    """A job that the compositor created itself."""
    return {"job_id": str(uuid4()), "campaign_id": "c", "kind": "composited_image", "target_id": str(uuid4())}


def _requested(job: dict[str, Any]) -> JobRequested:
    return JobRequested(**job, seq=1, options=JobOptions(), requested_by="editor-1", cascade_id=str(uuid4()))


def _events(job: dict[str, Any]) -> dict[str, Any]:
    attempts = (Attempt(n=1, started_at=datetime.now(UTC), outcome="succeeded", cost_yen=8),)
    ended: dict[str, Any] = {**job, "attempts": attempts, "cost_yen": 8}
    return {
        "RUNNING": JobStarted(**job, epoch=2),
        "COMPLETED": JobCompleted(**ended, version=3, sha256="1" * 64, changed=True),
        "FAILED": JobFailed(**ended, code="LAYOUT_OVERFLOW", message="文字が入りません"),
        "SUPERSEDED": JobSuperseded(**ended, by_seq=2),
        "CANCELLED": JobCancelled(**ended, cancelled_by="editor-1", billed="yes"),
    }


async def _row(database, job: dict[str, Any]) -> asyncpg.Record:
    return await database.pool.fetchrow("SELECT * FROM jobs WHERE id = $1", job["job_id"])


async def test_free_job_enters_the_ledger_by_its_owners_event_and_ends_with_its_result(free_job, hear, database):
    events = _events(free_job)
    for event in (_requested(free_job), events["RUNNING"], events["COMPLETED"]):
        assert await hear(event) == []
    row = await _row(database, free_job)
    assert (row["status"], row["epoch"], row["cost_yen"], len(row["attempts"])) == ("COMPLETED", 2, 8, 1)
    assert row["result"] == {"assetId": free_job["target_id"], "version": 3, "sha256": "1" * 64, "changed": True}
    assert row["created_at"] <= row["started_at"] <= row["ended_at"]


async def test_failed_job_keeps_its_reason(free_job, hear, database):
    await hear(_requested(free_job))
    await hear(_events(free_job)["FAILED"])
    row = await _row(database, free_job)
    assert (row["status"], row["error"]) == ("FAILED", {"code": "LAYOUT_OVERFLOW", "message": "文字が入りません"})


@pytest.mark.parametrize(("first", "later"), [*itertools.product(ENDED, ("RUNNING", *ENDED))])
async def test_job_that_has_ended_stays_as_it_is_whatever_is_heard_later(free_job, hear, database, first, later):
    events = _events(free_job)
    await hear(_requested(free_job))
    await hear(events[first])
    before = await _row(database, free_job)
    for event in (events[later], _requested(free_job)):
        await hear(event)
    assert await _row(database, free_job) == before


async def test_own_request_that_comes_back_changes_nothing(campaign, hear, database):
    row = await database.pool.fetchrow("SELECT * FROM jobs WHERE target_id = $1", campaign.kit[0].id)
    job = {"job_id": row["id"], "campaign_id": "c", "kind": "copy_variant", "target_id": campaign.kit[0].id}
    await hear(_requested(job))
    assert await database.pool.fetchrow("SELECT * FROM jobs WHERE target_id = $1", campaign.kit[0].id) == row


async def test_second_take_over_raises_the_epoch_and_keeps_the_start(free_job, hear, database):
    await hear(_requested(free_job))
    await hear(JobStarted(**free_job, epoch=1))
    started = (await _row(database, free_job))["started_at"]
    await hear(JobStarted(**free_job, epoch=3))
    await hear(JobStarted(**free_job, epoch=2))
    row = await _row(database, free_job)
    assert (row["epoch"], row["started_at"], row["status"]) == (3, started, "RUNNING")


@pytest.mark.parametrize("status", ["RUNNING", *ENDED])
async def test_word_of_a_job_that_is_not_in_the_ledger_yet_is_tried_later(free_job, hear, status):
    with pytest.raises(RetryLater):
        await hear(_events(free_job)[status])


def test_word_of_a_job_outlasts_a_sender_that_died_before_it_could_publish_the_request():
    [events] = [queue for queue in TOPOLOGY.queues if queue.name == EVENTS]
    waited = timedelta(milliseconds=(events.tries - 1) * events.retry_delay_ms)
    assert waited > 2 * LEASE


@pytest.mark.parametrize("ended", ENDED)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE jobs SET status = 'PENDING' WHERE id = $1", "DELETE FROM jobs WHERE id = $1"],
)
async def test_database_refuses_to_change_a_job_that_has_ended(free_job, hear, database, ended, statement):
    await hear(_requested(free_job))
    await hear(_events(free_job)[ended])
    refusals = (asyncpg.IntegrityConstraintViolationError, asyncpg.InsufficientPrivilegeError)
    with pytest.raises(refusals, match=f"ended as {ended}|permission denied for table jobs"):
        await database.pool.execute(statement, free_job["job_id"])


@pytest.mark.parametrize(
    "statement",
    ["TRUNCATE jobs", "ALTER TABLE jobs DISABLE TRIGGER jobs_terminal", "DROP TRIGGER jobs_terminal ON jobs"],
)
async def test_services_own_role_cannot_get_round_the_refusal(database, statement):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.pool.execute(statement)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.pool.execute("SET session_replication_role = replica")


async def test_running_service_sends_jobs_to_their_workers_and_catches_up_with_events_out_of_order(
    database, database_url, broker_url, created, free_job
):
    workers = [ServiceTopology(name, (Queue(f"{name}.jobs", commands=True),), ()) for name in ("copy", "image")]
    await declare(broker_url, [TOPOLOGY, *workers])
    settings = ServiceSettings(service="jobs", database_url=database_url, amqp_url=broker_url, blob_url="memory://")
    async with Broker.at(broker_url) as broker, running(create_app(settings)):
        await broker.tell(_events(free_job)["COMPLETED"])
        await broker.tell(created)
        copies = await received(await broker.queue("copy.jobs"), 2)
        [image] = await received(await broker.queue("image.jobs"))
        await broker.tell(_requested(free_job))
        await eventually(lambda: _has_ended(database, free_job))
    assert [str(run.id) for run in (*copies, image)] == [run.data["jobId"] for run in (*copies, image)]
    assert {run.type for run in (*copies, image)} == {RunJob.type}
    assert {run.causationid for run in copies} == {image.causationid}


async def _has_ended(database, job: dict[str, Any]) -> bool:
    row = await _row(database, job)
    return row is not None and row["status"] == "COMPLETED"
