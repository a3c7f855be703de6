"""From what the read model knows to what the API shows. No I/O."""

from collections.abc import Sequence
from typing import Any

from contracts.approval import ApprovalStatus
from contracts.jobs import RetryIntent
from contracts.values import BlobRef
from gateway.projection.state import AssetState, BrandVersion, CampaignState, JobState, VersionState
from gateway.readmodel.money_store import GroupRow, SumRow
from gateway.readmodel.standing import Standing, upstream_of
from gateway.schemas.assets import AssetView, BlobView, ErrorView, VersionView
from gateway.schemas.brands import BrandView
from gateway.schemas.campaigns import CampaignStatus, CampaignSummary, CampaignView
from gateway.schemas.jobs import JobResult, JobView
from gateway.schemas.money import OutcomeCounts, SpendItem, SpendSum
from gateway.schemas.retries import RetryIntentView


def asset_view(standing: Standing) -> AssetView:
    """One asset as it stands."""
    asset, current, error = standing.asset, standing.asset.current, standing.error
    return AssetView(
        id=asset.id,
        campaign_id=asset.campaign_id,
        kind=asset.kind,
        status=standing.status,
        ordinal=asset.ordinal,
        platform=asset.platform,
        variant_label=asset.variant_label,
        placement=asset.placement,
        version=current.version if current else None,
        content_hash=current.sha256 if current else None,
        stale=standing.stale,
        input_hash=standing.now_hash,
        pending_upstream=standing.pending_upstream,
        causes=standing.causes,
        pinned=asset.pinned,
        upstream=tuple(upstream_of(asset).values()),
        prompt=_prompt(asset),
        seed=current.seed if current else None,
        layout=current.layout if current else None,
        provider=current.provider if current else None,
        offline=current.offline if current else None,
        job_id=standing.job_id,
        error=ErrorView(code=error.code, message=error.message) if error else None,
        blob=blob_view(current) if current else None,
        copy_text=current.text if current else None,
        updated_at=asset.updated_at,
    )


def version_view(asset_id: str, state: VersionState, kind: str, newest: int) -> VersionView:
    """One version of an asset's history."""
    return VersionView.model_validate(
        {
            "asset_id": asset_id,
            "kind": kind,
            "version": state.version,
            "previous_version": state.previous_version,
            "current": state.version == newest,
            "content_hash": state.sha256,
            "input_hash": state.input_hash,
            "inputs": state.inputs,
            "prompt": state.prompt,
            "seed": state.seed,
            "layout": state.layout,
            "provider": state.provider,
            "offline": state.offline,
            "reason": state.reason,
            "job_id": state.job_id,
            "causation_id": state.cause_id,
            "cascade_id": state.cascade_id,
            "blob": blob_view(state),
            "copy_text": state.text,
            "created_at": state.at,
        }
    )


def blob_view(version: VersionState) -> BlobView | None:
    """Where a version's bytes are; words have none."""
    if version.text is not None:
        return None
    return BlobView(
        sha256=version.sha256,
        url=f"/api/blobs/{version.sha256}",
        media_type=version.media_type,
        width=version.width,
        height=version.height,
        bytes=version.bytes,
    )


def campaign_summary(
    campaign: CampaignState, standings: Sequence[Standing], position: int, approval_status: ApprovalStatus
) -> CampaignSummary:
    """A campaign without its assets. Only for one whose creation was heard of."""
    assert campaign.created_at is not None
    assert campaign.brief is not None
    return CampaignSummary(
        id=campaign.id,
        team_id=campaign.team_id,
        brand_id=campaign.brand_id,
        name=campaign.name,
        brief=campaign.brief,
        brief_version=campaign.brief_version,
        status=campaign_status(standings),
        approval_status=approval_status,
        parent_campaign_id=campaign.parent_campaign_id,
        template_id=campaign.template_id,
        created_by=campaign.created_by,
        created_at=campaign.created_at,
        updated_at=max((campaign.updated_at, *(one.asset.updated_at for one in standings))),
        stream_position=position,
    )


def campaign_view(summary: CampaignSummary, standings: Sequence[Standing]) -> CampaignView:
    """The same with its kit."""
    fields = {name: getattr(summary, name) for name in CampaignSummary.model_fields}
    return CampaignView(**fields, assets=tuple(map(asset_view, standings)))


def campaign_status(standings: Sequence[Standing]) -> CampaignStatus:
    """What a campaign's assets make of it; stale paid work waits for consent, so it is not `ready`."""
    if any(one.status == "pending" for one in standings):
        return "generating" if any(_started(one.asset) for one in standings) else "pending"
    if any(one.status in ("failed", "missing") for one in standings):
        return "partially_failed"
    return "pending" if any(one.stale for one in standings) else "ready"


def brand_view(brand: BrandVersion) -> BrandView:
    """A brand at its newest version."""
    profile = brand.profile
    return BrandView(
        **profile.model_dump(exclude={"logo"}),
        logo=_logo_view(profile.logo) if profile.logo else None,
        id=brand.id,
        team_id=brand.team_id,
        version=brand.version,
        created_at=brand.first_heard_at,
        updated_at=brand.updated_at,
    )


def _logo_view(logo: BlobRef) -> BlobView:
    return BlobView(url=f"/api/blobs/{logo.sha256}", **logo.model_dump())


def job_view(job: JobState) -> JobView:
    """One job of the ledger."""
    done = job.status == "COMPLETED" and job.version is not None
    return JobView(
        id=job.id,
        kind=job.kind,
        status=job.status,
        target_id=job.target_id,
        campaign_id=job.campaign_id,
        cascade_id=job.cascade_id,
        retry_of_job_id=job.retry_of_job_id,
        retry_intent_id=job.retry_intent_id,
        options=job.options,
        requested_by=job.requested_by,
        attempts=job.attempts,
        cost_yen=job.cost_yen,
        cancelled_by=job.cancelled_by,
        billed=job.billed,
        progress=job.progress,
        error=ErrorView(code=job.code, message=job.message or "") if job.code else None,
        result=JobResult(asset_id=job.target_id, version=job.version, changed=bool(job.changed))
        if done and job.version is not None
        else None,
        created_at=job.requested_at or job.first_heard_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
    )


def intent_view(intent: RetryIntent) -> RetryIntentView:
    """One governed retry."""
    return RetryIntentView.model_validate(intent.model_dump())


def spend_sum(row: SumRow) -> SpendSum:
    """What attempts cost together."""
    return SpendSum(**_spent(row))


def spend_item(row: GroupRow) -> SpendItem:
    """The same of those that share a key."""
    return SpendItem(key=row.key, last_at=row.last_at, **_spent(row.sums))


def _spent(row: SumRow) -> dict[str, Any]:
    outcomes = OutcomeCounts(succeeded=row.succeeded, failed=row.failed, unknown=row.unknown)
    money = ("attempts", "cost_yen", "cost_usd_micros", "unknown_yen", "unknown_usd_micros")
    return {"outcomes": outcomes, **{name: getattr(row, name) for name in money}}


def _prompt(asset: AssetState) -> str | None:
    if asset.edited_prompt is not None and asset.edited_prompt.prompt is not None:
        return asset.edited_prompt.prompt
    return asset.current.prompt if asset.current else None


def _started(asset: AssetState) -> bool:
    return asset.current is not None or any(mark.status != "PENDING" for mark in asset.jobs.values())
