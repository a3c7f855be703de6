"""SQL of the image service beyond what every asset-owning service has."""

from typing import Any

SELECT_OUTDATED = """
SELECT id FROM assets WHERE id > $1 AND starts_with(wanted_parameters ->> 'prompt', $2)
AND wanted_parameters ->> 'prompt' <> $3 ORDER BY id LIMIT $4
"""


async def derived_otherwise(conn: Any, prefix: str, today: str, after: str, limit: int) -> list[str]:
    """Images whose derived prompt is that of another release; both are known by the word that stands for it."""
    return [row["id"] for row in await conn.fetch(SELECT_OUTDATED, after, prefix, today, limit)]
