"""What metrics tell and nobody wants to wait for: looked at now and then, beside the work."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from chassis.asking import Question

OBSERVE_EVERY = 10.0
LOOK_SECONDS = 5.0

log = structlog.get_logger()


async def observe(what: str, look: Callable[[], Awaitable[None]], lost: Callable[[], None]) -> None:
    """Looks now and every OBSERVE_EVERY seconds; a look that fails is logged, `lost` is called, and it goes on.

    A look runs in a task of its own: a library that makes another error of its cancellation would else keep the
    service from stopping, and one that cancels what it was asked when its connection ends would end this.
    """
    looking = Question(look)
    try:
        while True:
            try:
                await looking.answer(LOOK_SECONDS)
            except (Exception, asyncio.CancelledError) as error:
                if _is_ending():
                    raise
                log.warning("not_observed", what=what, error=repr(error))
                lost()
            await asyncio.sleep(OBSERVE_EVERY)
    finally:
        await looking.stop()


def _is_ending() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
