"""What the ledger notes of jobs that others execute."""

from functools import partial
from typing import Any

from chassis.errors import RetryLater
from chassis.transaction import Transaction
from contracts.jobs import (
    JobCancelled,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobRequested,
    JobStarted,
    JobStatus,
    JobSuperseded,
)
from jobs_service import metrics, spending, store
from jobs_service.domain import WORKER_QUEUES, Job
from lineage.basis import request_basis


def is_news(event: JobRequested) -> bool:
    """False for a job of a kind that only the ledger creates: it was entered before it was told of."""
    return event.kind not in WORKER_QUEUES


async def note_requested(event: JobRequested, tx: Transaction) -> None:
    """A free job that its owning service created enters the ledger; one that we brought back is there already."""
    job = Job(
        id=event.job_id,
        team_id=tx.team_id,
        campaign_id=event.campaign_id,
        kind=event.kind,
        target_id=event.target_id,
        seq=event.seq,
        status="PENDING",
        options=event.options,
        basis=request_basis("", "", None),
        requested_by=event.requested_by,
        cascade_id=event.cascade_id,
        reason="regenerate",
        reopen=event.reopen,
    )
    if await store.insert_job(tx.conn, job):
        tx.on_commit(partial(metrics.count_job, job.kind, job.status))


async def note_started(event: JobStarted, tx: Transaction) -> None:
    """PENDING → RUNNING."""
    await _require(event, tx)
    if await store.set_running(tx.conn, event.job_id, event.epoch):
        tx.on_commit(partial(metrics.count_job, event.kind, "RUNNING"))


async def note_completed(event: JobCompleted, tx: Transaction) -> None:
    """→ COMPLETED, with the version that came out."""
    result = {"assetId": event.target_id, "version": event.version, "sha256": event.sha256, "changed": event.changed}
    await _end(event, tx, "COMPLETED", result=result)


async def note_failed(event: JobFailed, tx: Transaction) -> None:
    """→ FAILED, which only a person's retry brings back as a new job."""
    if await _end(event, tx, "FAILED", error={"code": event.code, "message": event.message}):
        tx.on_commit(metrics.JOB_FAILURES.labels(event.kind, event.code).inc)


async def note_superseded(event: JobSuperseded, tx: Transaction) -> None:
    """→ SUPERSEDED by a newer request."""
    await _end(event, tx, "SUPERSEDED")


async def _end(
    event: JobCompleted | JobFailed | JobSuperseded, tx: Transaction, status: JobStatus, **told: dict[str, Any]
) -> bool:
    """Ends the job once; False when it has ended already."""
    await _require(event, tx)
    ended = await store.set_ended(tx.conn, event.job_id, status, event.attempts, event.cost_yen, **told)
    if ended:
        tx.on_commit(partial(metrics.count_job, event.kind, status))
    await spending.record(tx, event.job_id, event.attempts)
    return ended


async def note_cancelled(event: JobCancelled, tx: Transaction) -> None:
    """→ CANCELLED by a person, with what was charged all the same."""
    await _require(event, tx)
    if await store.set_cancelled(tx.conn, event.job_id, event.billed, event.attempts, event.cost_yen):
        tx.on_commit(partial(metrics.count_job, event.kind, "CANCELLED"))
    await spending.record(tx, event.job_id, event.attempts)


async def _require(event: JobEvent, tx: Transaction) -> None:
    if not await store.job_exists(tx.conn, event.job_id):
        raise RetryLater(f"job {event.job_id} is not in the ledger yet")
