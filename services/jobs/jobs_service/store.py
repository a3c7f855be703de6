"""All SQL of the jobs service."""

from collections.abc import Sequence
from typing import Any

from contracts.jobs import Attempt
from contracts.values import JobOptions
from jobs_service.domain import Job, Target

INSERT_TARGET = """
INSERT INTO targets (asset_id, team_id, campaign_id, kind, platform, variant_label, is_photo)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
"""
LOCK_TARGET = "SELECT * FROM targets WHERE asset_id = $1 AND team_id = $2 AND campaign_id = $3 FOR UPDATE"
LOCK_REQUESTS = "SELECT pg_advisory_xact_lock(hashtextextended('jobs/' || $1, 0))"
LATEST_JOB = """
SELECT * FROM jobs WHERE target_id = $1 AND status NOT IN ('CANCELLED', 'SUPERSEDED') ORDER BY seq DESC LIMIT 1
"""
INSERT_JOB = """
INSERT INTO jobs (id, team_id, campaign_id, kind, target_id, seq, status, options, basis, requested_by, cascade_id,
                  reason, retry_of_job_id, retry_intent_id, estimated_yen, reopen)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (id) DO NOTHING RETURNING true
"""
SET_RUNNING = """
UPDATE jobs SET status = 'RUNNING', epoch = greatest(jobs.epoch, $2), started_at = coalesce(jobs.started_at, now())
FROM (SELECT id, status FROM jobs WHERE id = $1 AND status IN ('PENDING', 'RUNNING') FOR UPDATE) AS was
WHERE jobs.id = was.id RETURNING was.status = 'PENDING'
"""
SET_ENDED = """
UPDATE jobs SET status = $2, result = $3, error = $4, attempts = $5, cost_yen = $6, ended_at = now()
WHERE id = $1 AND status IN ('PENDING', 'RUNNING') RETURNING true
"""
SET_CANCELLED = """
UPDATE jobs SET status = 'CANCELLED', billed = $2, attempts = $3, cost_yen = $4, ended_at = now()
WHERE id = $1 AND status IN ('PENDING', 'RUNNING') RETURNING true
"""
REQUEST_CANCEL = """
UPDATE jobs SET cancel_requested_by = $3, cancel_requested_at = now()
WHERE id = $1 AND team_id = $2 AND status IN ('PENDING', 'RUNNING') AND cancel_requested_by IS NULL RETURNING *
"""
JOB_BY_ID = "SELECT * FROM jobs WHERE id = $1 AND team_id = $2"
NEWEST_SEQ = "SELECT coalesce(max(seq), 0) FROM jobs WHERE target_id = $1"
JOB_EXISTS = "SELECT true FROM jobs WHERE id = $1"


async def insert_target(conn: Any, target: Target) -> None:
    """Notes an asset that jobs can be requested for."""
    await conn.execute(
        INSERT_TARGET,
        target.asset_id,
        target.team_id,
        target.campaign_id,
        target.kind,
        target.platform,
        target.variant_label,
        target.is_photo,
    )


async def lock_target(conn: Any, team_id: str, campaign_id: str, asset_id: str) -> Target | None:
    """A team's asset, locked so that requests for it are put in order."""
    row = await conn.fetchrow(LOCK_TARGET, asset_id, team_id, campaign_id)
    return None if row is None else Target(**dict(row))


async def lock_requests(conn: Any, target_id: str) -> None:
    """Puts requests in order for what is no target here: a render, which is numbered here only when it is retried."""
    await conn.execute(LOCK_REQUESTS, target_id)


async def latest_job(conn: Any, target_id: str) -> Job | None:
    """The newest request for a target that came to something or still may; the others say nothing of a failure."""
    row = await conn.fetchrow(LATEST_JOB, target_id)
    return None if row is None else _job(row)


async def job(conn: Any, team_id: str, job_id: str) -> Job | None:
    """A team's job."""
    row = await conn.fetchrow(JOB_BY_ID, job_id, team_id)
    return None if row is None else _job(row)


async def newest_seq(conn: Any, target_id: str) -> int:
    """The highest number that a request for this target has."""
    return await conn.fetchval(NEWEST_SEQ, target_id)


async def insert_job(conn: Any, job: Job) -> bool:
    """Enters a job in the ledger; False when it is there already, and stays as it is."""
    inserted = await conn.fetchval(
        INSERT_JOB,
        job.id,
        job.team_id,
        job.campaign_id,
        job.kind,
        job.target_id,
        job.seq,
        job.status,
        job.options.model_dump(mode="json"),
        job.basis,
        job.requested_by,
        job.cascade_id,
        job.reason,
        job.retry_of_job_id,
        job.retry_intent_id,
        job.estimated_yen,
        job.reopen,
    )
    return bool(inserted)


async def set_running(conn: Any, job_id: str, epoch: int) -> bool:
    """PENDING → RUNNING; False for a job that ran already, whose epoch may rise, or has ended and stays as it is."""
    return bool(await conn.fetchval(SET_RUNNING, job_id, epoch))


async def set_ended(
    conn: Any,
    job_id: str,
    status: str,
    attempts: Sequence[Attempt],
    cost_yen: int,
    *,
    result: dict[str, Any] | None = None,
    error: dict[str, Any] | None = None,
) -> bool:
    """PENDING or RUNNING → a terminal status; False for a job that has ended, which stays as it is."""
    told = [attempt.model_dump(mode="json") for attempt in attempts]
    return bool(await conn.fetchval(SET_ENDED, job_id, status, result, error, told, cost_yen))


async def set_cancelled(conn: Any, job_id: str, billed: str, attempts: Sequence[Attempt], cost_yen: int) -> bool:
    """PENDING or RUNNING → CANCELLED; False for a terminal job, which stays as it is."""
    told = [attempt.model_dump(mode="json") for attempt in attempts]
    return bool(await conn.fetchval(SET_CANCELLED, job_id, billed, told, cost_yen))


async def request_cancel(conn: Any, team_id: str, job_id: str, by: str) -> Job | None:
    """Notes who was the first to call off a team's job that has not ended; None for everyone else."""
    row = await conn.fetchrow(REQUEST_CANCEL, job_id, team_id, by)
    return None if row is None else _job(row)


async def job_exists(conn: Any, job_id: str) -> bool:
    """True when the ledger has the job."""
    return bool(await conn.fetchval(JOB_EXISTS, job_id))


def _job(row: Any) -> Job:
    fields: dict[str, Any] = {name: row[name] for name in Job.__dataclass_fields__}
    fields["options"] = JobOptions.model_validate(row["options"])
    return Job(**fields)
