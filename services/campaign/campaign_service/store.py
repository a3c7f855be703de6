"""All SQL of the campaign service."""

from dataclasses import dataclass
from typing import Any

from contracts.campaign import BrandState, BriefState
from contracts.values import BrandProfile, Brief, KitAsset

INSERT_BRAND = "INSERT INTO brands (id, team_id, version) VALUES ($1, $2, $3)"
INSERT_BRAND_VERSION = """
INSERT INTO brand_versions (brand_id, version, sha256, profile, made_by) VALUES ($1, $2, $3, $4, $5)
"""
# What is current is read by a statement of its own: one that waited for a lock would still see the versions of before.
LOCK_BRAND = "SELECT FROM brands WHERE id = $1 AND team_id = $2 FOR UPDATE"
SELECT_BRAND = """
SELECT b.id, b.version, v.sha256, v.profile FROM brands b
JOIN brand_versions v ON v.brand_id = b.id AND v.version = b.version
WHERE b.id = $1 AND b.team_id = $2
"""
SET_BRAND_VERSION = "UPDATE brands SET version = $2 WHERE id = $1 AND version < $2"

INSERT_CAMPAIGN = """
INSERT INTO campaigns (id, team_id, brand_id, name, brief_version, created_by) VALUES ($1, $2, $3, $4, $5, $6)
"""
INSERT_BRIEF_VERSION = """
INSERT INTO brief_versions (campaign_id, version, sha256, brief, made_by) VALUES ($1, $2, $3, $4, $5)
"""
LOCK_CAMPAIGN = "SELECT FROM campaigns WHERE id = $1 FOR UPDATE"
SELECT_CAMPAIGN = """
SELECT c.id, c.team_id, c.brand_id, c.name, c.revision, c.brief_version, c.announced, v.sha256, v.brief
FROM campaigns c JOIN brief_versions v ON v.campaign_id = c.id AND v.version = c.brief_version
WHERE c.id = $1 AND c.deleted_at IS NULL
"""
SET_CAMPAIGN = """
UPDATE campaigns SET name = $2, brief_version = $3, revision = $4 WHERE id = $1 AND revision < $4
"""
DELETE_CAMPAIGN = "UPDATE campaigns SET deleted_at = now() WHERE id = $1"
SET_ANNOUNCED = "UPDATE campaigns SET announced = $2 WHERE id = $1"

INSERT_KIT_ASSET = """
INSERT INTO kit_assets (asset_id, campaign_id, kind, ordinal, upstream) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
"""
NEXT_IMAGE_ORDINAL = """
SELECT coalesce(max(ordinal), 0) + 1 FROM kit_assets WHERE campaign_id = $1 AND kind = 'image'
"""
MARK_MADE = "UPDATE kit_assets SET made = true WHERE asset_id = $1 AND NOT made RETURNING campaign_id"
MARK_FAILED = "UPDATE kit_assets SET failed = true WHERE asset_id = $1 AND NOT failed RETURNING campaign_id"
# What rests on an asset that was never made will not be made either, so nobody waits for it.
SELECT_UNSETTLED = """
WITH RECURSIVE settled AS (
    SELECT asset_id FROM kit_assets WHERE campaign_id = $1 AND failed AND NOT made
    UNION SELECT k.asset_id FROM kit_assets k JOIN settled s ON s.asset_id = ANY (k.upstream)
    WHERE k.campaign_id = $1 AND NOT k.made
)
SELECT count(*) FROM kit_assets k WHERE k.campaign_id = $1 AND NOT k.made
AND NOT EXISTS (SELECT FROM settled s WHERE s.asset_id = k.asset_id)
"""
SELECT_FAILED = """
SELECT asset_id FROM kit_assets WHERE campaign_id = $1 AND failed AND NOT made ORDER BY asset_id
"""


@dataclass(frozen=True)
class Campaign:
    """A campaign with its current brief."""

    id: str
    team_id: str
    brand_id: str
    name: str
    revision: int
    announced: str | None
    brief: BriefState


async def insert_brand(conn: Any, team_id: str, brand: BrandState, made_by: str) -> None:
    """Adds a brand with its first version."""
    await conn.execute(INSERT_BRAND, brand.id, team_id, brand.version)
    await _insert_brand_version(conn, brand, made_by)


