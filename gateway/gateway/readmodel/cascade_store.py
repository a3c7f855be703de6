"""All SQL about cascades."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

CASCADE_PAGE = """
SELECT c.id, c.first_position, c.started_at, c.last_at,
       coalesce((SELECT sum(j.cost_yen) FROM jobs j WHERE j.cascade_id = c.id::text), 0)::bigint AS cost_yen,
       (SELECT count(*) FROM jobs j
        WHERE j.cascade_id = c.id::text AND j.status IN ('PENDING', 'RUNNING')) AS unfinished_jobs
FROM cascades c
WHERE c.campaign_id = $1 AND c.first_position <= coalesce($2::bigint - 1, 9223372036854775807)
ORDER BY c.first_position DESC LIMIT $3
"""
CASCADE_EVENTS = """
SELECT id, campaign_id, position, type, subject, source, at, causation_id, trace_id, span_id, data
FROM events WHERE correlation_id = $1 AND team_id = $2 ORDER BY at, id
"""
HAS_BEGUN = "SELECT EXISTS (SELECT 1 FROM events WHERE correlation_id = $1)"
CASCADE_JOBS = "SELECT id, status, cost_yen FROM jobs WHERE cascade_id = $1"
UNRESOLVED_INVALIDATIONS = """
SELECT count(*) FROM events i
WHERE i.correlation_id = $1 AND i.type = 'composite.invalidated' AND NOT (i.data->>'held')::boolean
      AND NOT EXISTS (
          SELECT 1 FROM events r
          WHERE r.campaign_id = i.campaign_id AND r.type IN ('composite.rendered', 'render.failed', 'asset.accepted')
                AND r.data->>'assetId' = i.data->>'compositeId'
                AND (r.position > i.position OR r.causation_id = i.id))
"""


@dataclass(frozen=True, slots=True)
class CascadeRow:
    """One cascade of a campaign, in short."""

    id: UUID
    first_position: int
    started_at: datetime
    last_at: datetime
    cost_yen: int
    unfinished_jobs: int


@dataclass(frozen=True, slots=True)
class CascadeEvent:
    """One event of a cascade."""

    id: UUID
    campaign_id: str | None
    position: int | None
    type: str
    subject: str | None
    source: str
    at: datetime
    causation_id: UUID | None
    trace_id: str | None
    span_id: str | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CascadeJob:
    """What a cascade's job came to."""

    id: str
    status: str
    cost_yen: int


async def cascade_page(conn: Any, campaign_id: str, before: int | None, limit: int) -> list[CascadeRow]:
    """A campaign's cascades, newest first."""
    return [CascadeRow(*row) for row in await conn.fetch(CASCADE_PAGE, campaign_id, before, limit)]


async def cascade_events(conn: Any, cascade_id: UUID, team_id: str) -> list[CascadeEvent]:
    """Every event of a team's cascade, by time."""
    return [CascadeEvent(*row) for row in await conn.fetch(CASCADE_EVENTS, cascade_id, team_id)]


async def has_begun(conn: Any, cascade_id: UUID) -> bool:
    """True once anything has come of a cascade."""
    return await conn.fetchval(HAS_BEGUN, cascade_id)


async def cascade_jobs(conn: Any, cascade_id: UUID) -> list[CascadeJob]:
    """The jobs of a cascade."""
    return [CascadeJob(*row) for row in await conn.fetch(CASCADE_JOBS, str(cascade_id))]


async def unresolved_invalidations(conn: Any, cascade_id: UUID) -> int:
    """Composites that the cascade asked to be rendered and that nothing has become of yet."""
    return await conn.fetchval(UNRESOLVED_INVALIDATIONS, cascade_id)
