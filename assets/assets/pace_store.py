"""All SQL about how fast providers may be called."""

from typing import Any

# `full_at` is when the calls made so far would be due if they came one interval apart; a call may be early by a whole
# burst. The one statement decides and counts, so replicas cannot both take the same turn.
TAKE = """
WITH turn AS (
    INSERT INTO call_rates AS known (provider, full_at)
    VALUES ($1, clock_timestamp() + make_interval(secs => $2::float8))
    ON CONFLICT (provider) DO UPDATE
    SET full_at = greatest(known.full_at, clock_timestamp()) + make_interval(secs => $2::float8)
    WHERE known.full_at <= clock_timestamp() + make_interval(secs => $3::float8)
    RETURNING provider
)
SELECT EXISTS (SELECT 1 FROM turn) AS taken,
       (SELECT extract(epoch FROM full_at - clock_timestamp())::float8 - $3::float8 FROM call_rates
        WHERE provider = $1) AS wait
"""
PUSH_BACK = """
INSERT INTO call_rates AS known (provider, full_at) VALUES ($1, clock_timestamp() + make_interval(secs => $2::float8))
ON CONFLICT (provider) DO UPDATE SET full_at = greatest(known.full_at, EXCLUDED.full_at)
"""


async def take(conn: Any, provider: str, interval: float, burst: float) -> float | None:
    """None when a call may be made now, which counts as made; else seconds until the next may, as far as is known.

    `interval` and `burst` are in seconds: between calls, and how early one may come.
    """
    row = await conn.fetchrow(TAKE, provider, interval, burst)
    return None if row["taken"] else row["wait"] or 0.0


async def push_back(conn: Any, provider: str, seconds: float) -> None:
    """No call counts as due before this many seconds are over."""
    await conn.execute(PUSH_BACK, provider, seconds)
