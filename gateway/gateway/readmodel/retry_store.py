"""All SQL that reads retry intents."""

from datetime import datetime
from typing import Any

from contracts.jobs import RetryIntent

INTENT = "SELECT state::text FROM retry_intents WHERE id = $1 AND team_id = $2"
PAGE = """
SELECT state::text FROM retry_intents
WHERE team_id = $1 AND (created_at, id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::text, ''))
ORDER BY created_at DESC, id DESC LIMIT $4
"""
# A condition that may be absent would keep a prepared statement off the index of its column.
PAGE_OF_JOB = PAGE.replace("\nORDER", " AND source_job_id = $5\nORDER")


async def intent(conn: Any, intent_id: str, team_id: str) -> RetryIntent | None:
    """A team's retry intent."""
    state = await conn.fetchval(INTENT, intent_id, team_id)
    return None if state is None else RetryIntent.model_validate_json(state)


async def intent_page(
    conn: Any, team_id: str, job_id: str | None, after: tuple[datetime, str] | None, limit: int
) -> list[RetryIntent]:
    """A team's retry intents, newest first; of one source job when it is named."""
    at, intent_id = after or (None, None)
    rows = await (
        conn.fetch(PAGE, team_id, at, intent_id, limit)
        if job_id is None
        else conn.fetch(PAGE_OF_JOB, team_id, at, intent_id, limit, job_id)
    )
    return [RetryIntent.model_validate_json(row[0]) for row in rows]
