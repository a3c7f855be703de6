"""When a run at a provider is asked about: more and more rarely, or at once when the provider says that it ended."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

LOOK_EVERY = 0.5
SLOWING = 1.5


@dataclass(frozen=True)
class Pace:
    """Seconds before the second question, and between two at most."""

    first: float
    longest: float


ASKING = Pace(first=0.25, longest=5.0)
BEING_TOLD = Pace(first=5.0, longest=30.0)
"""The provider will say when to ask; these questions are for the word that never comes."""


class Watch:
    """The waits between questions about one run. `notices` counts what the provider said of its end, if it does."""

    def __init__(
        self, sleep: Callable[[float], Awaitable[None]], notices: Callable[[], Awaitable[int]] | None = None
    ) -> None:
        self._sleep = sleep
        self._notices = notices
        self._acted_on = 0
        self._pace = BEING_TOLD if notices else ASKING
        self._wait = self._pace.first

    async def until_due(self) -> float:
        """Returns when the run is to be asked about again, with the seconds that were waited."""
        wait, waited = self._wait, 0.0
        self._wait = min(wait * SLOWING, self._pace.longest)
        while waited < wait and not await self._is_told():
            step = min(wait - waited, LOOK_EVERY) if self._notices else wait
            await self._sleep(step)
            waited += step
        return waited

    async def _is_told(self) -> bool:
        """Whether anything was said since the last question that it led to."""
        told = await self._notices() if self._notices else 0
        if told <= self._acted_on:
            return False
        self._acted_on = told
        # The word may be ahead of what the provider answers, or false: from now on it is asked as if none had come.
        self._pace = ASKING
        self._wait = ASKING.first
        return True
