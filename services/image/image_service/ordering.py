"""Gets one picture from a generator: ordered once, found again after a crash, waited for, brought in."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from assets.evidence import seen_through
from assets.execution import Execution, PastAttempt
from assets.money import Units
from assets.provider_errors import SPEND_UNKNOWN, OutcomeUnknown, ProviderError, TransientFault
from assets.waiting import Backoff, Sleep, sat_out
from assets.worker import JobEnds
from chassis.subscriptions import AlreadyDone
from image_service.generator import (
    Failed,
    GeneratedImage,
    ImageGenerator,
    ImageRequest,
    Pending,
    ProviderRun,
    Succeeded,
)
from image_service.notices import heard
from image_service.provider_errors import RunFailed
from image_service.watching import Watch

ORDERING = Backoff(tries=4, longest_asked=300.0)
# Polling and fetching cost nothing, so the run's own timeout is their only bound.
WAITING = Backoff()
TOLD_EVERY = 10.0
ONE_IMAGE = Units(images=1)


@dataclass(frozen=True)
class Patience:
    """How long an order may stay unanswered since its intent, a run unfinished, and one that is to stop so too.

    In seconds; `sleep` is how waiting is done. An adapter's order takes a minute at most.
    """

    order_timeout: float = 75.0
    run_timeout: float = 600.0
    stop_timeout: float = 60.0
    sleep: Sleep = asyncio.sleep


@dataclass(frozen=True)
class Ordered:
    """A run that the provider has, and the attempt it belongs to."""

    attempt: int
    run: ProviderRun


class Ordering:
    """One job's dealings with the generator. Every paid call has its intent committed before and its end after."""

    def __init__(self, generator: ImageGenerator, execution: Execution, patience: Patience) -> None:
        self._generator = generator
        self._execution = execution
        self._patience = patience
        self._sleep = patience.sleep
        self._waited = self._told_at = 0.0

    async def settled(self, past: list[PastAttempt]) -> list[PastAttempt]:
        """The attempts, once an order that a dead worker may have placed is sure to have been answered."""
        if self._generator.offline or not past or past[-1].outcome or past[-1].provider_id:
            return past
        await self._sleep(max(0.0, self._patience.order_timeout - past[-1].age_seconds))
        return await self._execution.past()

    async def picture(self, request: ImageRequest, past: list[PastAttempt]) -> tuple[int, GeneratedImage, int]:
        """The attempt's number, the picture and its cost in yen. Raises JobEnds."""
        last = past[-1] if past else None
        if last and last.outcome == "unknown":
            raise JobEnds(SPEND_UNKNOWN, "an earlier order may have been charged and could not be found")
        if last and last.outcome == "failed" and last.cost_yen:
            raise JobEnds(RunFailed.code, "an earlier run was charged and brought no picture")
        ordered = await self.resumed(request, last) if last and last.outcome is None else None
        attempt = last.n if last else 0
        while ordered is None:
            attempt += 1
            ordered = await self._order(request, attempt)
        return ordered.attempt, await self._delivered(ordered), ordered.run.cost_yen

    async def _order(self, request: ImageRequest, attempt: int) -> Ordered | None:
        try:
            return await seen_through(self._placed(request, attempt))
        except OutcomeUnknown:
            return await self._found(request, attempt, timedelta(seconds=self._patience.order_timeout))
        except ProviderError as error:
            wait = ORDERING.wait_after(error, attempt) if isinstance(error, TransientFault) else None
            if wait is None:
                raise JobEnds(error.code, str(error)) from error
            await self._sleep(wait)
            return None

    async def _placed(self, request: ImageRequest, attempt: int) -> Ordered:
        """From the intent to the provider's answer, which is in the ledger whatever it is, unless it is unknown."""
        await self._execution.intend(attempt)
        try:
            run = await self._generator.submit(request)
        except OutcomeUnknown:
            raise
        except ProviderError as error:
            await self._execution.failed(attempt, str(error))
            await self._execution.heed(error)
            raise
        return await self._taken(attempt, run)

    async def _taken(self, attempt: int, run: ProviderRun) -> Ordered:
        await self._execution.submitted(attempt, run.provider_id, run.cost_yen, run.cost_usd_micros, ONE_IMAGE)
        return Ordered(attempt, run)

    async def resumed(self, request: ImageRequest, unfinished: PastAttempt) -> Ordered:
        """The run of an attempt without an end. Raises JobEnds when nobody can say whether there is one."""
        if unfinished.provider_id is not None:
            cost = self._generator.cost_yen(request.model, request.width, request.height)
            return Ordered(unfinished.n, ProviderRun(unfinished.provider_id, request.model, cost))
        return await self._found(request, unfinished.n, timedelta(seconds=unfinished.age_seconds + 5))

    async def _found(self, request: ImageRequest, attempt: int, ago: timedelta) -> Ordered:
        run, since = None, datetime.now(UTC) - ago
        try:
            run = await sat_out(lambda: self._generator.find(request, since), ORDERING, self._sleep)
        except ProviderError as error:
            await self._give_up(request, attempt, f"the order's fate could not be looked up: {error}")
        if run is None:
            await self._give_up(request, attempt, "the order was sent and no answer came, and no such run was found")
        assert run is not None
        return await self._taken(attempt, run)

    async def _give_up(self, request: ImageRequest, attempt: int, detail: str) -> None:
        cost = self._generator.cost_yen(request.model, request.width, request.height)
        await self._execution.unknown(attempt, detail, cost)
        raise JobEnds(SPEND_UNKNOWN, detail)

    async def _delivered(self, ordered: Ordered) -> GeneratedImage:
        try:
            async with asyncio.timeout(self._patience.run_timeout):
                return await sat_out(lambda: self._fetched(ordered), WAITING, self._sleep)
        except TimeoutError as error:
            await self._execution.failed(ordered.attempt, "the run took too long", ordered.run.cost_yen)
            with suppress(ProviderError):
                await self._generator.cancel(ordered.run.provider_id)
            message = f"the provider did not finish within {self._patience.run_timeout:.0f} s"
            raise JobEnds("RUN_TOO_LONG", message) from error
        except ProviderError as error:
            await self._execution.failed(ordered.attempt, str(error), ordered.run.cost_yen)
            raise JobEnds(error.code, str(error)) from error

    async def _fetched(self, ordered: Ordered) -> GeneratedImage:
        watch = self._watch(ordered.run.provider_id)
        while True:
            state = await self._generator.poll(ordered.run.provider_id)
            if isinstance(state, Succeeded):
                return await self._generator.fetch(state)
            if isinstance(state, Failed):
                await self._heed_cancelling(state)
                raise state.error()
            await self._note_wait(await watch.until_due(), state)

    def _watch(self, provider_id: str) -> Watch:
        if not self._generator.tells_ends:
            return Watch(self._sleep)
        return Watch(self._sleep, lambda: heard(self._execution.pool, provider_id))

    async def _heed_cancelling(self, failed: Failed) -> None:
        """Who called the job off asks the provider to stop it, and notes by itself what that came to."""
        if failed.code == "cancelled" and not await self._execution.in_charge():
            raise AlreadyDone

    async def _note_wait(self, seconds: float, state: Pending) -> None:
        self._waited += seconds
        if self._waited < self._told_at + TOLD_EVERY:
            return
        self._told_at = self._waited
        doing = "is at work on it" if state.started else "has not begun"
        await self._execution.progress(f"the provider has had the order for {self._waited:.0f} s and {doing}")
