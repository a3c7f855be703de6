"""QA of a campaign: asking for it, its reports, and what people say of their findings."""

from fastapi import APIRouter, Response

from contracts.envelope import Reply
from contracts.jobs import JobTarget, RequestJobs
from contracts.qa import OverrideQa, RequestQa, SetQaRules, SuppressIssue
from gateway import paging
from gateway.auth import Admin, Principal, Reader, Writer
from gateway.idempotency import Write, Writing
from gateway.problems import documented, not_found
from gateway.projection.decisions import ReportState
from gateway.projection.state import JobState
from gateway.readmodel import decision_store, job_store
from gateway.readmodel.reader import CampaignNow
from gateway.readmodel.reports import asked_view, report_view
from gateway.recorded import RecordedAdmin
from gateway.routes.access import Id, Parts, WaitSeconds, campaign_now, prices_now
from gateway.routes.regenerate import UNFINISHED, job_ids
from gateway.schemas.qa import (
    OverrideBody,
    QaBody,
    QaReportList,
    QaReportView,
    QaRulesBody,
    QaRulesView,
    SuppressionBody,
)
from lineage.basis import review_basis

router = APIRouter(prefix="/api", tags=["qa"])
SAID = documented(401, 403, 404, 409, 422, 503)


@router.post(
    "/campaigns/{campaign_id}/qa",
    status_code=202,
    response_model=QaReportView,
    operation_id="requestQa",
    responses={200: {"model": QaReportView, "description": "Done within the wait"}, **SAID},
)
async def request_qa(
    campaign_id: Id, body: QaBody, gateway: Parts, principal: Writer, write: Writing, wait: WaitSeconds
) -> Response:
    """Has the kit judged as it is: by the rules, free, or by the reviewer too, as a paid job.

    With `Prefer: wait` the answer is 200 once the report is there, or it is known that there will be none, and its job
    has ended. It is 202 when the wait was too short, with what there is by then.
    """
    now = await campaign_now(gateway, campaign_id, principal)
    await write.open(body)
    reply = await write.ask(_command(now, body))
    report_id = job_ids(reply)[0] if body.mode == "full" else _named(reply)
    done = wait > 0 and await _done_within(gateway, write, report_id, principal, wait)
    view = await _shown(gateway, report_id, principal)
    headers = {"Location": f"/api/qa/{report_id}"} | ({"Preference-Applied": f"wait={wait}"} if wait else {})
    return Response(view.model_dump_json(by_alias=True), 200 if done else 202, headers, media_type="application/json")


@router.get("/campaigns/{campaign_id}/qa", operation_id="listQaReports", responses=documented(401, 404, 422, 503))
async def list_qa_reports(
    campaign_id: Id, gateway: Parts, principal: Reader, limit: paging.Limit = 20, cursor: paging.TimedCursor = None
) -> QaReportList:
    """A campaign's reports, newest first."""
    now = await campaign_now(gateway, campaign_id, principal)
    rows = await decision_store.report_page(gateway.database.pool, campaign_id, paging.timed(cursor), limit + 1)
    shown, following = paging.page(rows, limit, lambda row: (row.requested_at, row.id))
    jobs = await _jobs(gateway, [row.id for row in shown if row.mode == "full"], principal)
    items = tuple(report_view(row, now.manifest, jobs.get(row.id)) for row in shown)
    return QaReportList(items=items, review_yen=(await prices_now(gateway)).review(), next_cursor=following)


@router.get("/qa/{report_id}", operation_id="getQaReport", responses=documented(401, 404, 503))
async def get_qa_report(report_id: Id, gateway: Parts, principal: Reader) -> QaReportView:
    """One report, with every finding."""
    return await _shown(gateway, report_id, principal)


@router.post("/qa/{report_id}/suppressions", status_code=201, operation_id="suppressQaIssue", responses=SAID)
async def suppress_qa_issue(
    report_id: Id, body: SuppressionBody, gateway: Parts, principal: Writer, write: Writing
) -> QaReportView:
    """Says of a finding, with a reason, that it does not count, in this report and in later ones of the same bytes."""
    await _report(gateway, report_id, principal)
    await write.open(body)
    await write.ask(SuppressIssue(report_id=report_id, issue_id=body.issue_id, reason=body.reason))
    return await _shown(gateway, report_id, principal)


