"""The ledger of spend: one row for each attempt that a job's end tells of, and none is ever changed."""

from collections.abc import Iterable
from functools import partial

import structlog

from chassis.transaction import Transaction
from contracts.jobs import Attempt
from jobs_service import budgets, spend_store
from jobs_service.metrics import SPEND_YEN
from jobs_service.spend_store import Noted

log = structlog.get_logger()


async def record(tx: Transaction, job_id: str, attempts: Iterable[Attempt]) -> None:
    """Adds what is new. A later word that differs from what is known is logged for a person, and changes nothing."""
    new = [attempt for attempt in attempts if await _is_new(tx, job_id, attempt)]
    for attempt in new:
        tx.on_commit(partial(_count, attempt))
    if any(attempt.cost_yen for attempt in new):
        await budgets.watch(tx)


async def _is_new(tx: Transaction, job_id: str, attempt: Attempt) -> bool:
    if await spend_store.insert(tx.conn, job_id, attempt):
        return True
    told = Noted(attempt.outcome, attempt.cost_yen, attempt.cost_usd_micros)
    known = await spend_store.known(tx.conn, job_id, attempt.n)
    if known != told:
        log.warning("spend_told_otherwise", job_id=job_id, attempt=attempt.n, known=known, told=told)
    return False


def _count(attempt: Attempt) -> None:
    SPEND_YEN.labels(attempt.provider or "", attempt.model or "", attempt.outcome).inc(attempt.cost_yen)
