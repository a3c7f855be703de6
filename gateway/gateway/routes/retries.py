"""Governed retries: approve, execute, reject, look. Admins only; no generator runs here."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from contracts.jobs import Correction, CreateRetryIntent, ExecuteRetryIntent, RejectRetryIntent
from contracts.values import JobOptions
from gateway import paging, plans
from gateway.auth import Admin, Principal
from gateway.idempotency import Write, Writing
from gateway.locks import consent
from gateway.problems import documented, invalid, not_found
from gateway.readmodel import job_store, retry_store
from gateway.readmodel.views import intent_view, job_view
from gateway.recorded import RecordedAdmin
from gateway.routes.access import Id, Parts, campaign_now
from gateway.routes.regenerate import job_ids
from gateway.schemas.assets import REOPEN
from gateway.schemas.base import Identifier
from gateway.schemas.jobs import JobView
from gateway.schemas.retries import CorrectionBody, RejectionBody, RetryIntentBody, RetryIntentList, RetryIntentView

router = APIRouter(prefix="/api/admin/retry-intents", tags=["retries"])
ANSWERS = documented(401, 403, 404, 409, 422, 503)


@router.post("", status_code=201, operation_id="createRetryIntent", responses=ANSWERS)
async def create_retry_intent(
    body: RetryIntentBody, response: Response, gateway: Parts, principal: Admin, write: Writing
) -> RetryIntentView:
    """Approves one retry of a job that failed for good. Nothing runs before the intent is executed."""
    _check(body)
    await write.open(body)
    given = body.model_dump(exclude={"correction"})
    reply = await write.ask(CreateRetryIntent(**given, correction=_correction(body.correction)))
    created = await _intent((reply.body or {})["id"], gateway, principal)
    response.headers["Location"] = f"{router.prefix}/{created.id}"
    return created


@router.get("", operation_id="listRetryIntents", responses=documented(401, 403, 422, 503))
async def list_retry_intents(
    gateway: Parts,
    principal: RecordedAdmin,
    job_id: Annotated[Identifier | None, Query(alias="jobId", description="Only of this failed job.")] = None,
    limit: paging.Limit = 20,
    cursor: paging.TimedCursor = None,
) -> RetryIntentList:
    """The team's retry intents, newest first."""
    rows = await retry_store.intent_page(gateway.database.pool, principal.team, job_id, paging.timed(cursor), limit + 1)
    shown, following = paging.page(rows, limit, lambda intent: (intent.created_at, intent.id))
    return RetryIntentList(items=tuple(map(intent_view, shown)), next_cursor=following)


@router.get("/{intent_id}", operation_id="getRetryIntent", responses=documented(401, 403, 404, 503))
async def get_retry_intent(intent_id: Id, gateway: Parts, principal: RecordedAdmin) -> RetryIntentView:
    """One retry intent."""
    return await _intent(intent_id, gateway, principal)


@router.post("/{intent_id}/execute", status_code=202, operation_id="executeRetryIntent", responses=ANSWERS)
async def execute_retry_intent(
    intent_id: Id,
    response: Response,
    gateway: Parts,
    principal: Admin,
    write: Writing,
    reopen: Annotated[bool, Query(description=REOPEN)] = False,
) -> JobView:
    """Consumes the intent and creates its one new job, which runs as any does. A second time is 409 with `jobId`."""
    await write.open(b"reopen" if reopen else b"")
    consented = await _consent(intent_id, gateway, principal, write, reopen=reopen)
    reply = await write.ask(ExecuteRetryIntent(intent_id=intent_id, reopen=consented))
    (job,) = await job_store.jobs_by_id(gateway.database.pool, job_ids(reply), principal.team)
    response.headers["Location"] = f"/api/jobs/{job.id}"
    return job_view(job)


@router.post("/{intent_id}/reject", operation_id="rejectRetryIntent", responses=ANSWERS)
async def reject_retry_intent(
    intent_id: Id, body: RejectionBody, gateway: Parts, principal: Admin, write: Writing
) -> RetryIntentView:
    """Withdraws an approval that was not executed yet."""
    await write.open(body)
    await write.ask(RejectRetryIntent(intent_id=intent_id, reason=body.reason))
    return await _intent(intent_id, gateway, principal)


async def _consent(intent_id: str, gateway: Parts, principal: Principal, write: Write, *, reopen: bool) -> bool:
    found = await retry_store.intent(gateway.database.pool, intent_id, principal.team)
    # A review makes nothing that a campaign consists of.
    if found is None or found.kind == "qa":
        return False
    return await consent(await campaign_now(gateway, found.campaign_id, principal), write, reopen=reopen)


async def _intent(intent_id: str, gateway: Parts, principal: Principal) -> RetryIntentView:
    found = await retry_store.intent(gateway.database.pool, intent_id, principal.team)
    if found is None:
        raise not_found("retry intent", intent_id)
    return intent_view(found)


def _check(body: RetryIntentBody) -> None:
    """Raises ProblemError 422 for a correction that does not go with the reason."""
    given = body.correction or CorrectionBody()
    if given.prompt is not None and body.reason_code != "IMPROVED_PROMPT":
        raise invalid(("correction.prompt", "goes with reasonCode IMPROVED_PROMPT only"))
    if given.options is not None and body.reason_code != "BAD_INPUT":
        raise invalid(("correction.options", "goes with reasonCode BAD_INPUT only"))
    if given.options is not None:
        plans.check_options(given.options, "correction.options")


def _correction(body: CorrectionBody | None) -> Correction | None:
    if body is None or (body.prompt is None and body.options is None):
        return None
    return Correction(prompt=body.prompt, options=JobOptions(**body.options.model_dump()) if body.options else None)
