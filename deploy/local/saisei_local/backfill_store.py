"""All SQL about what a service that came later is told of the time before it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

LOCK = "SELECT pg_advisory_xact_lock($1)"
NOTE_LOCK = 7_210_047
CREATE_SCHEMA = "CREATE SCHEMA IF NOT EXISTS provision"
CREATE_SERVICES = """
CREATE TABLE IF NOT EXISTS provision.services (
    name text PRIMARY KEY,
    late boolean NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now(),
    campaign_id text NOT NULL DEFAULT '',
    position bigint NOT NULL DEFAULT 0,
    told_at timestamptz
)
"""
NOTE_SERVICES = """
INSERT INTO provision.services (name, late)
SELECT name, to_regclass('gateway.alembic_version') IS NOT NULL AND to_regclass(name || '.alembic_version') IS NULL
FROM unnest($1::text[]) AS t(name)
ON CONFLICT DO NOTHING
"""
IS_NOTED = "SELECT to_regclass('provision.services') IS NOT NULL"
PENDING = "SELECT name, campaign_id, position FROM provision.services WHERE late AND told_at IS NULL ORDER BY name"
MOVE_ON = "UPDATE provision.services SET campaign_id = $2, position = $3 WHERE name = $1"
CLOSE = "UPDATE provision.services SET told_at = now() WHERE name = $1"
REOPEN = """
UPDATE provision.services SET campaign_id = '', position = 0, told_at = NULL WHERE name = $1 AND late RETURNING true
"""
OF_NO_CAMPAIGN = """
SELECT id, campaign_id, position, team_id, type, subject, source, at, actor, causation_id, correlation_id,
       data::text AS data
FROM gateway.events WHERE campaign_id IS NULL AND (at, id) > ($2, $3) AND type = ANY($1::text[])
ORDER BY at, id LIMIT $4
"""
OF_CAMPAIGNS = """
SELECT id, campaign_id, position, team_id, type, subject, source, at, actor, causation_id, correlation_id,
       data::text AS data
FROM gateway.events WHERE (campaign_id, position) > ($2, $3) AND type = ANY($1::text[])
ORDER BY campaign_id, position LIMIT $4
"""


@dataclass(frozen=True)
class Late:
    """A service that is not told everything yet, and the place in the campaigns' streams that it was told up to."""

    name: str
    campaign_id: str
    position: int


async def note_services(conn: Any, names: Collection[str]) -> None:
    """Notes services that are seen for the first time: late are those without tables where the gateway has its own."""
    async with conn.transaction():
        await conn.execute(LOCK, NOTE_LOCK)
        await conn.execute(CREATE_SCHEMA)
        await conn.execute(CREATE_SERVICES)
        await conn.execute(NOTE_SERVICES, list(names))


async def pending(conn: Any) -> list[Late]:
    """The late services that were not told everything yet; none where nothing was noted."""
    if not await conn.fetchval(IS_NOTED):
        return []
    return [Late(**dict(row)) for row in await conn.fetch(PENDING)]


async def move_on(conn: Any, service: str, campaign_id: str, position: int) -> None:
    """What comes up to here is in the service's queues."""
    await conn.execute(MOVE_ON, service, campaign_id, position)


async def close(conn: Any, service: str) -> None:
    """The service was told everything."""
    await conn.execute(CLOSE, service)


async def reopen(conn: Any, service: str) -> bool:
    """Has a late service told everything from the start; False for one that was there from the start."""
    return bool(await conn.fetchval(REOPEN, service))


async def of_no_campaign(conn: Any, types: Collection[str], after: tuple[datetime, UUID], limit: int) -> Sequence[Any]:
    """The next events that are about no campaign, such as a brand's, after this time and id."""
    return await conn.fetch(OF_NO_CAMPAIGN, list(types), *after, limit)


async def of_campaigns(conn: Any, types: Collection[str], after: tuple[str, int], limit: int) -> Sequence[Any]:
    """The next events after this campaign and position: one campaign after the other, in the order of its stream."""
    return await conn.fetch(OF_CAMPAIGNS, list(types), *after, limit)
