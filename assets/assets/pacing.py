"""How fast a provider is called by all replicas of a service together: the pace lives in the service's database."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from assets import pace_store
from assets.provider_errors import TransientFault
from chassis.subscriptions import Work

LONGEST_PAUSE = 300.0
"""Seconds. A provider that asks for a longer pause gets this one, and whoever asked it gives up."""

LONGEST_WAIT = 2 * LONGEST_PAUSE
"""Seconds. Whoever would wait longer for a turn gives up: a whole pause, and as long for those who waited before."""

SHORTEST_LOOK = 0.01

log = structlog.get_logger()


class Pace:
    """At most so many calls in any minute, of which a quarter may come at once (GCRA)."""

    def __init__(
        self, provider: str, calls_per_minute: int, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        burst = max(1, calls_per_minute // 4)
        # A burst and what follows it at this interval are exactly so many calls in sixty seconds.
        self._interval = 60.0 / (calls_per_minute - burst + 1)
        self._early = (burst - 1) * self._interval
        self._provider = provider
        self._sleep = sleep

    async def turn(self, work: Work) -> None:
        """Returns when the next call may be made. Raises TransientFault instead of waiting for too long."""
        waited = 0.0
        while (wait := await self._wait(work)) is not None:
            if waited + wait > LONGEST_WAIT:
                message = f"{self._provider} takes no more calls for {wait:.0f} s; ask again after that"
                raise TransientFault(message, retry_after=waited + wait)
            await self._sleep(wait)
            waited += wait
        if waited:
            log.info("call_paced", provider=self._provider, waited=round(waited, 2))

    async def push_back(self, work: Work, seconds: float) -> None:
        """The provider asked for this many seconds without a call; it gets them from every replica."""
        async with work.transaction() as tx:
            await pace_store.push_back(tx.conn, self._provider, min(seconds, LONGEST_PAUSE) + self._early)

    async def _wait(self, work: Work) -> float | None:
        async with work.transaction() as tx:
            wait = await pace_store.take(tx.conn, self._provider, self._interval, self._early)
        # What another replica changed while this one asked is not seen yet, so it looks again soon.
        return None if wait is None else max(wait, SHORTEST_LOOK)
