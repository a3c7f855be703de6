"""Paid calls whose answer comes with the call itself: none is bought twice, and none is left without an end."""

from collections.abc import Sequence
from typing import Any

from assets.evidence import awaited
from assets.execution import Execution, PastAttempt
from assets.provider_errors import SPEND_UNKNOWN, OutcomeUnknown, ProviderError, Spent
from assets.waiting import Sleep
from assets.worker import Generator, JobEnds


class Calls:
    """The calls that one kind of job makes; `timeout_seconds` is how long the provider may take for one."""

    def __init__(self, generator: Generator, timeout_seconds: float, sleep: Sleep) -> None:
        self._generator = generator
        self._timeout_seconds = timeout_seconds
        self._sleep = sleep

    async def bought(self, execution: Execution, past: Sequence[PastAttempt]) -> dict[str, Any] | None:
        """What an earlier attempt brought; None when the next call may be made.

        Raises JobEnds as SPEND_UNKNOWN when an earlier call may have been charged and nobody knows what came of it.
        """
        if any(one.outcome is None for one in past):
            past = await self._settled(execution, past)
        for one in past:
            if one.outcome == "succeeded" and one.output:
                return one.output
        if any(one.outcome == "unknown" for one in past):
            raise JobEnds(SPEND_UNKNOWN, "an earlier call may have been charged and brought no answer")
        return None

    async def stop(self, execution: Execution, past: list[PastAttempt]) -> None:
        """A call cannot be taken back, so it is waited for: what it cost counts, and its answer is not used."""
        if not self._generator.offline:
            past = await awaited(execution, self._timeout_seconds, self._sleep)
        await self._give_up(execution, past)

    async def failed(self, execution: Execution, n: int, error: ProviderError, spent: Spent | None) -> None:
        """Notes what a call cost that brought nothing, and heeds what the provider asks for."""
        cost = spent or Spent(None, 0)
        if isinstance(error, OutcomeUnknown):
            await execution.unknown(n, str(error), cost.cost_yen or self._generator.call_yen)
            return
        await execution.failed(n, str(error), cost.cost_yen, cost.provider_id, cost.cost_usd_micros, cost.units)
        await execution.heed(error)

    async def _settled(self, execution: Execution, past: Sequence[PastAttempt]) -> list[PastAttempt]:
        """An intent without an end may have been charged: wait out the provider, then let a person decide."""
        if not self._generator.offline:
            age = min(one.age_seconds for one in past if one.outcome is None)
            await self._sleep(max(0.0, self._timeout_seconds - age))
        # A worker that was thought dead may have ended its call meanwhile.
        await self._give_up(execution, await execution.past())
        return await execution.past()

    async def _give_up(self, execution: Execution, past: Sequence[PastAttempt]) -> None:
        for one in past:
            if one.outcome is None and self._generator.offline:
                await execution.failed(one.n, "the process ended; nothing was charged")
            elif one.outcome is None:
                await execution.unknown(one.n, "the process ended during the call", self._generator.call_yen)
