"""All SQL about campaigns and their newest content; an older word never replaces a newer one."""

from typing import Any

from assets import store as assets_store
from assets.mirror import brand_of, brief_of
from contracts.produced import Produced
from contracts.values import KitAsset
from qa_service.kit import Content, Kit

NOTE_CAMPAIGN = """
INSERT INTO campaigns (id, team_id, brand_id, whole) VALUES ($1, $2, $3, $4)
ON CONFLICT (id) DO UPDATE SET brand_id = $3, whole = campaigns.whole OR $4
"""
DELETE_CAMPAIGN = """
INSERT INTO campaigns (id, team_id, deleted) VALUES ($1, $2, true) ON CONFLICT (id) DO UPDATE SET deleted = true
"""
SELECT_CAMPAIGN = "SELECT brand_id, whole FROM campaigns WHERE id = $1 AND team_id = $2 AND NOT deleted"
LOCK_CAMPAIGN = "SELECT true FROM campaigns WHERE id = $1 AND NOT deleted FOR UPDATE"
NEXT_NUMBER = "UPDATE campaigns SET newest_report = newest_report + 1 WHERE id = $1 RETURNING newest_report"
PLAN = """
INSERT INTO contents (asset_id, campaign_id, kind, planned, platform, variant_label, placement)
VALUES ($1, $2, $3, true, $4, $5, $6)
ON CONFLICT (asset_id) DO UPDATE SET planned = true, platform = $4, variant_label = $5, placement = $6
WHERE NOT contents.planned RETURNING true
"""
LEARN = """
INSERT INTO contents AS known (asset_id, campaign_id, kind, version, sha256, media_type, width, height, bytes, contrast,
                               text)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (asset_id) DO UPDATE SET version = $4, sha256 = $5, media_type = $6, width = $7, height = $8, bytes = $9,
                                     contrast = $10, text = $11
WHERE known.version < $4 RETURNING true
"""
SELECT_CONTENTS = """
SELECT asset_id, kind, platform, variant_label, placement, sha256, media_type, width, height, bytes, contrast, text
FROM contents WHERE campaign_id = $1 AND planned ORDER BY asset_id
"""


async def note_campaign(conn: Any, campaign_id: str, team_id: str, brand_id: str, *, whole: bool) -> None:
    """Notes a campaign; `whole` when its whole plan came with the word of it."""
    await conn.execute(NOTE_CAMPAIGN, campaign_id, team_id, brand_id, whole)


async def delete_campaign(conn: Any, campaign_id: str, team_id: str) -> None:
    """Marks a campaign as deleted, known or not."""
    await conn.execute(DELETE_CAMPAIGN, campaign_id, team_id)


async def lock_campaign(conn: Any, campaign_id: str) -> bool:
    """Keeps other writers of a campaign's reports away; False when it was deleted."""
    return bool(await conn.fetchval(LOCK_CAMPAIGN, campaign_id))


async def next_number(conn: Any, campaign_id: str) -> int:
    """The number of a campaign's next report, which nobody else gets; locks the campaign."""
    return await conn.fetchval(NEXT_NUMBER, campaign_id)


async def plan(conn: Any, campaign_id: str, asset: KitAsset) -> bool:
    """Notes that an asset belongs to a kit; False when that was known."""
    places = (asset.platform, asset.variant_label, asset.placement)
    return bool(await conn.fetchval(PLAN, asset.id, campaign_id, asset.kind, *places))


async def learn(conn: Any, kind: str, event: Produced, contrast: int | None, text: dict[str, Any] | None) -> bool:
    """Notes an asset's version; False when one as new is known."""
    picture = (event.media_type, event.width, event.height, event.bytes, contrast)
    fields = (event.asset_id, event.campaign_id, kind, event.version, event.sha256, *picture, text)
    return bool(await conn.fetchval(LEARN, *fields))


async def kit(conn: Any, campaign_id: str, team_id: str) -> Kit | None:
    """A campaign's kit as it stands; None when the team has no such campaign, or brief or brand are not here yet."""
    campaign = await conn.fetchrow(SELECT_CAMPAIGN, campaign_id, team_id)
    if campaign is None:
        return None
    pieces = await assets_store.pieces(conn, [campaign_id, campaign["brand_id"]])
    brief, brand = pieces.get(campaign_id), pieces.get(campaign["brand_id"])
    if brief is None or brand is None:
        return None
    return Kit(
        campaign_id=campaign_id,
        whole=campaign["whole"],
        contents=[Content(**dict(row)) for row in await conn.fetch(SELECT_CONTENTS, campaign_id)],
        brief=brief_of(brief),
        brief_sha256=brief.sha256,
        brief_version=brief.version,
        brand=brand_of(brand),
        brand_version=brand.version,
    )
