"""Has a generator stop what a cancelled job ordered, and puts on record what that came to."""

import asyncio
from contextlib import suppress

from assets.evidence import awaited
from assets.execution import Execution, PastAttempt
from assets.provider_errors import ProviderError
from assets.waiting import sat_out
from assets.worker import JobEnds
from image_service.generator import Failed, ImageGenerator, ImageRequest, Pending, Succeeded
from image_service.ordering import WAITING, Ordered, Ordering, Patience


class Stopping:
    """The orders of one cancelled job. Whoever placed them is fenced, and may be gone."""

    def __init__(self, generator: ImageGenerator, execution: Execution, patience: Patience) -> None:
        self._generator = generator
        self._execution = execution
        self._patience = patience

    async def answered(self, past: list[PastAttempt]) -> list[PastAttempt]:
        """The attempts, once an order that is under way is sure to have been answered."""
        if self._generator.offline:
            return past
        return await awaited(self._execution, self._patience.order_timeout, self._patience.sleep)

    async def stop(self, request: ImageRequest, unfinished: PastAttempt) -> None:
        """Gives an attempt its end in the ledger."""
        ordering = Ordering(self._generator, self._execution, self._patience)
        # An order that cannot be found is in the ledger as unknown by then.
        with suppress(JobEnds):
            await self._stopped(await ordering.resumed(request, unfinished))

    async def _stopped(self, ordered: Ordered) -> None:
        n, cost = ordered.attempt, ordered.run.cost_yen
        try:
            async with asyncio.timeout(self._patience.stop_timeout):
                end = await sat_out(lambda: self._end(ordered), WAITING, self._patience.sleep)
        except (TimeoutError, ProviderError) as error:
            await self._execution.unknown(n, f"cancelled, and its end was not seen: {error!r}", cost)
            return
        if isinstance(end, Succeeded):
            await self._execution.failed(n, "the picture was made before it could be stopped; it is not used", cost)
        elif end.code != "cancelled":
            await self._execution.failed(n, end.message, cost)
        elif end.began:
            await self._execution.unknown(n, "the provider stopped it while it was at work", cost)
        else:
            await self._execution.cancelled(n, "the provider stopped it before it had begun")

    async def _end(self, ordered: Ordered) -> Succeeded | Failed:
        await self._generator.cancel(ordered.run.provider_id)
        wait = 0.25
        while isinstance(state := await self._generator.poll(ordered.run.provider_id), Pending):
            await self._patience.sleep(wait)
            wait = min(wait * 1.5, 5.0)
        return state
