"""Pure reducers of campaigns and brands."""

from datetime import datetime
from typing import Any

from contracts.campaign import BrandState, BriefState, CampaignCreated, CampaignDeleted, CampaignUpdated
from contracts.envelope import Envelope
from gateway.projection.state import BrandVersion, CampaignState

FIRST_REVISION = 1


def created(campaign: CampaignState, event: CampaignCreated, envelope: Envelope) -> CampaignState:
    """The campaign with what only its creation tells."""
    campaign = _described(campaign, FIRST_REVISION, event.name, event.brand.id)
    return _with_brief(campaign, event.brief).model_copy(
        update={
            "parent_campaign_id": event.parent_campaign_id,
            "template_id": event.template_id,
            "created_by": envelope.actor,
            "created_at": envelope.time,
        }
    )


def updated(campaign: CampaignState, event: CampaignUpdated) -> CampaignState:
    """The campaign at a later revision."""
    return _with_brief(_described(campaign, event.revision, event.name, event.brand_id), event.brief)


def deleted(campaign: CampaignState, _event: CampaignDeleted, envelope: Envelope) -> CampaignState:
    """The campaign hidden from everybody."""
    return campaign.model_copy(update={"deleted_at": envelope.time})


def brand_version(known: BrandVersion | None, brand: BrandState, team_id: str, at: datetime) -> BrandVersion:
    """The brand at the newer of what was known and what is told."""
    told = BrandVersion(
        id=brand.id,
        team_id=team_id,
        version=brand.version,
        sha256=brand.sha256,
        profile=brand.profile,
        first_heard_at=at,
        updated_at=at,
    )
    if known is None:
        return told
    newer = told if known.version < told.version else known
    heard = {"first_heard_at": min(known.first_heard_at, at)}
    if known.version == told.version:
        heard["updated_at"] = min(known.updated_at, at)
    return newer.model_copy(update=heard)


def _described(campaign: CampaignState, revision: int, name: str, brand_id: str) -> CampaignState:
    if revision <= campaign.revision:
        return campaign
    return campaign.model_copy(update={"revision": revision, "name": name, "brand_id": brand_id})


def _with_brief(campaign: CampaignState, told: BriefState) -> CampaignState:
    if told.version <= campaign.brief_version:
        return campaign
    update: dict[str, Any] = {
        "brief": told.brief,
        "brief_version": told.version,
        "brief_sha256": told.sha256,
    }
    return campaign.model_copy(update=update)
