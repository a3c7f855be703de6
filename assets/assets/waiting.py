"""How a provider's transient faults are sat out."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from assets.provider_errors import TransientFault

Sleep = Callable[[float], Awaitable[None]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Backoff:
    """At most `tries` calls. A provider that asks for more than `longest_asked` seconds is not waited for at all.

    Where it asks for nothing the wait doubles from `first_wait` up to `longest_wait`.
    """

    tries: float = math.inf
    longest_asked: float = math.inf
    first_wait: float = 1.0
    longest_wait: float = 30.0

    def wait_after(self, fault: TransientFault, faults: int) -> float | None:
        """Seconds until the next call; None to give up."""
        if faults >= self.tries:
            return None
        if fault.retry_after is None:
            return min(self.longest_wait, math.ldexp(self.first_wait, min(faults, 64) - 1))
        return fault.retry_after if fault.retry_after <= self.longest_asked else None


async def sat_out(call: Callable[[], Awaitable[T]], backoff: Backoff, sleep: Sleep) -> T:
    """A call that costs nothing, transient faults sat out. Raises the fault that `backoff` gives up at."""
    faults = 0
    while True:
        try:
            return await call()
        except TransientFault as fault:
            faults += 1
            wait = backoff.wait_after(fault, faults)
            if wait is None:
                raise
        await sleep(wait)


def asked_wait(retry_after: str | None, now: datetime | None = None) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as an HTTP date; None for no header or nonsense."""
    if not retry_after:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        return _until(retry_after, now or datetime.now(UTC))
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _until(date: str, now: datetime) -> float | None:
    try:
        then = parsedate_to_datetime(date)
    except ValueError:
        return None
    return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds())
