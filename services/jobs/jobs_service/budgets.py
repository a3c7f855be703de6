"""Team budgets: what paid work is expected to cost is set aside before it enters the ledger, or it does not enter."""

from collections.abc import Sequence
from datetime import UTC, datetime

from chassis.errors import RetryLater
from chassis.transaction import Transaction, reply_ok
from contracts.budgets import BudgetChanged, BudgetWarned, SetBudget
from contracts.envelope import Reply
from contracts.jobs import GeneratorAnnounced
from contracts.months import Month
from contracts.values import JobKind
from jobs_service import budgets_store
from jobs_service.allowance import (
    Limits,
    Prices,
    Used,
    estimate,
    passes_hard_limit,
    reaches_soft_limit,
    refusal,
)
from jobs_service.domain import WORKER_QUEUES
from jobs_service.errors import BudgetExceeded, LimitsContradict


async def learn_price(event: GeneratorAnnounced, tx: Transaction) -> None:
    """What one call of a kind costs from now on."""
    told_at = tx.context.told_at or datetime.now(UTC)
    await budgets_store.save_price(tx.conn, event.kind, event.yen_per_call, told_at)


async def set_budget(command: SetBudget, tx: Transaction) -> Reply:
    """Sets both monthly limits; what is spent and set aside already counts against them at once."""
    soft, hard = command.soft_limit_yen, command.hard_limit_yen
    if min(soft or 0, hard or 0) < 0 or (soft is not None and hard is not None and soft > hard):
        raise LimitsContradict("a limit is 0 yen or more, and the soft limit is not above the hard one")
    before = await budgets_store.lock_limits(tx.conn, tx.team_id)
    limits = await budgets_store.save_limits(tx.conn, tx.team_id, soft, hard, tx.actor)
    tx.acted_on("budget", tx.team_id, before=_said(before) if before else None, after=_said(limits))
    tx.emit(BudgetChanged(revision=limits.revision, soft_limit_yen=soft, hard_limit_yen=hard), subject=tx.team_id)
    month = _this_month()
    await _warn_once(tx, limits, await budgets_store.used(tx.conn, tx.team_id, month), month)
    return reply_ok({"revision": limits.revision})


async def reserve(tx: Transaction, kinds: Sequence[JobKind]) -> Prices:
    """What each of these jobs is expected to cost; all of it fits the team's budget, which is locked until they are in.

    Raises BudgetExceeded, and RetryLater while a team with a hard limit asks for what has no price yet.
    """
    paid: list[JobKind] = [kind for kind in kinds if kind in WORKER_QUEUES]
    prices = await budgets_store.prices(tx.conn)
    needed, untold = estimate(prices, paid), set(paid) - prices.keys()
    limits = await budgets_store.lock_limits(tx.conn, tx.team_id) if needed or untold else None
    if limits is None:
        return prices
    if untold and limits.hard_limit_yen is not None:
        raise RetryLater(f"nobody has told yet what a call for {min(untold)} costs, and the team has a hard limit")
    month = _this_month()
    used = await budgets_store.used(tx.conn, tx.team_id, month)
    if needed and passes_hard_limit(limits, used.with_more(needed)):
        raise _exceeded(limits, used, month, needed)
    await _warn_once(tx, limits, used.with_more(needed), month)
    return prices


async def watch(tx: Transaction) -> None:
    """Looks at the soft limit again, since what was paid for may have cost more than was set aside."""
    month = _this_month()
    if await budgets_store.is_warned(tx.conn, tx.team_id, month):
        return
    limits = await budgets_store.lock_limits(tx.conn, tx.team_id)
    if limits is not None and limits.soft_limit_yen is not None:
        await _warn_once(tx, limits, await budgets_store.used(tx.conn, tx.team_id, month), month)


async def _warn_once(tx: Transaction, limits: Limits, used: Used, month: Month) -> None:
    soft = limits.soft_limit_yen
    if soft is None or not reaches_soft_limit(limits, used) or not await budgets_store.warn(tx.conn, tx.team_id, month):
        return
    warned = BudgetWarned(
        month=month.name,
        soft_limit_yen=soft,
        hard_limit_yen=limits.hard_limit_yen,
        spent_yen=used.spent_yen,
        reserved_yen=used.reserved_yen,
    )
    tx.emit(warned, subject=tx.team_id)


def _said(limits: Limits) -> dict[str, int | None]:
    return {"softLimitYen": limits.soft_limit_yen, "hardLimitYen": limits.hard_limit_yen}


def _exceeded(limits: Limits, used: Used, month: Month, needed: int) -> BudgetExceeded:
    hard = limits.hard_limit_yen or 0
    figures = {"hardLimitYen": hard, "spentYen": used.spent_yen, "reservedYen": used.reserved_yen}
    left = {"remainingYen": max(0, hard - used.yen), "neededYen": needed}
    return BudgetExceeded(refusal(limits, used, month, needed), month=month.name, **figures, **left)


def _this_month() -> Month:
    return Month.at(datetime.now(UTC))
