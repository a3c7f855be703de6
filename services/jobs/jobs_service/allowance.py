"""What a team may spend in a calendar month, and what has become of it. No I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracts.months import Month
from contracts.values import JobKind

Prices = Mapping[JobKind, int]
"""Yen for one call of each kind whose generator was heard of; an offline twin's is 0."""


@dataclass(frozen=True)
class Limits:
    """A team's monthly limits in yen; None is no limit. The soft one warns, the hard one stops."""

    soft_limit_yen: int | None
    hard_limit_yen: int | None
    revision: int


@dataclass(frozen=True)
class Used:
    """What a team spent in a month, and what is set aside for its jobs under way."""

    spent_yen: int
    reserved_yen: int

    @property
    def yen(self) -> int:
        """Both together."""
        return self.spent_yen + self.reserved_yen

    def with_more(self, yen: int) -> "Used":
        """The same with more set aside."""
        return Used(self.spent_yen, self.reserved_yen + yen)


def passes_hard_limit(limits: Limits, used: Used) -> bool:
    """True when this is more than the team may spend."""
    return limits.hard_limit_yen is not None and used.yen > limits.hard_limit_yen


def reaches_soft_limit(limits: Limits, used: Used) -> bool:
    """True when the team is to be warned."""
    return limits.soft_limit_yen is not None and used.yen >= limits.soft_limit_yen


def estimate(prices: Prices, kinds: Iterable[JobKind]) -> int:
    """Yen for one call of each; a kind whose price nobody told counts nothing."""
    return sum(prices.get(kind, 0) for kind in kinds)


def refusal(limits: Limits, used: Used, month: Month, needed: int) -> str:
    """Why paid work is refused, in words that say what to do."""
    left = max(0, (limits.hard_limit_yen or 0) - used.yen)
    return (
        f"this needs about {needed:,} yen, and of the {limits.hard_limit_yen or 0:,} yen that the team may spend in "
        f"{month.name} {left:,} are left: {used.spent_yen:,} are spent and {used.reserved_yen:,} set aside for jobs "
        "under way. Ask for less, have an admin raise the hard limit, or wait for the next month"
    )
