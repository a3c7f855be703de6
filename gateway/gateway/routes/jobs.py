"""The ledger of jobs, as the read model knows it."""

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.jobs import JobStatus
from contracts.values import AssetKind
from gateway import paging
from gateway.auth import Reader
from gateway.problems import documented, not_found
from gateway.readmodel import job_store
from gateway.readmodel.job_store import JobFilter
from gateway.readmodel.views import job_view
from gateway.routes.access import Id, Parts
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
    kind: Annotated[AssetKind | None, Query(description="Only for assets of this kind.")] = None,
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
    jobs = await job_store.jobs_by_id(gateway.database.pool, [job_id], principal.team)
    if not jobs:
        raise not_found("job", job_id)
    return job_view(jobs[0])
