"""All SQL of the ledger of spend."""

from dataclasses import dataclass
from typing import Any

from contracts.jobs import Attempt

INSERT = """
INSERT INTO spend (job_id, attempt, team_id, campaign_id, cascade_id, kind, provider, model, provider_id, images,
                   input_tokens, output_tokens, estimated_yen, estimated_usd_micros, cost_yen, cost_usd_micros, outcome,
                   started_at, ended_at)
SELECT id, $2, team_id, campaign_id, cascade_id, kind, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
FROM jobs WHERE id = $1
ON CONFLICT (job_id, attempt) DO NOTHING RETURNING true
"""
KNOWN = "SELECT outcome, cost_yen, cost_usd_micros FROM spend WHERE job_id = $1 AND attempt = $2"


@dataclass(frozen=True)
class Noted:
    """What the ledger says of one attempt."""

    outcome: str
    cost_yen: int
    cost_usd_micros: int


async def insert(conn: Any, job_id: str, told: Attempt) -> bool:
    """Adds an attempt of a job that is in the ledger; False when the attempt is there already."""
    values = (
        told.provider,
        told.model,
        told.provider_id,
        told.images,
        told.input_tokens,
        told.output_tokens,
        told.estimated_yen,
        told.estimated_usd_micros,
        told.cost_yen,
        told.cost_usd_micros,
        told.outcome,
        told.started_at,
        told.ended_at,
    )
    return bool(await conn.fetchval(INSERT, job_id, told.n, *values))


async def known(conn: Any, job_id: str, attempt: int) -> Noted | None:
    """What the ledger says of an attempt."""
    row = await conn.fetchrow(KNOWN, job_id, attempt)
    return None if row is None else Noted(**dict(row))
