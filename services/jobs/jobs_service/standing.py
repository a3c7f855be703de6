"""How the ledger stands, told as metrics: what has not ended, what waits for a person, and what budgets have left."""

from datetime import UTC, datetime
from functools import partial
from math import nan
from typing import get_args

from chassis.db import Database
from chassis.observing import observe
from contracts.months import Month
from contracts.values import JobKind
from jobs_service import budgets_store, standing_store
from jobs_service.metrics import BUDGET_USED, OPEN, OPEN_JOBS, OPEN_JOBS_OLDEST, SPEND_UNKNOWN_JOBS

KINDS: tuple[JobKind, ...] = get_args(JobKind)


async def keep_told(database: Database) -> None:
    """Keeps the gauges up to date."""
    await observe("open jobs", partial(tell, database), forget)


async def tell(database: Database) -> None:
    """Sets the gauges; raises what keeps the database from answering."""
    found = await standing_store.open_jobs(database.pool)
    doubtful = await standing_store.spend_unknown_jobs(database.pool)
    budgets = await budgets_store.used_ratios(database.pool, Month.at(datetime.now(UTC)))
    BUDGET_USED.clear()
    for team, ratio in budgets.items():
        BUDGET_USED.labels(team).set(ratio)
    for kind in KINDS:
        SPEND_UNKNOWN_JOBS.labels(kind).set(doubtful.get(kind, 0))
        for status in OPEN:
            _set(kind, status, *found.get((kind, status), (0, 0.0)))


def forget() -> None:
    """Says that nobody knows."""
    BUDGET_USED.clear()
    for kind in KINDS:
        SPEND_UNKNOWN_JOBS.labels(kind).set(nan)
        for status in OPEN:
            _set(kind, status, nan, nan)


def _set(kind: JobKind, status: str, jobs: float, oldest_seconds: float) -> None:
    OPEN_JOBS.labels(kind, status).set(jobs)
    OPEN_JOBS_OLDEST.labels(kind, status).set(oldest_seconds)
