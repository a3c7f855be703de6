"""A worker that was taken over stops waiting, so that its place is free for the next job."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from assets.execution import Execution
from chassis.infrastructure import patiently
from chassis.subscriptions import AlreadyDone

LOOK_EVERY = 1.0
"""Seconds between two looks at the epoch."""

T = TypeVar("T")


async def while_in_charge(execution: Execution, work: Coroutine[Any, Any, T]) -> T:
    """Does `work` unless somebody takes the job over meanwhile: then it is cancelled. Raises AlreadyDone.

    A paid call in it is seen through all the same.
    """

    async def taken_over() -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if not await execution.in_charge():
                return

    doing, watching = asyncio.create_task(work), asyncio.create_task(patiently(taken_over))
    try:
        await asyncio.wait((doing, watching), return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            return doing.result()
        watching.result()
        raise AlreadyDone
    finally:
        doing.cancel()
        watching.cancel()
        await asyncio.gather(doing, watching, return_exceptions=True)
