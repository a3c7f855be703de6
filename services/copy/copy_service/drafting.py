"""Have a variant written until it fits: over-long text goes back with the reason, bounded, and is never cut."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from assets.evidence import seen_through
from assets.provider_errors import ProviderError, Spent, TransientFault
from assets.waiting import Backoff
from copy_service.copywriter import Check, CopyRequest, Copywriter, Written

BACKOFF = Backoff(tries=3, longest_asked=300.0)

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call of the copywriter. `reasons`: why its text was refused. `error`: why there was no text."""

    number: int
    written: Written | None = None
    reasons: tuple[str, ...] = ()
    error: ProviderError | None = None

    @property
    def spent(self) -> Spent | None:
        """What it cost, if the provider said so, with or without a usable text."""
        made = self.written or self.error
        return made.spent if made else None


OnAttempt = Callable[[Attempt], Awaitable[None]]


class Draft(NamedTuple):
    """A text that fits, and every attempt it took."""

    written: Written
    attempts: list[Attempt]


class LimitsNotMet(Exception):
    """No attempt fitted the platform's limits. `reasons` are the last attempt's."""

    code = "LIMITS_NOT_MET"

    def __init__(self, attempts: list[Attempt]) -> None:
        self.attempts = attempts
        self.reasons = attempts[-1].reasons
        super().__init__(f"no text fitted after {len(attempts)} attempts: {'; '.join(self.reasons)}")


async def draft(
    copywriter: Copywriter,
    request: CopyRequest,
    check: Check,
    *,
    on_attempt_started: OnAttempt,
    on_attempt_finished: OnAttempt,
    attempts: int = 3,
    sleep: Sleep = asyncio.sleep,
) -> Draft:
    """Write, check, send back with the reasons. Raises LimitsNotMet, or the ProviderError of a failed attempt.

    Every call is reported before and after, also one whose caller is cancelled meanwhile.
    """
    calls = _Calls(copywriter, on_attempt_started, on_attempt_finished, sleep)
    for _ in range(attempts):
        written, reasons = await calls.write(request, check)
        if not reasons:
            return Draft(written, calls.made)
        request = replace(request, previous=written.copy, corrections=tuple(reasons))
    raise LimitsNotMet(calls.made)


class _Calls:
    def __init__(self, copywriter: Copywriter, started: OnAttempt, finished: OnAttempt, sleep: Sleep) -> None:
        self.made: list[Attempt] = []
        self._copywriter, self._started, self._finished, self._sleep = copywriter, started, finished, sleep

    async def write(self, request: CopyRequest, check: Check) -> tuple[Written, list[str]]:
        """One text, transient faults sat out, and the reasons against it."""
        faults = 0
        while True:
            try:
                return await seen_through(self._attempt(request, check))
            except TransientFault as fault:
                faults += 1
                wait = BACKOFF.wait_after(fault, faults)
                if wait is None:
                    raise
            await self._sleep(wait)

    async def _attempt(self, request: CopyRequest, check: Check) -> tuple[Written, list[str]]:
        attempt = Attempt(len(self.made) + 1)
        await self._started(attempt)
        try:
            written = await self._copywriter.write(request)
        except ProviderError as error:
            await self._finish(replace(attempt, error=error))
            raise
        reasons = check(written.copy)
        await self._finish(replace(attempt, written=written, reasons=tuple(reasons)))
        return written, reasons

    async def _finish(self, attempt: Attempt) -> None:
        self.made.append(attempt)
        await self._finished(attempt)
