"""What the jobs service publishes and accepts about what teams may spend."""

from typing import ClassVar

from contracts.envelope import Command, Event


class BudgetChanged(Event):
    """An admin set a team's monthly limits; None is no limit. `revision` rises with every change."""

    type: ClassVar[str] = "budget.changed"

    revision: int
    soft_limit_yen: int | None = None
    hard_limit_yen: int | None = None


class BudgetWarned(Event):
    """What a team spent and has set aside reached its soft limit; told once a calendar month, Tokyo's (`2026-06`)."""

    type: ClassVar[str] = "budget.warned"

    month: str
    soft_limit_yen: int
    hard_limit_yen: int | None = None
    spent_yen: int
    reserved_yen: int


class SetBudget(Command):
    """Sets both monthly limits of the team; None is no limit. Paid work stops at the hard one, the soft one warns."""

    type: ClassVar[str] = "budget.set"
    queue: ClassVar[str] = "jobs.commands"

    soft_limit_yen: int | None
    hard_limit_yen: int | None
