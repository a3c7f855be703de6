"""All SQL about how the ledger stands as a whole, of every team."""

from typing import Any

OPEN_JOBS = """
SELECT kind, status, count(*) AS jobs,
       extract(epoch FROM clock_timestamp() - min(coalesce(started_at, created_at)))::float8 AS oldest_seconds
FROM jobs WHERE status IN ('PENDING', 'RUNNING') GROUP BY kind, status
"""
# Decided is what was approved or rejected as a retry, and what somebody asked for anew.
SPEND_UNKNOWN_JOBS = """
SELECT kind, count(*) AS jobs FROM jobs AS doubtful
WHERE status = 'FAILED' AND error ->> 'code' = 'SPEND_UNKNOWN'
  AND NOT EXISTS (SELECT FROM retry_intents WHERE source_job_id = doubtful.id AND status <> 'PENDING')
  AND NOT EXISTS (SELECT FROM jobs AS later WHERE later.kind IN ('copy_variant', 'image')
                  AND later.target_id = doubtful.target_id AND later.seq > doubtful.seq)
GROUP BY kind
"""


async def open_jobs(conn: Any) -> dict[tuple[str, str], tuple[int, float]]:
    """By kind and status, how many jobs have not ended, and how many seconds the oldest has been like that."""
    rows = await conn.fetch(OPEN_JOBS)
    return {(row["kind"], row["status"]): (row["jobs"], row["oldest_seconds"]) for row in rows}


async def spend_unknown_jobs(conn: Any) -> dict[str, int]:
    """By kind, how many jobs ended as SPEND_UNKNOWN and wait for somebody's decision."""
    return {row["kind"]: row["jobs"] for row in await conn.fetch(SPEND_UNKNOWN_JOBS)}
