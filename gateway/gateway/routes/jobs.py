"""The ledger of jobs, as the read model knows it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from contracts.jobs import CancelJob, JobStatus
from contracts.values import JobKind
from gateway import paging
from gateway.auth import Principal, Reader, Writer
from gateway.idempotency import Writing
from gateway.problems import ProblemError, documented, not_found
from gateway.projection.state import JobState
from gateway.readmodel import job_store
from gateway.readmodel.job_store import JobFilter
from gateway.readmodel.views import job_view
from gateway.routes.access import Id, Parts, WaitSeconds
from gateway.routes.regenerate import UNFINISHED, finished
from gateway.schemas.base import Identifier
from gateway.schemas.jobs import JobList, JobView

router = APIRouter(prefix="/api/jobs", tags=["jobs"])


@router.get("", operation_id="listJobs", responses=documented(401, 422))
async def list_jobs(
    gateway: Parts,
    principal: Reader,
    campaign_id: Annotated[Identifier | None, Query(alias="campaignId", description="Only of this campaign.")] = None,
    target_id: Annotated[Identifier | None, Query(alias="targetId", description="Only for this asset.")] = None,
    status: Annotated[JobStatus | None, Query(description="Only with this status.")] = None,
    kind: Annotated[JobKind | None, Query(description="Only for assets of this kind.")] = None,
    limit: paging.Limit = 20,
    cursor: paging.TimedCursor = None,
) -> JobList:
    """The team's jobs, newest first."""
    wanted = JobFilter(campaign_id, status, kind, target_id)
    after = paging.timed(cursor)
    rows = await job_store.job_page(gateway.database.pool, principal.team, wanted, after, limit + 1)
    shown, following = paging.page(rows, limit, lambda job: (job.requested_at or job.first_heard_at, job.id))
    return JobList(items=tuple(map(job_view, shown)), next_cursor=following)


@router.get("/{job_id}", operation_id="getJob", responses=documented(401, 404))
async def get_job(job_id: Id, gateway: Parts, principal: Reader) -> JobView:
    """One job with its attempts and cost."""
    return job_view(await _job(gateway, principal, job_id))


@router.post(
    "/{job_id}/cancel",
    status_code=202,
    operation_id="cancelJob",
    responses={
        200: {"model": JobView, "description": "It has ended as CANCELLED"},
        **documented(401, 403, 404, 409, 422, 503),
    },
)
async def cancel_job(
    job_id: Id, response: Response, gateway: Parts, principal: Writer, write: Writing, wait: WaitSeconds
) -> JobView:
    """Calls off a job that is PENDING or RUNNING. Nothing of it is applied; a call that was made may have cost money.

    `Prefer: wait=N` holds the answer until the job has ended. One that ended otherwise is 409 `job-ended`.
    """
    if not await write.open(b""):
        await _job(gateway, principal, job_id)
    await write.ask(CancelJob(job_id=job_id))
    job = await _job(gateway, principal, job_id)
    if wait and job.status in UNFINISHED:
        job = await finished(gateway, job, wait)
    if job.status not in (*UNFINISHED, "CANCELLED"):
        raise _ended_otherwise(job)
    response.status_code = 200 if job.status == "CANCELLED" else 202
    if wait:
        response.headers["Preference-Applied"] = f"wait={wait}"
    return job_view(job)


async def _job(gateway: Parts, principal: Principal, job_id: str) -> JobState:
    jobs = await job_store.jobs_by_id(gateway.database.pool, [job_id], principal.team)
    if not jobs:
        raise not_found("job", job_id)
    return jobs[0]


def _ended_otherwise(job: JobState) -> ProblemError:
    detail = f"job {job.id} ended as {job.status} before it could be cancelled"
    return ProblemError(409, detail, type_="job-ended", title="The job has ended", jobStatus=job.status)