async def lock_brand(conn: Any, team_id: str, brand_id: str) -> BrandState | None:
    """A team's brand, locked."""
    await conn.execute(LOCK_BRAND, brand_id, team_id)
    row = await conn.fetchrow(SELECT_BRAND, brand_id, team_id)
    if row is None:
        return None
    profile = BrandProfile.model_validate(row["profile"])
    return BrandState(id=row["id"], version=row["version"], sha256=row["sha256"], profile=profile)


async def add_brand_version(conn: Any, brand: BrandState, made_by: str) -> None:
    """Makes a newer version the brand's current one."""
    await _insert_brand_version(conn, brand, made_by)
    await conn.execute(SET_BRAND_VERSION, brand.id, brand.version)


async def insert_campaign(conn: Any, campaign: Campaign, made_by: str) -> None:
    """Adds a campaign with its first brief."""
    await conn.execute(
        INSERT_CAMPAIGN,
        campaign.id,
        campaign.team_id,
        campaign.brand_id,
        campaign.name,
        campaign.brief.version,
        made_by,
    )
    await add_brief_version(conn, campaign.id, campaign.brief, made_by)


async def add_brief_version(conn: Any, campaign_id: str, brief: BriefState, made_by: str) -> None:
    """Keeps one version of a brief for good."""
    content = brief.brief.model_dump(mode="json")
    await conn.execute(INSERT_BRIEF_VERSION, campaign_id, brief.version, brief.sha256, content, made_by)


async def lock_campaign(conn: Any, campaign_id: str) -> Campaign | None:
    """A campaign that was not deleted, locked."""
    await conn.execute(LOCK_CAMPAIGN, campaign_id)
    row = await conn.fetchrow(SELECT_CAMPAIGN, campaign_id)
    if row is None:
        return None
    brief = BriefState(version=row["brief_version"], sha256=row["sha256"], brief=Brief.model_validate(row["brief"]))
    return Campaign(row["id"], row["team_id"], row["brand_id"], row["name"], row["revision"], row["announced"], brief)


async def set_campaign(conn: Any, campaign: Campaign) -> None:
    """Stores a newer revision."""
    await conn.execute(SET_CAMPAIGN, campaign.id, campaign.name, campaign.brief.version, campaign.revision)


async def delete_campaign(conn: Any, campaign_id: str) -> None:
    """Soft delete."""
    await conn.execute(DELETE_CAMPAIGN, campaign_id)


async def insert_kit(conn: Any, campaign_id: str, kit: tuple[KitAsset, ...]) -> None:
    """Notes the assets whose making the campaign waits for."""
    rows = [(asset.id, campaign_id, asset.kind, asset.ordinal, list(asset.upstream.values())) for asset in kit]
    await conn.executemany(INSERT_KIT_ASSET, rows)


async def next_image_ordinal(conn: Any, campaign_id: str) -> int:
    """The number that the next base image gets."""
    return await conn.fetchval(NEXT_IMAGE_ORDINAL, campaign_id)


async def mark_made(conn: Any, asset_id: str) -> str | None:
    """Notes that an asset exists; the campaign's id when that is news."""
    return await conn.fetchval(MARK_MADE, asset_id)


async def mark_failed(conn: Any, asset_id: str) -> str | None:
    """Notes that making an asset failed; the campaign's id when that is news."""
    return await conn.fetchval(MARK_FAILED, asset_id)


async def unsettled(conn: Any, campaign_id: str) -> int:
    """How many assets may still be made: they do not exist, and neither they nor anything they rest on failed."""
    return await conn.fetchval(SELECT_UNSETTLED, campaign_id)


async def failed_assets(conn: Any, campaign_id: str) -> tuple[str, ...]:
    """Assets that were never made because their making failed."""
    return tuple(row["asset_id"] for row in await conn.fetch(SELECT_FAILED, campaign_id))


async def set_announced(conn: Any, campaign_id: str, status: str | None) -> None:
    """Remembers what was announced last."""
    await conn.execute(SET_ANNOUNCED, campaign_id, status)


async def _insert_brand_version(conn: Any, brand: BrandState, made_by: str) -> None:
    profile = brand.profile.model_dump(mode="json")
    await conn.execute(INSERT_BRAND_VERSION, brand.id, brand.version, brand.sha256, profile, made_by)
