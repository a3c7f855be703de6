"""What metrics tell and nobody wants to wait for: looked at now and then, beside the work."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

OBSERVE_EVERY = 10.0
LOOK_SECONDS = 5.0

log = structlog.get_logger()


async def observe(what: str, look: Callable[[], Awaitable[None]], lost: Callable[[], None]) -> None:
    """Looks now and every OBSERVE_EVERY seconds; a look that fails is logged, `lost` is called, and it goes on."""
    while True:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await look()
        except Exception as error:  # noqa: BLE001 - whatever kept it from being seen, the next look may see it
            log.warning("not_observed", what=what, error=repr(error))
            lost()
        await asyncio.sleep(OBSERVE_EVERY)
