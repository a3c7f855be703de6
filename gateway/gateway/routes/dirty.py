"""Stale assets, and regenerating all of them of some kinds."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter

from contracts.compositor import RenderAssets
from contracts.envelope import Reply
from contracts.jobs import RequestJobs
from contracts.values import JobOptions
from gateway import plans
from gateway.auth import Reader, Writer
from gateway.idempotency import Write, Writing
from gateway.locks import consent
from gateway.prices import Prices
from gateway.problems import ProblemError, documented
from gateway.projection.state import AssetState
from gateway.readmodel import job_store
from gateway.readmodel.cascades import command_id
from gateway.readmodel.reader import CampaignNow
from gateway.readmodel.standing import PAID, Standing
from gateway.readmodel.views import job_view
from gateway.routes.access import Id, Parts, campaign_now, prices_now
from gateway.routes.regenerate import job_ids
from gateway.schemas.jobs import DirtyAsset, DirtyList, RegenerateDirtyBody, RegenerateDirtyView, Skipped

router = APIRouter(prefix="/api/campaigns/{campaign_id}", tags=["regeneration"])


@dataclass
class Started:
    """What the owning services made of it."""

    jobs: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


@router.get("/dirty", operation_id="listDirty", responses=documented(401, 404, 503))
async def list_dirty(campaign_id: Id, gateway: Parts, principal: Reader) -> DirtyList:
    """Every stale asset with the causes, and what bringing it up to date is expected to cost."""
    now = await campaign_now(gateway, campaign_id, principal)
    prices = await prices_now(gateway)
    items = tuple(_dirty(one, prices) for one in now.standings if one.stale)
    return DirtyList(items=items, estimated_yen=sum(item.estimated_yen for item in items if not item.pinned))


@router.post(
    "/regenerate-dirty",
    status_code=202,
    operation_id="regenerateDirty",
    responses=documented(401, 403, 404, 409, 422, 503),
)
async def regenerate_dirty(
    campaign_id: Id, body: RegenerateDirtyBody, gateway: Parts, principal: Writer, write: Writing
) -> RegenerateDirtyView:
    """Regenerates every stale asset of the given kinds under one cascade."""
    now = await campaign_now(gateway, campaign_id, principal)
    await write.open(body)
    reopen = await consent(now, write, reopen=body.reopen)
    stale = [one for one in now.standings if one.stale and one.asset.kind in body.kinds]
    due = [one.asset for one in stale if _reason_to_skip(one) is None]
    started = await _start(write, now, due, body, reopen=reopen)
    jobs = await job_store.jobs_by_id(gateway.database.pool, started.jobs, principal.team)
    begun = {job.target_id for job in jobs}
    left = [one for one in stale if one.asset.id not in begun]
    skipped = [Skipped(asset_id=one.asset.id, reason=reason) for one in left if (reason := _reason_to_skip(one))]
    return RegenerateDirtyView(
        cascade_id=str(write.cascade_id),
        jobs=tuple(map(job_view, jobs)),
        skipped=(*skipped, *started.skipped),
    )


async def _start(
    write: Write, now: CampaignNow, due: Sequence[AssetState], body: RegenerateDirtyBody, *, reopen: bool
) -> Started:
    """One command for each group that was named, though nothing of it is due: each takes a command id of the request,
    so that a repeat, when other assets may be due, gets the first answer and starts nothing.
    """
    campaign_id, started = now.campaign.id, Started()
    if PAID.intersection(body.kinds):
        targets = tuple(plans.job_target(asset, JobOptions(), now) for asset in due if asset.kind in PAID)
        await _ask(write, RequestJobs(campaign_id=campaign_id, targets=targets, reopen=reopen), started)
    if PAID.issuperset(body.kinds):
        return started
    asset_ids = tuple(asset.id for asset in due if asset.kind not in PAID)
    await _ask(write, RenderAssets(campaign_id=campaign_id, asset_ids=asset_ids, reopen=reopen), started)
    return started


async def _ask(write: Write, command: RequestJobs | RenderAssets, started: Started) -> None:
    try:
        reply = await write.ask(command, message_id=command_id(write.message_id, command.type))
    except ProblemError as refusal:
        # A single target that must be retried is refused; among several it is skipped.
        if refusal.type != "retry-required":
            raise
        started.skipped += [Skipped(asset_id=asset_id, reason=refusal.type) for asset_id in _targets(command)]
        return
    started.jobs += job_ids(reply)
    started.skipped += _skipped(reply)


def _targets(command: RequestJobs | RenderAssets) -> tuple[str, ...]:
    if isinstance(command, RenderAssets):
        return command.asset_ids
    return tuple(target.asset_id for target in command.targets)


def _skipped(reply: Reply) -> list[Skipped]:
    return [Skipped(asset_id=one["assetId"], reason=one["reason"]) for one in (reply.body or {}).get("skipped", [])]


def _reason_to_skip(one: Standing) -> str | None:
    if one.asset.pinned:
        return "pinned"
    return "already-pending" if any(mark.active for mark in one.asset.jobs.values()) else None


def _dirty(one: Standing, prices: Prices) -> DirtyAsset:
    asset = one.asset
    assert asset.current is not None
    return DirtyAsset(
        id=asset.id,
        kind=asset.kind,
        status=one.status,
        version=asset.current.version,
        platform=asset.platform,
        variant_label=asset.variant_label,
        placement=asset.placement,
        pending_upstream=one.pending_upstream,
        pinned=asset.pinned,
        causes=one.causes,
        paid=prices.is_paid_call(asset),
        estimated_yen=prices.estimate(asset),
    )
