"""What was spent, and what a team may spend in a month."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from gateway.schemas.base import Body, Cursor, Later, Moment, View, Whole, Yen, with_examples

MOST_YEN = 10**12
BudgetStanding = Literal["ok", "warned", "exhausted"]
Limit = Annotated[int, Field(ge=0, le=MOST_YEN), Whole]
Micros = Annotated[int, Field(examples=[37_500], description="Millionths of a US dollar.")]
UNKNOWN = "The part of the cost that may have been charged; nobody can say."


class OutcomeCounts(View):
    """How attempts ended; `unknown` also counts those whose end nobody was told."""

    succeeded: int = Field(examples=[1])
    failed: int = Field(examples=[0])
    unknown: int = Field(examples=[0])


class SpendSum(View):
    """What attempts cost together. What is unknown is counted at what it may have cost."""

    attempts: int = Field(examples=[1])
    outcomes: OutcomeCounts
    cost_yen: Yen
    cost_usd_micros: Micros
    unknown_yen: int = Field(examples=[0], description=UNKNOWN)
    unknown_usd_micros: int = Field(examples=[0], description=UNKNOWN)


class SpendItem(SpendSum):
    """The attempts of one job, cascade, campaign, team, provider or model."""

    key: str | None = Field(examples=["replicate"], description="Its id or name; null for what was told without one.")
    last_at: Later = Field(description="When the newest of these attempts began.")


class SpendList(View):
    """A page of spend, the newest first; `totals` are those of the whole period."""

    since: Moment
    until: datetime | None = Field(default=None, examples=[None])
    totals: SpendSum
    items: tuple[SpendItem, ...]
    next_cursor: Cursor | None = None


class BudgetBody(Body):
    """Both monthly limits; null is no limit. The soft limit is not above the hard one."""

    model_config = with_examples({"softLimitYen": 8_000, "hardLimitYen": 10_000})

    soft_limit_yen: Limit | None = Field(description="From this on the team is warned, once a month.")
    hard_limit_yen: Limit | None = Field(description="Paid work that would pass this is refused.")


class BudgetView(View):
    """A team's budget in the calendar month that it is in Tokyo."""

    month: str = Field(examples=["2026-06"])
    state: BudgetStanding = Field(examples=["ok"])
    soft_limit_yen: int | None = Field(default=None, examples=[8_000])
    hard_limit_yen: int | None = Field(default=None, examples=[10_000])
    spent_yen: int = Field(examples=[96], description="What may have been charged counts too.")
    unknown_yen: int = Field(examples=[0], description=UNKNOWN)
    reserved_yen: int = Field(examples=[6], description="Set aside for jobs that have not ended.")
    remaining_yen: int | None = Field(default=None, examples=[9_898], description="Null without a hard limit.")
    warned_at: datetime | None = Field(default=None, examples=[None], description="When this month's warning was told.")
    revision: int = Field(examples=[1], description="Rises whenever the limits are set; 0 for never.")
