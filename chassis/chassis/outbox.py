"""The transactional outbox: messages committed with the change they tell of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

INSERT = """
INSERT INTO outbox (id, exchange, routing_key, body, message_type, traceparent, expires_at, lease, leased_until)
SELECT t.*, $8, clock_timestamp() + $9::interval
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::text[], $7::timestamptz[]) AS t
"""
SWEEP = """
UPDATE outbox SET lease = $1, leased_until = now() + $2
WHERE id IN (SELECT id FROM outbox WHERE leased_until < now() ORDER BY leased_until LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING id, exchange, routing_key, body, message_type, traceparent, created_at, expires_at
"""
DELETE = "DELETE FROM outbox WHERE id = ANY($1::uuid[])"
DELETE_EXPIRED = "DELETE FROM outbox WHERE expires_at < now()"
POSTPONE = """
UPDATE outbox SET attempts = attempts + 1, last_error = $3, lease = NULL,
                  leased_until = now() + least(interval '30 seconds', $4::interval * (1 << least(attempts, 6)))
WHERE id = $1 AND lease = $2
"""
COUNTED_AT_MOST = 1000
"""Beyond this the exact number tells nobody more, and every probe would read the whole table."""

PENDING = """
SELECT (SELECT count(*) FROM (SELECT FROM outbox LIMIT $1) AS t) AS rows,
       (SELECT count(*) FROM (SELECT FROM outbox WHERE attempts > 0 AND expires_at IS NULL LIMIT $1) AS t) AS failing,
       coalesce(extract(epoch FROM clock_timestamp() - (
           SELECT created_at FROM outbox WHERE expires_at IS NULL ORDER BY created_at LIMIT 1)), 0)::float8
           AS oldest_seconds
"""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One committed row: where it goes, and its CloudEvents bytes."""

    id: UUID
    exchange: str
    routing_key: str
    body: bytes
    message_type: str
    created_at: datetime
    traceparent: str | None = None
    expires_at: datetime | None = None


async def insert(conn: Any, messages: Sequence[OutgoingMessage], lease: UUID, duration: timedelta) -> None:
    """Stores messages already leased by this process, which publishes them right after the commit."""
    fields = ("id", "exchange", "routing_key", "body", "message_type", "traceparent", "expires_at")
    columns: list[list[Any]] = [[getattr(m, field) for m in messages] for field in fields]
    await conn.execute(INSERT, *columns, lease, duration)


async def sweep(pool: asyncpg.Pool, lease: UUID, duration: timedelta, limit: int) -> list[OutgoingMessage]:
    """Takes over rows whose lease ran out: their process died, or their publish failed."""
    await pool.execute(DELETE_EXPIRED)
    return [OutgoingMessage(**dict(row)) for row in await pool.fetch(SWEEP, lease, duration, limit)]


async def delete(pool: asyncpg.Pool, ids: Sequence[UUID]) -> None:
    """Removes rows that the broker confirmed."""
    await pool.execute(DELETE, list(ids))


async def postpone(pool: asyncpg.Pool, message_id: UUID, lease: UUID, error: str, base: timedelta) -> None:
    """Gives a row back after a failed publish; it is due again after a delay that doubles up to 30 s."""
    await pool.execute(POSTPONE, message_id, lease, error[:500], base)


async def pending(pool: asyncpg.Pool) -> asyncpg.Record:
    """How many rows wait and how many failed, up to COUNTED_AT_MOST, and the oldest one's age in seconds.

    Replies, which expire, only count as rows.
    """
    return await pool.fetchrow(PENDING, COUNTED_AT_MOST)
