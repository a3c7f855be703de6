"""All SQL of the event stream."""

from dataclasses import dataclass
from typing import Any

STREAM_AFTER = """
SELECT position, type, subject, data::text AS data FROM events
WHERE campaign_id = $1 AND position > $2 ORDER BY position LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class StreamRow:
    """One event of a campaign's stream; `data` is its JSON."""

    position: int
    type: str
    subject: str | None
    data: str


async def after(conn: Any, campaign_id: str, position: int, limit: int) -> list[StreamRow]:
    """A campaign's events after a position, in order and without a gap."""
    return [StreamRow(*row) for row in await conn.fetch(STREAM_AFTER, campaign_id, position, limit)]
