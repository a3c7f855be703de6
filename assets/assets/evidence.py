"""Paid calls are seen through, so that what came of them is in the ledger."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

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


def _note_late_end(task: asyncio.Task[Any]) -> None:
    error = None if task.cancelled() else task.exception()
    log.info("call_seen_through", cancelled=task.cancelled(), error=error and repr(error))
