"""All SQL about retry intents."""

from typing import Any

from contracts.jobs import RetryIntent

INSERT = """
INSERT INTO retry_intents (id, team_id, campaign_id, source_job_id, source_output_ref, kind, target_id, reason_code,
                           reason_text, correction, approved_by, approved_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
SELECT = "SELECT * FROM retry_intents WHERE id = $1 AND team_id = $2"
CONSUME = """
UPDATE retry_intents SET status = 'CONSUMED', consumed_by = $3, consumed_at = now(), job_id = $4
WHERE id = $1 AND team_id = $2 AND status = 'PENDING' RETURNING *
"""
REJECT = """
UPDATE retry_intents SET status = 'REJECTED', rejected_by = $3, rejected_at = now(), reject_reason = $4
WHERE id = $1 AND team_id = $2 AND status = 'PENDING' RETURNING *
"""


async def insert(conn: Any, team_id: str, intent: RetryIntent) -> None:
    """Keeps a new intent."""
    await conn.execute(
        INSERT,
        intent.id,
        team_id,
        intent.campaign_id,
        intent.source_job_id,
        intent.source_output_ref,
        intent.kind,
        intent.target_id,
        intent.reason_code,
        intent.reason_text,
        intent.correction.model_dump(mode="json") if intent.correction else None,
        intent.approved_by,
        intent.approved_at,
        intent.created_at,
    )


async def get(conn: Any, team_id: str, intent_id: str) -> RetryIntent | None:
    """A team's intent as it stands."""
    return _intent(await conn.fetchrow(SELECT, intent_id, team_id))


async def consume(conn: Any, team_id: str, intent_id: str, by: str, job_id: str) -> RetryIntent | None:
    """PENDING → CONSUMED by exactly one; None for everyone else, once the first has committed."""
    return _intent(await conn.fetchrow(CONSUME, intent_id, team_id, by, job_id))


async def reject(conn: Any, team_id: str, intent_id: str, by: str, reason: str) -> RetryIntent | None:
    """PENDING → REJECTED by exactly one; None for everyone else."""
    return _intent(await conn.fetchrow(REJECT, intent_id, team_id, by, reason))


def _intent(row: Any) -> RetryIntent | None:
    return None if row is None else RetryIntent.model_validate(dict(row))
