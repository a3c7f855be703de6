"""Approvals (稟議): where a workflow stands, its steps, what waits for whom, and a team's own rules."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from contracts.approval import ApprovalStatus, SetApprovalRules
from gateway import approving, manifests, paging
from gateway.auth import Admin, Reader, Writer
from gateway.idempotency import Writing
from gateway.problems import ProblemError, documented
from gateway.projection.decisions import ApprovalState
from gateway.readmodel import decision_store
from gateway.readmodel.approvals import approval_item, counting
from gateway.readmodel.decision_store import Waiting
from gateway.readmodel.snapshot import snapshot
from gateway.recorded import RecordedAdmin
from gateway.routes.access import Id, Parts, campaign_now
from gateway.schemas.approvals import (
    ApprovalBody,
    ApprovalList,
    ApprovalRulesBody,
    ApprovalRulesView,
    ApprovalView,
)
from gateway.schemas.base import SHA256
from gateway.schemas.manifests import ManifestDiff

router = APIRouter(prefix="/api", tags=["approvals"])

State = Literal["pending", "draft", "pending_review", "pending_approval", "approved", "revision_requested", "rejected"]
PENDING: tuple[ApprovalStatus, ...] = ("pending_review", "pending_approval")
ANY: tuple[ApprovalStatus, ...] = ("draft", *PENDING, "approved", "revision_requested", "rejected")
ManifestHash = Annotated[str, Query(pattern=SHA256)]


@router.get("/campaigns/{campaign_id}/approval", operation_id="getApproval", responses=documented(401, 404, 503))
async def get_approval(campaign_id: Id, gateway: Parts, principal: Reader) -> ApprovalView:
    """Where a campaign's workflow stands, with its whole history."""
    return await approving.view(gateway, await campaign_now(gateway, campaign_id, principal))


@router.post(
    "/campaigns/{campaign_id}/approve",
    operation_id="actOnApproval",
    responses=documented(401, 403, 404, 409, 422, 503),
)
async def act_on_approval(
    campaign_id: Id, body: ApprovalBody, gateway: Parts, principal: Writer, write: Writing
) -> ApprovalView:
    """Takes one step. Of people who act at once one wins; the others get 409 with where it stands, and what changed."""
    now = await campaign_now(gateway, campaign_id, principal)
    await write.open(body)
    if body.action == "submit" and not await write.has_begun():
        approving.require_finished(now)
    try:
        await write.ask(await approving.command(gateway, now, body))
    except ProblemError as refusal:
        raise await approving.explained(gateway, refusal, campaign_id, principal, body) from refusal
    return await approving.view(gateway, await campaign_now(gateway, campaign_id, principal))


@router.get(
    "/campaigns/{campaign_id}/manifests/compare",
    operation_id="compareManifests",
    responses=documented(401, 404, 422, 503),
)
async def compare_manifests(
    campaign_id: Id,
    gateway: Parts,
    principal: Reader,
    from_: Annotated[ManifestHash | None, Query(alias="from", description="The submitted one if absent.")] = None,
    to: Annotated[ManifestHash | None, Query(description="The kit as it is if absent.")] = None,
) -> ManifestDiff:
    """What differs between any two manifests that a campaign's kit ever had."""
    now = await campaign_now(gateway, campaign_id, principal)
    async with snapshot(gateway.database.pool) as conn:
        return await manifests.compared(conn, now, from_ or counting(now), to or now.manifest)


@router.get("/approvals", operation_id="listApprovals", responses=documented(401, 422, 503))
async def list_approvals(
    gateway: Parts,
    principal: Reader,
    state: Annotated[State | None, Query(description="`pending` is both of its kinds.")] = None,
    mine: Annotated[
        bool, Query(description="For admins what waits for their word; for others what they submitted.")
    ] = False,
    limit: paging.Limit = 20,
    cursor: paging.TimedCursor = None,
) -> ApprovalList:
    """The team's workflows, the one that moved last first, with how many there are."""
    async with snapshot(gateway.database.pool) as conn:
        rules = await decision_store.approval_rules(conn, principal.team)
        waiting = Waiting(
            team_id=principal.team,
            states=_states(state),
            person=principal.sub if mine else None,
            is_admin=principal.role == "admin",
            self_approval=rules.self_approval,
            both_steps=rules.one_admin_both_steps,
        )
        count, rows = await decision_store.approval_page(conn, waiting, paging.timed(cursor), limit + 1)
    shown, following = paging.page(rows, limit, _key)
    campaigns = await gateway.reader.many(gateway.database.pool, [one.campaign_id for one in shown], principal.team)
    named = {one.campaign.id: one.campaign.name for one in campaigns}
    items = tuple(approval_item(one, named.get(one.campaign_id, "")) for one in shown)
    return ApprovalList(items=items, count=count, next_cursor=following)


@router.get("/admin/approval-rules", operation_id="getApprovalRules", responses=documented(401, 403, 503))
async def get_approval_rules(gateway: Parts, principal: RecordedAdmin) -> ApprovalRulesView:
    """Whether one may approve one's own, and whether one admin may take both steps."""
    return await _rules(gateway, principal.team)


@router.put("/admin/approval-rules", operation_id="setApprovalRules", responses=documented(401, 403, 409, 422, 503))
async def set_approval_rules(
    body: ApprovalRulesBody, gateway: Parts, principal: Admin, write: Writing
) -> ApprovalRulesView:
    """Sets both, for what is acted on from now on."""
    await write.open(body)
    await write.ask(SetApprovalRules(**body.model_dump()))
    return await _rules(gateway, principal.team)


async def _rules(gateway: Parts, team_id: str) -> ApprovalRulesView:
    rules = await decision_store.approval_rules(gateway.database.pool, team_id)
    return ApprovalRulesView(**rules.model_dump())


def _states(state: State | None) -> tuple[ApprovalStatus, ...]:
    if state is None:
        return ANY
    return PENDING if state == "pending" else (state,)


def _key(one: ApprovalState) -> tuple[datetime, str]:
    assert one.newest.at is not None, "the projection fills it in"
    return one.newest.at, one.campaign_id
