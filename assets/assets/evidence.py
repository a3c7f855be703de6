"""Paid calls are seen through, so that what came of them is in the ledger."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

from assets.execution import Execution, PastAttempt
from assets.waiting import Sleep

LOOK_EVERY = 0.5

log = structlog.get_logger()

T = TypeVar("T")

_at_work: set[asyncio.Task[Any]] = set()


async def seen_through(work: Coroutine[Any, Any, T]) -> T:
    """Does `work` to its end also when nobody waits for it any more.

    A handler is cancelled as soon as the connection its message came by is lost. The call that it is in the middle of
    goes on costing, and only its own end can tell what it bought.
    """
    task = asyncio.create_task(work)
    _at_work.add(task)
    task.add_done_callback(_at_work.discard)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(_note_late_end)
        raise


async def awaited(execution: Execution, seconds: float, sleep: Sleep) -> list[PastAttempt]:
    """The attempts, once each call is told to have been answered, or `seconds` after the last one's intent.

    Whoever made that call may be seeing it through, or be gone.
    """
    past = await execution.past()
    left = seconds - past[-1].age_seconds if past else 0.0
    while left > 0 and past[-1].outcome is None and past[-1].provider_id is None:
        await sleep(min(LOOK_EVERY, left))
        left -= LOOK_EVERY
        past = await execution.past()
    return past


def _note_late_end(task: asyncio.Task[Any]) -> None:
    error = None if task.cancelled() else task.exception()
    log.info("call_seen_through", cancelled=task.cancelled(), error=error and repr(error))
