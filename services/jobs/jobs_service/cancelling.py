"""Calling a job off: noted here, done by whoever executes the job, ended here by that one's word."""

from uuid import UUID

from chassis.errors import RetryLater
from chassis.transaction import Transaction, reply_ok
from contracts.envelope import Reply
from contracts.jobs import CancelJob, CancelRun
from jobs_service import store
from jobs_service.domain import CANCEL_QUEUES, Job
from jobs_service.errors import JobEnded, UnknownJob


async def cancel_job(command: CancelJob, tx: Transaction) -> Reply:
    """Has a job that has not ended brought to its end; whoever asks later is told the same and changes nothing."""
    if (job := await store.request_cancel(tx.conn, tx.team_id, command.job_id, tx.actor)) is not None:
        tx.acted_on("job", job.id, campaign_id=job.campaign_id, before={"status": job.status})
        # It belongs to the cascade that it ends a part of.
        tx.send(_run(job, tx.actor), queue=CANCEL_QUEUES[job.kind], correlation_id=UUID(job.cascade_id))
    else:
        await _check_under_way(tx, command.job_id)
    return reply_ok({"jobId": command.job_id}, status=202)


async def _check_under_way(tx: Transaction, job_id: str) -> None:
    job = await store.job(tx.conn, tx.team_id, job_id)
    if job is None and await store.job_exists(tx.conn, job_id):
        raise UnknownJob(f"there is no job {job_id}")
    if job is None:
        # Who asks has seen it, so word of a job that started elsewhere is on its way here.
        raise RetryLater(f"job {job_id} is not in the ledger yet")
    if job.status not in ("PENDING", "RUNNING"):
        detail = f"job {job_id} has ended as {job.status}; only a PENDING or RUNNING job can be cancelled"
        raise JobEnded(detail, jobStatus=job.status)


def _run(job: Job, by: str) -> CancelRun:
    return CancelRun(
        job_id=job.id, campaign_id=job.campaign_id, kind=job.kind, target_id=job.target_id, cancelled_by=by
    )
