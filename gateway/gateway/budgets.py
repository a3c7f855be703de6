"""How a team's budget stands, and what is refused before it is asked for because nothing is left."""

from datetime import UTC, datetime

from contracts.months import Month
from gateway.composition import Gateway
from gateway.problems import ProblemError
from gateway.readmodel import money_store, store
from gateway.readmodel.snapshot import snapshot
from gateway.readmodel.standing import PAID
from gateway.schemas.money import BudgetStanding, BudgetView


async def budget_now(gateway: Gateway, team: str) -> BudgetView:
    """A team's limits and what counts against them this month, by the read model."""
    month = Month.at(datetime.now(UTC))
    async with snapshot(gateway.database.pool) as conn:
        limits = await money_store.limits(conn, team)
        used = await money_store.used(conn, team, month)
    soft, hard = (limits.soft_limit_yen, limits.hard_limit_yen) if limits else (None, None)
    counted = used.spent_yen + used.reserved_yen
    return BudgetView(
        month=month.name,
        state=standing(soft, hard, counted),
        soft_limit_yen=soft,
        hard_limit_yen=hard,
        spent_yen=used.spent_yen,
        unknown_yen=used.unknown_yen,
        reserved_yen=used.reserved_yen,
        remaining_yen=None if hard is None else max(0, hard - counted),
        warned_at=used.warned_at,
        revision=limits.revision if limits else 0,
    )


def standing(soft: int | None, hard: int | None, counted: int) -> BudgetStanding:
    """What limits make of what is spent and set aside."""
    if hard is not None and counted >= hard:
        return "exhausted"
    return "warned" if soft is not None and counted >= soft else "ok"


async def require_budget(gateway: Gateway, team: str) -> None:
    """Raises ProblemError 409 `budget-exceeded` when nothing is left for a kit that somebody would be paid for."""
    budget = await budget_now(gateway, team)
    generators = await store.generators(gateway.database.pool)
    if budget.state != "exhausted" or all(one.offline for one in generators if one.kind in PAID):
        return
    detail = (
        f"the team has spent {budget.spent_yen:,} yen in {budget.month} and set {budget.reserved_yen:,} aside for jobs "
        f"under way, which leaves nothing of its {budget.hard_limit_yen or 0:,}. Have an admin raise the hard limit, "
        "or wait for the next month"
    )
    figures = budget.model_dump(
        by_alias=True, include={"month", "hard_limit_yen", "spent_yen", "reserved_yen", "remaining_yen"}
    )
    raise ProblemError(409, detail, type_="budget-exceeded", title="The team's budget is exhausted", **figures)
