"""All SQL about requests that change something; each is the root of its cascade."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

INSERT_REQUEST = """
INSERT INTO requests (message_id, body_sha256, method, path, team_id, actor, cascade_id, trace_id, span_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (message_id) DO NOTHING
"""
FIND_REQUEST = """
SELECT message_id, body_sha256, method, path, team_id, actor, cascade_id, trace_id, span_id, at
FROM requests WHERE message_id = $1
"""
CASCADE_ROOTS = """
SELECT message_id, body_sha256, method, path, team_id, actor, cascade_id, trace_id, span_id, at
FROM requests WHERE cascade_id = ANY($1::uuid[])
"""


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request as it came first."""

    message_id: UUID
    body_sha256: str
    method: str
    path: str
    team_id: str
    actor: str
    cascade_id: UUID
    trace_id: str | None
    span_id: str | None
    at: datetime | None = None


async def insert(conn: Any, row: RequestRow) -> None:
    """Notes a request; one that was noted before stays as it is."""
    await conn.execute(
        INSERT_REQUEST,
        row.message_id,
        row.body_sha256,
        row.method,
        row.path,
        row.team_id,
        row.actor,
        row.cascade_id,
        row.trace_id,
        row.span_id,
    )


async def find(conn: Any, message_id: UUID) -> RequestRow | None:
    """The request as it came first."""
    row = await conn.fetchrow(FIND_REQUEST, message_id)
    return None if row is None else RequestRow(*row)


async def roots(conn: Any, cascade_ids: list[UUID]) -> dict[UUID, RequestRow]:
    """The requests that began these cascades."""
    return {row["cascade_id"]: RequestRow(*row) for row in await conn.fetch(CASCADE_ROOTS, cascade_ids)}
