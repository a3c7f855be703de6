"""All SQL about executions and provider runs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

TAKE_OVER = """
INSERT INTO executions (job_id) VALUES ($1)
ON CONFLICT (job_id) DO UPDATE SET epoch = executions.epoch + 1 WHERE executions.cancelled_at IS NULL RETURNING epoch
"""
CANCEL = """
INSERT INTO executions (job_id, cancelled_at) VALUES ($1, now())
ON CONFLICT (job_id) DO UPDATE SET epoch = executions.epoch + 1, cancelled_at = coalesce(executions.cancelled_at, now())
RETURNING epoch
"""
IS_CANCELLED = "SELECT cancelled_at IS NOT NULL FROM executions WHERE job_id = $1"
EPOCH = "SELECT epoch FROM executions WHERE job_id = $1"
LOCK_EPOCH = "SELECT epoch FROM executions WHERE job_id = $1 FOR UPDATE"
INSERT_RUN = """
INSERT INTO provider_runs (job_id, attempt, happened, epoch, provider, model, provider_id, cost_yen, detail, output,
                           cost_usd_micros, estimated_yen, estimated_usd_micros, images, input_tokens, output_tokens)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING
"""
INTENT_AGE = """
SELECT extract(epoch FROM clock_timestamp() - at)::float8 FROM provider_runs
WHERE job_id = $1 AND attempt = $2 AND happened = 'intent'
"""
SELECT_RUNS = "SELECT * FROM provider_runs WHERE job_id = $1 ORDER BY attempt, at"


@dataclass(frozen=True)
class Run:
    """One thing that happened to one attempt at a provider; its intent carries what it was expected to cost."""

    job_id: str
    attempt: int
    happened: str
    epoch: int
    provider: str
    model: str
    provider_id: str | None = None
    cost_yen: int = 0
    detail: str | None = None
    output: dict[str, Any] | None = None
    at: datetime | None = None
    cost_usd_micros: int = 0
    estimated_yen: int | None = None
    estimated_usd_micros: int | None = None
    images: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None


async def take_over(conn: Any, job_id: str) -> int | None:
    """Starts or takes over a job's execution; returns the new epoch, or None when the job was cancelled."""
    return await conn.fetchval(TAKE_OVER, job_id)


async def cancel(conn: Any, job_id: str) -> int:
    """Takes a job's execution over for good, begun or not; returns the new epoch."""
    return await conn.fetchval(CANCEL, job_id)


async def is_cancelled(conn: Any, job_id: str) -> bool:
    """True when the job's execution was taken over for good."""
    return bool(await conn.fetchval(IS_CANCELLED, job_id))


async def epoch(conn: Any, job_id: str) -> int | None:
    """The job's epoch at a glance; it may change at once."""
    return await conn.fetchval(EPOCH, job_id)


async def lock_epoch(conn: Any, job_id: str) -> int | None:
    """The job's epoch now, kept from changing until the transaction ends."""
    return await conn.fetchval(LOCK_EPOCH, job_id)


async def insert_run(conn: Any, run: Run) -> None:
    """Adds evidence; the same evidence twice is one row."""
    await conn.execute(
        INSERT_RUN,
        run.job_id,
        run.attempt,
        run.happened,
        run.epoch,
        run.provider,
        run.model,
        run.provider_id,
        run.cost_yen,
        run.detail,
        run.output,
        run.cost_usd_micros,
        run.estimated_yen,
        run.estimated_usd_micros,
        run.images,
        run.input_tokens,
        run.output_tokens,
    )


async def intent_age(conn: Any, job_id: str, attempt: int) -> float:
    """Seconds since an attempt's intent, by the database's clock."""
    return await conn.fetchval(INTENT_AGE, job_id, attempt)


async def runs(conn: Any, job_id: str) -> list[Run]:
    """All that happened to a job's attempts."""
    return [Run(**dict(row)) for row in await conn.fetch(SELECT_RUNS, job_id)]