@router.post(
    "/qa/{report_id}/override",
    status_code=201,
    operation_id="overrideQaReport",
    responses=SAID,
    openapi_extra={"x-role": "admin"},
)
async def override_qa_report(
    report_id: Id, body: OverrideBody, gateway: Parts, principal: Admin, write: Writing
) -> QaReportView:
    """Lets an approval pass in spite of a failing report; the approval's history keeps who said so and why."""
    await _report(gateway, report_id, principal)
    await write.open(body)
    await write.ask(OverrideQa(report_id=report_id, reason=body.reason))
    return await _shown(gateway, report_id, principal)


@router.get("/admin/qa-rules", operation_id="getQaRules", responses=documented(401, 403, 503))
async def get_qa_rules(gateway: Parts, principal: RecordedAdmin) -> QaRulesView:
    """When the paid reviewer runs."""
    return await _rules(gateway, principal.team)


@router.put("/admin/qa-rules", operation_id="setQaRules", responses=documented(401, 403, 409, 422, 503))
async def set_qa_rules(body: QaRulesBody, gateway: Parts, principal: Admin, write: Writing) -> QaRulesView:
    """Sets it, for what changes from now on."""
    await write.open(body)
    await write.ask(SetQaRules(reviewing=body.reviewing))
    return await _rules(gateway, principal.team)


def _command(now: CampaignNow, body: QaBody) -> RequestQa | RequestJobs:
    campaign_id = now.campaign.id
    if body.mode == "rules":
        return RequestQa(campaign_id=campaign_id)
    # The same kit under the same brand: a review of it that failed is brought back by a retry.
    basis = review_basis(now.manifest, now.head.brand_version or 0)
    target = JobTarget(kind="qa", asset_id=campaign_id, basis=basis)
    return RequestJobs(campaign_id=campaign_id, targets=(target,))


def _named(reply: Reply) -> str:
    return (reply.body or {})["reportId"]


async def _done_within(gateway: Parts, write: Write, report_id: str, principal: Principal, seconds: int) -> bool:
    """Waits for the report, or that there will be none, and for the end of its job, if it has one, in any order."""
    asked = (await _jobs(gateway, [report_id], principal)).get(report_id)

    async def reached() -> bool:
        job = (await _jobs(gateway, [report_id], principal)).get(report_id)
        if job is not None and job.status != "COMPLETED":
            return job.status not in UNFINISHED
        state = await decision_store.report(gateway.database.pool, report_id, principal.team)
        return state is not None and (state.report is not None or state.withdrawn)

    # A job that was asked for before is told of in the cascade that began it.
    cascade_id = asked.cascade_id if asked is not None else str(write.cascade_id)
    return await gateway.wakeups.until(cascade_id, reached, seconds)


async def _report(gateway: Parts, report_id: str, principal: Principal) -> ReportState:
    state = await decision_store.report(gateway.database.pool, report_id, principal.team)
    if state is None:
        raise not_found("QA report", report_id)
    return state


async def _shown(gateway: Parts, report_id: str, principal: Principal) -> QaReportView:
    state = await decision_store.report(gateway.database.pool, report_id, principal.team)
    job = (await _jobs(gateway, [report_id], principal)).get(report_id)
    if state is not None:
        return report_view(state, (await campaign_now(gateway, state.campaign_id, principal)).manifest, job)
    if job is None or job.kind != "qa":
        raise not_found("QA report", report_id)
    return asked_view(job, (await campaign_now(gateway, job.campaign_id, principal)).manifest)


async def _jobs(gateway: Parts, ids: list[str], principal: Principal) -> dict[str, JobState]:
    return {job.id: job for job in await job_store.jobs_by_id(gateway.database.pool, ids, principal.team)}


async def _rules(gateway: Parts, team_id: str) -> QaRulesView:
    rules = await decision_store.qa_rules(gateway.database.pool, team_id)
    return QaRulesView(**rules.model_dump())
