"""All SQL about what teams may spend."""

from datetime import datetime
from typing import Any

from contracts.months import Month
from jobs_service.allowance import Limits, Prices, Used

SAVE_PRICE = """
INSERT INTO prices (kind, yen_per_call, told_at) VALUES ($1, $2, $3)
ON CONFLICT (kind) DO UPDATE SET yen_per_call = EXCLUDED.yen_per_call, told_at = EXCLUDED.told_at
WHERE prices.told_at < EXCLUDED.told_at
"""
PRICES = "SELECT kind, yen_per_call FROM prices"
SAVE_LIMITS = """
INSERT INTO budgets AS known (team_id, soft_limit_yen, hard_limit_yen, revision, changed_by) VALUES ($1, $2, $3, 1, $4)
ON CONFLICT (team_id) DO UPDATE
SET soft_limit_yen = EXCLUDED.soft_limit_yen, hard_limit_yen = EXCLUDED.hard_limit_yen, revision = known.revision + 1,
    changed_by = EXCLUDED.changed_by, changed_at = now()
RETURNING soft_limit_yen, hard_limit_yen, revision
"""
LOCK_LIMITS = "SELECT soft_limit_yen, hard_limit_yen, revision FROM budgets WHERE team_id = $1 FOR UPDATE"
# One statement sees one moment: a job that ends meanwhile counts once, by its reservation or by its cost.
USED = """
SELECT (SELECT coalesce(sum(cost_yen), 0) FROM spend
        WHERE team_id = $1 AND started_at >= $2 AND started_at < $3)::bigint AS spent_yen,
       (SELECT coalesce(sum(estimated_yen), 0) FROM jobs
        WHERE team_id = $1 AND status IN ('PENDING', 'RUNNING') AND estimated_yen > 0)::bigint AS reserved_yen
"""
USED_RATIOS = """
SELECT b.team_id, CASE b.hard_limit_yen WHEN 0 THEN 1 ELSE (
    (SELECT coalesce(sum(s.cost_yen), 0) FROM spend s
     WHERE s.team_id = b.team_id AND s.started_at >= $1 AND s.started_at < $2)
    + (SELECT coalesce(sum(j.estimated_yen), 0) FROM jobs j
       WHERE j.team_id = b.team_id AND j.status IN ('PENDING', 'RUNNING') AND j.estimated_yen > 0)
)::float8 / b.hard_limit_yen END AS ratio
FROM budgets b WHERE b.hard_limit_yen IS NOT NULL
"""
IS_WARNED = "SELECT true FROM budget_warnings WHERE team_id = $1 AND month = $2"
WARN = """
INSERT INTO budget_warnings (team_id, month) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING true
"""


async def save_price(conn: Any, kind: str, yen_per_call: int, told_at: datetime) -> None:
    """Keeps the newest word on what one call costs."""
    await conn.execute(SAVE_PRICE, kind, yen_per_call, told_at)


async def prices(conn: Any) -> Prices:
    """What one call of each kind costs, as far as anyone told."""
    return {row["kind"]: row["yen_per_call"] for row in await conn.fetch(PRICES)}


async def save_limits(conn: Any, team_id: str, soft: int | None, hard: int | None, by: str) -> Limits:
    """Sets a team's limits, locked until the transaction ends."""
    return Limits(**dict(await conn.fetchrow(SAVE_LIMITS, team_id, soft, hard, by)))


async def lock_limits(conn: Any, team_id: str) -> Limits | None:
    """A team's limits, locked so that whatever counts against them is put in order; None when none were ever set."""
    row = await conn.fetchrow(LOCK_LIMITS, team_id)
    return None if row is None else Limits(**dict(row))


async def used(conn: Any, team_id: str, month: Month) -> Used:
    """What a team spent in a month, and what is set aside for its jobs now."""
    return Used(**dict(await conn.fetchrow(USED, team_id, month.begins, month.ends)))


async def used_ratios(conn: Any, month: Month) -> dict[str, float]:
    """By team that has a hard limit, which share of it counts as used in a month."""
    return {row["team_id"]: row["ratio"] for row in await conn.fetch(USED_RATIOS, month.begins, month.ends)}


async def is_warned(conn: Any, team_id: str, month: Month) -> bool:
    """True when the team was warned this month."""
    return bool(await conn.fetchval(IS_WARNED, team_id, month.first))


async def warn(conn: Any, team_id: str, month: Month) -> bool:
    """True for the first to warn a team in a month."""
    return bool(await conn.fetchval(WARN, team_id, month.first))
