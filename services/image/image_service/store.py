"""SQL of the image service beyond what every asset-owning service has."""

from datetime import timedelta
from typing import Any

SELECT_OUTDATED = """
SELECT id FROM assets WHERE id > $1 AND starts_with(wanted_parameters ->> 'prompt', $2)
AND wanted_parameters ->> 'prompt' <> $3 ORDER BY id LIMIT $4
"""
INSERT_NOTICE = """
INSERT INTO run_notices (webhook_id, provider_id, status) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
"""
COUNT_NOTICES = "SELECT count(*) FROM run_notices WHERE provider_id = $1"
DELETE_NOTICES = """
DELETE FROM run_notices WHERE webhook_id IN (
    SELECT webhook_id FROM run_notices WHERE heard_at < now() - $1::interval ORDER BY heard_at LIMIT $2)
"""


async def derived_otherwise(conn: Any, prefix: str, today: str, after: str, limit: int) -> list[str]:
    """Images whose derived prompt is that of another release; both are known by the word that stands for it."""
    return [row["id"] for row in await conn.fetch(SELECT_OUTDATED, after, prefix, today, limit)]


async def insert_notice(conn: Any, webhook_id: str, provider_id: str, status: str) -> None:
    """Notes what the provider said of a run; the same webhook twice is one row."""
    await conn.execute(INSERT_NOTICE, webhook_id, provider_id, status)


async def count_notices(conn: Any, provider_id: str) -> int:
    """How often the provider said that a run has ended."""
    return await conn.fetchval(COUNT_NOTICES, provider_id)


async def delete_notices(conn: Any, age: timedelta, limit: int) -> int:
    """Deletes one batch of notices older than `age`; returns how many."""
    return int((await conn.execute(DELETE_NOTICES, age, limit)).split()[-1])
