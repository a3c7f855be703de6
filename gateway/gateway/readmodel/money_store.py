"""All SQL that reads what was spent and what teams may spend."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from contracts.months import Month
from gateway.projection.state import BudgetState

SpendBy = Literal["team", "campaign", "cascade", "job", "provider", "model"]
COLUMNS: dict[SpendBy, str] = {
    "team": "team_id",
    "campaign": "campaign_id",
    "cascade": "cascade_id",
    "job": "job_id",
    "provider": "provider",
    "model": "model",
}

# An attempt without an end is as little known as one that nobody can tell the end of. One that was called off before it
# began came to nothing, as one that failed.
TOTALS = """
SELECT count(*) AS attempts,
       count(*) FILTER (WHERE outcome = 'succeeded') AS succeeded,
       count(*) FILTER (WHERE outcome IN ('failed', 'cancelled')) AS failed,
       count(*) FILTER (WHERE outcome NOT IN ('succeeded', 'failed', 'cancelled')) AS unknown,
       coalesce(sum(cost_yen), 0)::bigint AS cost_yen,
       coalesce(sum(cost_usd_micros), 0)::bigint AS cost_usd_micros,
       coalesce(sum(cost_yen) FILTER (WHERE outcome NOT IN ('succeeded', 'failed', 'cancelled')), 0)::bigint
           AS unknown_yen,
       coalesce(sum(cost_usd_micros) FILTER (WHERE outcome NOT IN ('succeeded', 'failed', 'cancelled')), 0)::bigint
           AS unknown_usd_micros
FROM spend
WHERE team_id = $1 AND started_at >= $2 AND started_at < coalesce($3::timestamptz, 'infinity')
"""
# A model's name holds characters that a cursor does not, so its hash stands for it in the order.
PAGE = f"""
SELECT job_id AS key, md5(coalesce(job_id, '')) AS place, max(started_at) AS last_at,
{TOTALS.strip().removeprefix("SELECT")}
GROUP BY job_id
HAVING (max(started_at), md5(coalesce(job_id, ''))) < (coalesce($4::timestamptz, 'infinity'), coalesce($5::text, ''))
ORDER BY last_at DESC, place DESC LIMIT $6
"""
PAGES = {by: PAGE.replace("job_id", column) for by, column in COLUMNS.items()}
LIMITS = "SELECT state::text FROM budgets WHERE team_id = $1"
USED = """
SELECT coalesce(sum(cost_yen), 0)::bigint AS spent_yen,
       coalesce(sum(cost_yen) FILTER (WHERE outcome NOT IN ('succeeded', 'failed', 'cancelled')), 0)::bigint
           AS unknown_yen,
       (SELECT coalesce(sum((state->>'estimated_yen')::bigint), 0) FROM jobs
        WHERE team_id = $1 AND status IN ('PENDING', 'RUNNING'))::bigint AS reserved_yen,
       (SELECT told_at FROM budget_warnings WHERE team_id = $1 AND month = $4) AS warned_at
FROM spend WHERE team_id = $1 AND started_at >= $2 AND started_at < $3
"""


@dataclass(frozen=True, slots=True)
class SumRow:
    """What attempts came to and cost; what nobody knows is in the cost too."""

    attempts: int
    succeeded: int
    failed: int
    unknown: int
    cost_yen: int
    cost_usd_micros: int
    unknown_yen: int
    unknown_usd_micros: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    """The attempts that share a key, and when the newest of them began; `place` orders those of one moment."""

    key: str | None
    place: str
    last_at: datetime
    sums: SumRow


@dataclass(frozen=True, slots=True)
class UsedRow:
    """What a team spent in a month and has set aside now, and when it was warned."""

    spent_yen: int
    unknown_yen: int
    reserved_yen: int
    warned_at: datetime | None


async def totals(conn: Any, team_id: str, since: datetime, until: datetime | None) -> SumRow:
    """All that a team spent in a period."""
    return SumRow(*await conn.fetchrow(TOTALS, team_id, since, until))


async def page(
    conn: Any,
    team_id: str,
    by: SpendBy,
    since: datetime,
    until: datetime | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[GroupRow]:
    """A team's spend in a period by one of the keys, the newest first."""
    at, place = after or (None, None)
    rows = await conn.fetch(PAGES[by], team_id, since, until, at, place, limit)
    return [GroupRow(row["key"], row["place"], row["last_at"], SumRow(*list(row)[3:])) for row in rows]


async def limits(conn: Any, team_id: str) -> BudgetState | None:
    """A team's limits; None when none were ever set."""
    state = await conn.fetchval(LIMITS, team_id)
    return None if state is None else BudgetState.model_validate_json(state)


async def used(conn: Any, team_id: str, month: Month) -> UsedRow:
    """What counts against a team's limits."""
    return UsedRow(*await conn.fetchrow(USED, team_id, month.begins, month.ends, month.name))
