"""SQL of the copy service beyond what every asset-owning service has."""

from collections.abc import Mapping
from typing import Any

from contracts.values import CopyText, Parameter

SELECT_SIBLINGS = """
SELECT v.content FROM assets a JOIN versions v ON v.asset_id = a.id AND v.version = a.version
WHERE a.campaign_id = $1 AND a.platform = $2 AND a.id <> $3 ORDER BY a.ordinal
"""
SELECT_OUTDATED = """
SELECT id FROM assets WHERE platform = $1 AND id > $2
AND (wanted_parameters ->> 'limits' <> $3 OR wanted_parameters ->> 'promptTemplate' <> $4) ORDER BY id LIMIT $5
"""


async def siblings(conn: Any, campaign_id: str, platform: str, asset_id: str) -> tuple[CopyText, ...]:
    """The current words of the other variants for the same platform."""
    rows = await conn.fetch(SELECT_SIBLINGS, campaign_id, platform, asset_id)
    return tuple(CopyText.model_validate(row["content"]["text"]) for row in rows)


async def under_other_rules(
    conn: Any, platform: str, rules: Mapping[str, Parameter], after: str, limit: int
) -> list[str]:
    """Variants for a platform that would be written under other rules than these."""
    found = await conn.fetch(SELECT_OUTDATED, platform, after, rules["limits"], rules["promptTemplate"], limit)
    return [row["id"] for row in found]
