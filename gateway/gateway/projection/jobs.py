"""Pure reducers of jobs: a job only moves forward, whatever order its events come in."""

from typing import Any

from contracts.envelope import Envelope
from contracts.jobs import (
    JobCancelled,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobProgressed,
    JobRequested,
    JobStarted,
    JobStatus,
    JobSuperseded,
)
from gateway.projection.state import JobState

RANK: dict[JobStatus, int] = {
    "PENDING": 0,
    "RUNNING": 1,
    "SUPERSEDED": 2,
    "CANCELLED": 3,
    "FAILED": 4,
    "COMPLETED": 5,
}


def first_heard(event: JobRequested | JobEvent, envelope: Envelope) -> JobState:
    """A job of which nothing but this event is known."""
    return JobState(
        id=event.job_id,
        campaign_id=event.campaign_id,
        team_id=envelope.teamid,
        kind=event.kind,
        target_id=event.target_id,
        cascade_id=str(envelope.correlationid),
        first_heard_at=envelope.time,
    )


def requested(job: JobState, event: JobRequested, envelope: Envelope) -> JobState:
    """The job with who asked for it, when, and its place among the requests for its target."""
    return job.model_copy(
        update={
            "seq": event.seq,
            "options": event.options,
            "requested_by": event.requested_by,
            "requested_at": envelope.time,
            "cascade_id": event.cascade_id,
            "retry_of_job_id": event.retry_of_job_id,
            "retry_intent_id": event.retry_intent_id,
            "estimated_yen": event.estimated_yen,
        }
    )


def happened(job: JobState, event: JobEvent, envelope: Envelope) -> JobState:
    """The job after something happened to it."""
    if isinstance(event, JobProgressed):
        return _progressed(job, event, envelope)
    told = _told(event, envelope)
    if isinstance(event, JobStarted):
        # A job that was taken over starts again; the first start is when its work began.
        started = min(job.started_at or envelope.time, envelope.time)
        job = job.model_copy(update={"started_at": started})
    return job.model_copy(update=told) if RANK[job.status] < RANK[told["status"]] else job


def _progressed(job: JobState, event: JobProgressed, envelope: Envelope) -> JobState:
    if job.progress_at is not None and job.progress_at >= envelope.time:
        return job
    return job.model_copy(update={"progress": event.message, "progress_at": envelope.time})


def _told(event: JobEvent, envelope: Envelope) -> dict[str, Any]:
    if isinstance(event, JobCompleted):
        result = {"version": event.version, "sha256": event.sha256, "changed": event.changed}
        return {"status": "COMPLETED", **result, **_ended(event, envelope)}
    if isinstance(event, JobFailed):
        error = {"code": event.code, "message": event.message}
        return {"status": "FAILED", **error, **_ended(event, envelope)}
    if isinstance(event, JobSuperseded):
        return {"status": "SUPERSEDED", **_ended(event, envelope)}
    if isinstance(event, JobCancelled):
        by = {"cancelled_by": event.cancelled_by, "billed": event.billed}
        return {"status": "CANCELLED", **by, **_ended(event, envelope)}
    return {"status": "RUNNING"}


def _ended(event: JobCompleted | JobFailed | JobSuperseded | JobCancelled, envelope: Envelope) -> dict[str, Any]:
    return {"ended_at": envelope.time, "attempts": event.attempts, "cost_yen": event.cost_yen}
