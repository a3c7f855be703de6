"""Use cases of the campaign service."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from campaign_service import store
from campaign_service.domain import MAX_BASE_IMAGES, changed_brief, changed_profile, check_brief, plan_image, plan_kit
from campaign_service.errors import InvalidBrief, UnknownBrand, UnknownCampaign
from campaign_service.store import Campaign
from chassis.transaction import Transaction, reply_ok
from contracts.campaign import (
    AddPhoto,
    BrandCreated,
    BrandState,
    BrandUpdated,
    BriefState,
    CampaignCreated,
    CampaignDeleted,
    CampaignUpdated,
    CreateBrand,
    CreateCampaign,
    DeleteCampaign,
    UpdateBrand,
    UpdateCampaign,
)
from contracts.envelope import Reply
from contracts.values import PlatformName
from lineage.canonical import content_hash
from platforms.registry import load_registry


async def create_brand(command: CreateBrand, tx: Transaction) -> Reply:
    """Adds a brand to the team."""
    profile = command.profile
    brand = BrandState(id=str(uuid4()), version=1, sha256=content_hash(profile), profile=profile)
    await store.insert_brand(tx.conn, tx.team_id, brand, tx.actor)
    tx.acted_on("brand", brand.id, after=profile)
    tx.emit(BrandCreated(brand=brand), subject=brand.id)
    return reply_ok({"brandId": brand.id}, status=201)


async def update_brand(command: UpdateBrand, tx: Transaction) -> Reply:
    """Changes a brand; a change that changes nothing adds no version."""
    brand = await _brand(tx, command.brand_id)
    profile = changed_profile(brand.profile, command.changes)
    tx.acted_on("brand", brand.id, before=brand.profile, after=profile)
    digest = content_hash(profile)
    if digest != brand.sha256:
        brand = BrandState(id=brand.id, version=brand.version + 1, sha256=digest, profile=profile)
        await store.add_brand_version(tx.conn, brand, tx.actor)
        tx.emit(BrandUpdated(brand=brand), subject=brand.id)
    return reply_ok({"brandId": brand.id})


async def create_campaign(command: CreateCampaign, tx: Transaction) -> Reply:
    """Adds a campaign and plans its whole kit; its jobs follow from `campaign.created`."""
    check_brief(command.brief, command.images)
    brand = await _brand(tx, command.brand_id)
    brief = BriefState(version=1, sha256=content_hash(command.brief), brief=command.brief)
    campaign = Campaign(str(uuid4()), tx.team_id, brand.id, command.name, 1, None, brief)
    kit = plan_kit(campaign.id, brand.id, brief.brief.platforms, command.images, _placements)
    await store.insert_campaign(tx.conn, campaign, tx.actor)
    await store.insert_kit(tx.conn, campaign.id, kit)
    event = CampaignCreated(campaign_id=campaign.id, name=campaign.name, brand=brand, brief=brief, kit=kit)
    tx.acted_on("campaign", campaign.id, campaign_id=campaign.id)
    tx.emit(event, subject=campaign.id)
    return reply_ok({"campaignId": campaign.id}, status=202)


async def update_campaign(command: UpdateCampaign, tx: Transaction) -> Reply:
    """Changes name or brief; a change that changes nothing adds no version."""
    campaign = await _campaign(tx, command.campaign_id)
    brief = _next_brief(campaign, command)
    changed = replace(campaign, name=command.name or campaign.name, brief=brief, revision=campaign.revision + 1)
    tx.acted_on("campaign", campaign.id, campaign_id=campaign.id, before=_said(campaign), after=_said(changed))
    if (changed.name, changed.brief) != (campaign.name, campaign.brief):
        if brief != campaign.brief:
            await store.add_brief_version(tx.conn, campaign.id, brief, tx.actor)
        await store.set_campaign(tx.conn, changed)
        tx.emit(_updated(changed), subject=campaign.id)
    return reply_ok({"campaignId": campaign.id})


async def delete_campaign(command: DeleteCampaign, tx: Transaction) -> Reply:
    """Hides a campaign; nothing of it is destroyed."""
    campaign = await _campaign(tx, command.campaign_id)
    await store.delete_campaign(tx.conn, campaign.id)
    tx.acted_on("campaign", campaign.id, campaign_id=campaign.id, before={"name": campaign.name}, after={})
    tx.emit(CampaignDeleted(campaign_id=campaign.id), subject=campaign.id)
    return reply_ok({"campaignId": campaign.id})


async def add_photo(command: AddPhoto, tx: Transaction) -> Reply:
    """Takes a person's own photo in as a further base image, with composites for every platform."""
    campaign = await _campaign(tx, command.campaign_id)
    ordinal = await store.next_image_ordinal(tx.conn, campaign.id)
    if ordinal > MAX_BASE_IMAGES:
        raise InvalidBrief(f"a campaign holds at most {MAX_BASE_IMAGES} base images; replace one instead")
    platforms = campaign.brief.brief.platforms
    added = plan_image(campaign.id, campaign.brand_id, platforms, ordinal, _placements, command.photo)
    changed = replace(campaign, revision=campaign.revision + 1)
    await store.insert_kit(tx.conn, campaign.id, added)
    await store.set_campaign(tx.conn, changed)
    tx.acted_on("image", added[0].id, campaign_id=campaign.id)
    # The kit has grown, so that it is complete will be told again.
    await store.set_announced(tx.conn, campaign.id, None)
    tx.emit(_updated(changed).model_copy(update={"added": added, "reopen": command.reopen}), subject=campaign.id)
    return reply_ok({"campaignId": campaign.id, "assetId": added[0].id}, status=202)


def _placements(platform: PlatformName) -> tuple[str, ...]:
    return tuple(placement.global_id for placement in load_registry().default_placements(platform))


def _next_brief(campaign: Campaign, command: UpdateCampaign) -> BriefState:
    brief = changed_brief(command.brief or campaign.brief.brief, command.brief_changes)
    if content_hash(brief) == campaign.brief.sha256:
        return campaign.brief
    check_brief(brief, images=1)
    if brief.platforms != campaign.brief.brief.platforms:
        raise InvalidBrief("a campaign's platforms stay as they were created; create another campaign for others")
    return BriefState(version=campaign.brief.version + 1, sha256=content_hash(brief), brief=brief)


def _said(campaign: Campaign) -> dict[str, Any]:
    return {"name": campaign.name, "brief": campaign.brief.brief.model_dump(mode="json", by_alias=True)}


def _updated(campaign: Campaign) -> CampaignUpdated:
    return CampaignUpdated(
        campaign_id=campaign.id,
        revision=campaign.revision,
        name=campaign.name,
        brand_id=campaign.brand_id,
        brief=campaign.brief,
    )


async def _brand(tx: Transaction, brand_id: str) -> BrandState:
    brand = await store.lock_brand(tx.conn, tx.team_id, brand_id)
    if brand is None:
        raise UnknownBrand(f"your team has no brand {brand_id}; GET /api/brands tells what there is")
    return brand


async def _campaign(tx: Transaction, campaign_id: str) -> Campaign:
    campaign = await store.lock_campaign(tx.conn, campaign_id)
    if campaign is None or campaign.team_id != tx.team_id:
        raise UnknownCampaign(f"there is no campaign {campaign_id}")
    return campaign
