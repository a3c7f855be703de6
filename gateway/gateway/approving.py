"""What a step of a workflow is sent with, and what its refusal is answered with."""

from contracts.approval import ActOnApproval, SeenQa
from gateway import manifests
from gateway.auth import Principal
from gateway.composition import Gateway
from gateway.problems import ProblemError
from gateway.readmodel import decision_store
from gateway.readmodel.approvals import approval_view, blockers, counted, counting
from gateway.readmodel.reader import CampaignNow
from gateway.readmodel.snapshot import snapshot
from gateway.schemas.approvals import ApprovalBody, ApprovalView

NOT_READY = (
    "this kit cannot be submitted as it is: {assets}. `blockers` names them; regenerate what is stale, failed or "
    "missing, or accept it with a reason, and wait for what is under way"
)
CHANGED = ("manifest-changed", "approval-conflict")


async def view(gateway: Gateway, now: CampaignNow) -> ApprovalView:
    """A campaign's workflow as it is."""
    return approval_view(now, await decision_store.reports_on(gateway.database.pool, now.campaign.id, counting(now)))


def require_finished(now: CampaignNow) -> None:
    """Raises ProblemError 409 `kit-not-ready` that lists every missing, running, failed or stale asset."""
    found = blockers(now.standings)
    if not found:
        return
    reasons = [one.reason for one in found]
    counted = ", ".join(f"{reasons.count(reason)} {reason}" for reason in dict.fromkeys(reasons))
    told = [one.model_dump(mode="json", by_alias=True) for one in found]
    detail = NOT_READY.format(assets=counted)
    raise ProblemError(409, detail, type_="kit-not-ready", title="The kit is not ready", blockers=told)


async def command(gateway: Gateway, now: CampaignNow, body: ApprovalBody) -> ActOnApproval:
    """The step, with what the person saw: the service waits until it has heard of all that, too."""
    reports = await decision_store.reports_on(gateway.database.pool, now.campaign.id, counting(now))
    return ActOnApproval(
        campaign_id=now.campaign.id,
        act=body.action,
        version=body.version,
        manifest=body.manifest,
        comment=body.comment,
        seen={entry.asset_id: entry.version for entry in now.contents.values()},
        qa=tuple(SeenQa(report_id=one.id, revision=one.revision) for one in counted(reports, now)),
        brand_version=now.head.brand_version or 0,
        brief_version=now.campaign.brief_version,
    )


async def explained(
    gateway: Gateway, refusal: ProblemError, campaign_id: str, principal: Principal, body: ApprovalBody
) -> ProblemError:
    """A refusal because things had moved on, with what changed between what was named and the kit as it is."""
    now = await gateway.reader.one(gateway.database.pool, campaign_id, principal.team)
    if refusal.status != 409 or refusal.type not in CHANGED or now is None or body.manifest == now.manifest:
        return refusal
    async with snapshot(gateway.database.pool) as conn:
        try:
            diff = await manifests.compared(conn, now, body.manifest, now.manifest)
        except ProblemError:
            # What was named is no manifest of this campaign; then it is told against the submitted one.
            diff = await manifests.compared(conn, now, counting(now), now.manifest)
    refusal.extras["diff"] = diff.model_dump(mode="json", by_alias=True)
    return refusal
