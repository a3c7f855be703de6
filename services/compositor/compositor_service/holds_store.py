"""SQL about campaigns whose cascades are held while people decide about what there is, or have approved it."""

from typing import Any

# An older word never replaces a newer one: the version is that of the approval workflow.
NOTE_HOLD = """
INSERT INTO holds AS known (campaign_id, version, held) VALUES ($1, $2, $3)
ON CONFLICT (campaign_id) DO UPDATE SET version = $2, held = $3 WHERE known.version < $2 RETURNING true
"""
IS_HELD = "SELECT held FROM holds WHERE campaign_id = $1"
ASSETS_OF_CAMPAIGN = "SELECT id FROM assets WHERE campaign_id = $1 AND kind = $2 ORDER BY id"


async def note(conn: Any, campaign_id: str, version: int, *, held: bool) -> bool:
    """Remembers whether a campaign is held, by its workflow's newest word; False when a newer one was known."""
    return bool(await conn.fetchval(NOTE_HOLD, campaign_id, version, held))


async def is_held(conn: Any, campaign_id: str) -> bool:
    """True while nothing of the campaign is rendered by itself."""
    return bool(await conn.fetchval(IS_HELD, campaign_id))


async def assets_of(conn: Any, campaign_id: str, kind: str) -> list[str]:
    """A campaign's composites or platform images, in the order in which they are locked."""
    return [row["id"] for row in await conn.fetch(ASSETS_OF_CAMPAIGN, campaign_id, kind)]
