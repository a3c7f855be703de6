"""SQL of the copy service beyond what every asset-owning service has."""

from typing import Any

from contracts.values import CopyText

SELECT_SIBLINGS = """
SELECT v.content FROM assets a JOIN versions v ON v.asset_id = a.id AND v.version = a.version
WHERE a.campaign_id = $1 AND a.platform = $2 AND a.id <> $3 ORDER BY a.ordinal
"""


async def siblings(conn: Any, campaign_id: str, platform: str, asset_id: str) -> tuple[CopyText, ...]:
    """The current words of the other variants for the same platform."""
    rows = await conn.fetch(SELECT_SIBLINGS, campaign_id, platform, asset_id)
    return tuple(CopyText.model_validate(row["content"]["text"]) for row in rows)
