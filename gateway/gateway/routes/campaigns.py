"""Campaigns and their briefs."""

from typing import Any

from fastapi import APIRouter, Response

from contracts.campaign import CreateCampaign, DeleteCampaign, UpdateCampaign
from contracts.values import Brief
from gateway import paging
from gateway.auth import Reader, Writer
from gateway.budgets import require_budget
from gateway.idempotency import Writing
from gateway.problems import documented
from gateway.readmodel import store
from gateway.readmodel.reader import CampaignNow
from gateway.routes.access import Id, Parts, campaign_now
from gateway.schemas.campaigns import BriefPatch, CampaignBody, CampaignList, CampaignPatch, CampaignView

router = APIRouter(prefix="/api/campaigns", tags=["campaigns"])


@router.get("", operation_id="listCampaigns", responses=documented(401, 422))
async def list_campaigns(
    gateway: Parts, principal: Reader, limit: paging.Limit = 20, cursor: paging.TimedCursor = None
) -> CampaignList:
    """The team's campaigns, newest first."""
    pool = gateway.database.pool
    keys = await store.campaign_page(pool, principal.team, paging.timed(cursor), limit + 1)
    shown, following = paging.page(keys, limit, lambda key: key)
    campaigns = await gateway.reader.many(pool, [campaign_id for _, campaign_id in shown], principal.team)
    return CampaignList(items=tuple(now.summary for now in campaigns), next_cursor=following)


@router.post(
    "",
    status_code=202,
    response_model=CampaignView,
    operation_id="createCampaign",
    responses=documented(401, 403, 404, 409, 422, 503),
)
async def create_campaign(body: CampaignBody, gateway: Parts, principal: Writer, write: Writing) -> Response:
    """Makes a campaign and starts the generation of its whole kit."""
    await write.open(body)
    if not await write.has_begun():
        await require_budget(gateway, principal.team, len(body.brief.platforms), body.images)
    brief = Brief.model_validate(body.brief.model_dump())
    reply = await write.ask(CreateCampaign(name=body.name, brand_id=body.brand_id, brief=brief, images=body.images))
    campaign_id = (reply.body or {})["campaignId"]
    location = f"/api/campaigns/{campaign_id}"
    return _whole(await campaign_now(gateway, campaign_id, principal), 202, location)


@router.get("/{campaign_id}", response_model=CampaignView, operation_id="getCampaign", responses=documented(401, 404))
async def get_campaign(campaign_id: Id, gateway: Parts, principal: Reader) -> Response:
    """One campaign with its kit, staleness and causes."""
    return _whole(await campaign_now(gateway, campaign_id, principal), 200)


@router.patch(
    "/{campaign_id}",
    response_model=CampaignView,
    operation_id="updateCampaign",
    responses=documented(401, 403, 404, 409, 422, 503),
)
async def update_campaign(
    campaign_id: Id, body: CampaignPatch, gateway: Parts, principal: Writer, write: Writing
) -> Response:
    """Changes name or brief. A changed brief makes copy and images stale; nothing is generated before consent."""
    await campaign_now(gateway, campaign_id, principal)
    await write.open(body)
    # Only what is named is sent: two people who change different fields at once both get their way.
    changes = _named(body.brief) if body.brief else {}
    await write.ask(UpdateCampaign(campaign_id=campaign_id, name=body.name, brief_changes=changes))
    return _whole(await campaign_now(gateway, campaign_id, principal), 200)


@router.delete(
    "/{campaign_id}",
    status_code=204,
    operation_id="deleteCampaign",
    responses=documented(401, 403, 404, 409, 503),
)
async def delete_campaign(campaign_id: Id, gateway: Parts, principal: Writer, write: Writing) -> None:
    """Hides a campaign; nothing of it is destroyed."""
    if not await write.open(b""):
        await campaign_now(gateway, campaign_id, principal)
    await write.ask(DeleteCampaign(campaign_id=campaign_id))


def _whole(now: CampaignNow, status: int, location: str | None = None) -> Response:
    headers = {"Location": location} if location else None
    return Response(now.body, status, headers, media_type="application/json")


def _named(patch: BriefPatch) -> dict[str, Any]:
    optional = ("register_override", "trend_report_id")
    named = patch.model_dump(mode="json", exclude_unset=True)
    return {name: value for name, value in named.items() if value is not None or name in optional}
