"""What the ledger notes of jobs that others execute."""

from chassis.errors import RetryLater
from chassis.transaction import Transaction
from contracts.jobs import JobCompleted, JobEvent, JobFailed, JobRequested, JobStarted, JobSuperseded
from jobs_service import spending, store
from jobs_service.domain import Job
from lineage.basis import request_basis


async def note_requested(event: JobRequested, tx: Transaction) -> None:
    """A free job that its owning service created enters the ledger; our own are there already."""
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
    )
    await store.insert_job(tx.conn, job)


async def note_started(event: JobStarted, tx: Transaction) -> None:
    """PENDING → RUNNING."""
    await _require(event, tx)
    await store.set_running(tx.conn, event.job_id, event.epoch)


async def note_completed(event: JobCompleted, tx: Transaction) -> None:
    """→ COMPLETED, with the version that came out."""
    await _require(event, tx)
    result = {"assetId": event.target_id, "version": event.version, "sha256": event.sha256, "changed": event.changed}
    await store.set_ended(tx.conn, event.job_id, "COMPLETED", event.attempts, event.cost_yen, result=result)
    await spending.record(tx, event.job_id, event.attempts)


async def note_failed(event: JobFailed, tx: Transaction) -> None:
    """→ FAILED, which only a person's retry brings back as a new job."""
    await _require(event, tx)
    error = {"code": event.code, "message": event.message}
    await store.set_ended(tx.conn, event.job_id, "FAILED", event.attempts, event.cost_yen, error=error)
    await spending.record(tx, event.job_id, event.attempts)


async def note_superseded(event: JobSuperseded, tx: Transaction) -> None:
    """→ SUPERSEDED by a newer request."""
    await _require(event, tx)
    await store.set_ended(tx.conn, event.job_id, "SUPERSEDED", event.attempts, event.cost_yen)
    await spending.record(tx, event.job_id, event.attempts)


async def _require(event: JobEvent, tx: Transaction) -> None:
    if not await store.job_exists(tx.conn, event.job_id):
        raise RetryLater(f"job {event.job_id} is not in the ledger yet")
