"""Questions that may get no answer in time: asked once for all who want to know, and never waited for too long."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Question(Generic[T]):
    """Whoever asks while an answer is awaited, or `fresh` seconds after one came, shares it."""

    def __init__(self, ask: Callable[[], Awaitable[T]], fresh: float = 0.0) -> None:
        self._ask = ask
        self._fresh = fresh
        self._asked: asyncio.Task[T] | None = None
        self._answered_at = 0.0

    async def answer(self, patience: float) -> T:
        """The answer; raises what the asking raised, and TimeoutError after `patience` seconds without one."""
        if self._asked is None or self._is_stale(self._asked):
            self._asked = asyncio.create_task(self._asking())
            self._asked.add_done_callback(_seen)
        # It is left alone and not cancelled: to cancel a statement on a silent network takes as long as the statement.
        await asyncio.wait({self._asked}, timeout=patience)
        if not self._asked.done():
            raise TimeoutError
        return self._asked.result()

    async def stop(self) -> None:
        """Awaits no answer any more."""
        if self._asked is not None:
            self._asked.cancel()
            await asyncio.wait({self._asked}, timeout=1)

    def _is_stale(self, asked: asyncio.Task[T]) -> bool:
        return asked.done() and time.monotonic() - self._answered_at >= self._fresh

    async def _asking(self) -> T:
        try:
            return await self._ask()
        finally:
            self._answered_at = time.monotonic()


def _seen(asked: asyncio.Task[T]) -> None:
    """An error that comes when nobody waits any more is no news: the next who asks will meet it."""
    if not asked.cancelled():
        asked.exception()
