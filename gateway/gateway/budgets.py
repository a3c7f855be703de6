"""How a team's budget stands, and what is refused before it is asked for because nothing is left."""

from datetime import UTC, datetime
from typing import Any

from contracts.months import Month
from contracts.values import VARIANT_LABELS
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


async def require_budget(gateway: Gateway, team: str, platforms: int, images: int) -> None:
    """Raises ProblemError 409 `budget-exceeded` when a kit for so many platforms, with so many images, costs too much.

    The jobs service has the last word: another request may take what is left a moment later.
    """
    needed = await _kit_yen(gateway, platforms, images)
    budget = await budget_now(gateway, team)
    left = budget.remaining_yen
    if needed == 0 or left is None or (needed <= left and budget.state != "exhausted"):
        return
    detail = (
        f"this kit costs about {needed:,} yen, and of the team's {budget.hard_limit_yen or 0:,} for {budget.month} "
        f"{left:,} are left: {budget.spent_yen:,} are spent and {budget.reserved_yen:,} set aside for jobs under way. "
        "Have an admin raise the hard limit, ask for fewer platforms or images, or wait for the next month"
    )
    shown = {"month", "hard_limit_yen", "spent_yen", "reserved_yen", "remaining_yen"}
    figures: dict[str, Any] = budget.model_dump(by_alias=True, include=shown) | {"neededYen": needed}
    raise ProblemError(409, detail, type_="budget-exceeded", title="The team's budget is exceeded", **figures)


async def _kit_yen(gateway: Gateway, platforms: int, images: int) -> int:
    counts = {"copy_variant": platforms * len(VARIANT_LABELS), "image": images}
    generators = await store.generators(gateway.database.pool)
    return sum(counts[one.kind] * one.yen_per_call for one in generators if one.kind in PAID and not one.offline)
