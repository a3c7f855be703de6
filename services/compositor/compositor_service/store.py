"""SQL of the compositor beyond what every asset-owning service has."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.values import AssetKind

CLAIM_RENDER = """
INSERT INTO renders (asset_id, input_hash, holder, leased_until) VALUES ($1, $2, $3, now() + interval '2 minutes')
ON CONFLICT (asset_id, input_hash) DO UPDATE SET holder = $3, leased_until = now() + interval '2 minutes'
WHERE renders.leased_until < now() RETURNING true
"""
RENDERS_OF = "DELETE FROM renders WHERE holder = $1 RETURNING asset_id, input_hash"
END_RENDER = "DELETE FROM renders WHERE asset_id = $1 AND input_hash = $2"
# What is up to date is read as well: else a page took as long as it is far to the next asset that is not.
SELECT_PAGE = """
SELECT id, (wanted_parameters ->> 'entry', wanted_parameters ->> 'renderer') IS DISTINCT FROM ($4, $5) AS outdated
FROM assets WHERE kind = $1 AND coalesce(placement, platform) = $2 AND id > $3 ORDER BY id LIMIT $6
"""
COMPOSITES_OF_BRAND = """
SELECT id FROM assets WHERE wanted_upstream ->> 'brand' = $1 AND id > $2
AND NOT EXISTS (SELECT FROM deleted_campaigns d WHERE d.campaign_id = assets.campaign_id) ORDER BY id LIMIT $3
"""
DELETE_CAMPAIGN = "INSERT INTO deleted_campaigns (campaign_id) VALUES ($1) ON CONFLICT DO NOTHING"
IS_DELETED = "SELECT true FROM deleted_campaigns WHERE campaign_id = $1"
LOCK_CAMPAIGN = "SELECT pg_advisory_xact_lock(hashtextextended('compositor/' || $1, 0))"
NOTE_FAILED_REQUEST = """
INSERT INTO failed_requests (asset_id, seq, input_hash) VALUES ($1, $2, $3)
ON CONFLICT (asset_id) DO UPDATE SET seq = $2, input_hash = $3 WHERE failed_requests.seq < $2
"""
# A newer request, whatever became of it, is the latest one.
LATEST_FAILED = """
SELECT f.input_hash FROM failed_requests f JOIN assets a ON a.id = f.asset_id AND a.newest_seq = f.seq WHERE a.id = $1
"""
NEXT_SEQ = "UPDATE assets SET newest_seq = newest_seq + 1 WHERE id = $1 RETURNING newest_seq"


@dataclass(frozen=True)
class Page:
    """Assets among one page that were planned with another renderer or registry entry; `last` is None at the end."""

    last: str | None
    outdated: list[str]


async def lock_campaign(conn: Any, campaign_id: str) -> None:
    """One at a time plans a campaign's composites or learns of a piece, else neither might see the other's word."""
    await conn.execute(LOCK_CAMPAIGN, campaign_id)


async def composites_of_brand(conn: Any, brand_id: str, after: str, limit: int) -> list[str]:
    """The next composites of a brand in the order of their ids, without those of deleted campaigns."""
    return [row["id"] for row in await conn.fetch(COMPOSITES_OF_BRAND, brand_id, after, limit)]


async def delete_campaign(conn: Any, campaign_id: str) -> None:
    """Remembers that a campaign was deleted, perhaps before it was heard of."""
    await conn.execute(DELETE_CAMPAIGN, campaign_id)


async def is_deleted(conn: Any, campaign_id: str) -> bool:
    """True when nobody looks at the campaign any more."""
    return bool(await conn.fetchval(IS_DELETED, campaign_id))


async def claim_render(conn: Any, asset_id: str, input_hash: str, holder: UUID) -> bool:
    """True for the one message that may render this need now."""
    return bool(await conn.fetchval(CLAIM_RENDER, asset_id, input_hash, holder))


async def end_render(conn: Any, asset_id: str, input_hash: str) -> None:
    """The need is met, or given up."""
    await conn.execute(END_RENDER, asset_id, input_hash)


async def end_renders_of(conn: Any, holder: UUID) -> list[tuple[str, str]]:
    """Frees all that a message has claimed: asset ids with the hash of the inputs to render from."""
    rows = await conn.fetch(RENDERS_OF, holder)
    return sorted((row["asset_id"], row["input_hash"]) for row in rows)


async def page_of_assets(
    conn: Any, kind: AssetKind, place: str, after: str, entry: str, renderer: str, limit: int
) -> Page:
    """The next assets of a place in the order of their ids."""
    rows = await conn.fetch(SELECT_PAGE, kind, place, after, entry, renderer, limit)
    last = rows[-1]["id"] if len(rows) == limit else None
    return Page(last, [row["id"] for row in rows if row["outdated"]])


async def next_seq(conn: Any, asset_id: str) -> int:
    """The place of a new request among all requests for the asset."""
    return await conn.fetchval(NEXT_SEQ, asset_id)


async def note_failed_request(conn: Any, asset_id: str, seq: int, input_hash: str) -> None:
    """Keeps what the newest failed job of an asset was to be rendered from."""
    await conn.execute(NOTE_FAILED_REQUEST, asset_id, seq, input_hash)


async def latest_failed(conn: Any, asset_id: str) -> str | None:
    """The hash of the inputs that the asset's latest job failed on; None when that job did not fail."""
    return await conn.fetchval(LATEST_FAILED, asset_id)
