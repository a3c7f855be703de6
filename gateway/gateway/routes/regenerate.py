"""Regenerating one asset, and its preview."""

from typing import Any

from fastapi import APIRouter, Response

from contracts.envelope import Reply
from contracts.values import JobOptions
from gateway import plans
from gateway.auth import Reader, Writer
from gateway.idempotency import Writing
from gateway.locks import consent
from gateway.problems import documented
from gateway.projection.state import JobState
from gateway.readmodel import job_store
from gateway.readmodel.views import job_view
from gateway.routes.access import Id, Parts, WaitSeconds, campaign_now, prices_now
from gateway.schemas.jobs import JobView, PreviewView, RegenerateBody

router = APIRouter(prefix="/api/campaigns/{campaign_id}/regenerate", tags=["regeneration"])

DONE: dict[str, Any] = {"model": JobView, "description": "Done within the wait that the client preferred"}
UNFINISHED = ("PENDING", "RUNNING")


@router.post(
    "",
    status_code=202,
    response_model=JobView,
    operation_id="regenerate",
    responses={
        200: {"model": JobView, "description": "Done within the wait"},
        **documented(401, 403, 404, 409, 422, 503),
    },
)
async def regenerate(
    campaign_id: Id, body: RegenerateBody, gateway: Parts, principal: Writer, write: Writing, wait: WaitSeconds
) -> Response:
    """Makes one asset again; what rests on it follows by itself, as far as that is free."""
    plans.check(body)
    now = await campaign_now(gateway, campaign_id, principal)
    target, options = plans.target_of(body, now), _options(body)
    plans.require_prompt(target, options)
    await write.open(body)
    reopen = await consent(now, write, reopen=body.reopen)
    if body.plan_hash is not None and not await write.has_begun():
        plans.require_same_plan(body.plan_hash, plans.preview(target, options, now, await prices_now(gateway)))
    reply = await write.ask(plans.command_for(target, options, now, reopen=reopen))
    (job,) = await job_store.jobs_by_id(gateway.database.pool, job_ids(reply), principal.team)
    if wait and job.status in UNFINISHED:
        job = await finished(gateway, job, wait)
    return _answer(job, wait)


@router.post("/preview", operation_id="previewRegeneration", responses=documented(401, 404, 422, 503))
async def preview(campaign_id: Id, body: RegenerateBody, gateway: Parts, principal: Reader) -> PreviewView:
    """What a regeneration would touch and cost. Changes nothing."""
    plans.check(body)
    now = await campaign_now(gateway, campaign_id, principal)
    target, options = plans.target_of(body, now), _options(body)
    plans.require_prompt(target, options)
    return plans.preview(target, options, now, await prices_now(gateway))


def job_ids(reply: Reply) -> list[str]:
    """The jobs that a reply names, as ids or as objects."""
    named: list[Any] = (reply.body or {}).get("jobs", [])
    return [job if isinstance(job, str) else job["jobId"] for job in named]


def _options(body: RegenerateBody) -> JobOptions:
    return JobOptions(**body.options.model_dump())


async def finished(gateway: Parts, job: JobState, seconds: int) -> JobState:
    """The job once it has ended, or as it is after so many seconds."""
    latest = job

    async def reached() -> bool:
        nonlocal latest
        latest = (await job_store.jobs_by_id(gateway.database.pool, [job.id], job.team_id))[0]
        return latest.status not in UNFINISHED

    await gateway.wakeups.until(job.cascade_id, reached, seconds)
    return latest


def _answer(job: JobState, wait: int) -> Response:
    headers = {"Location": f"/api/jobs/{job.id}"} | ({"Preference-Applied": f"wait={wait}"} if wait else {})
    done = wait > 0 and job.status not in UNFINISHED
    body = job_view(job).model_dump_json(by_alias=True)
    return Response(body, 200 if done else 202, headers, media_type="application/json")
