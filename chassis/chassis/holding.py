"""Sits out the faults of the database and the network, and tells for how long."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import structlog

from chassis.infrastructure import hold_seconds, is_infrastructure
from chassis.metrics import HELD, HELD_SECONDS

log = structlog.get_logger()

T = TypeVar("T")


class LetGo(Exception):
    """The service stops while a message is held; the broker takes it back."""


class Holding:
    """What one queue's messages wait out. They spend no try meanwhile."""

    def __init__(self, queue: str) -> None:
        self._queue = queue
        self._stopping = asyncio.Event()
        self._since: dict[object, float] = {}
        HELD_SECONDS.labels(queue).set_function(self.seconds)

    @property
    def ends(self) -> bool:
        """True once nothing is held any more because the service stops."""
        return self._stopping.is_set()

    def let_go(self) -> None:
        """Holds messages no longer: what the infrastructure keeps from being handled goes back to the broker."""
        self._stopping.set()

    def seconds(self) -> float:
        """How long the message that is held for the longest has been; 0 while none is."""
        return time.monotonic() - min(self._since.values()) if self._since else 0.0

    async def through(self, work: Callable[[], Awaitable[T]]) -> T:
        """Does `work`, from its start again whenever the infrastructure was at fault. Raises LetGo."""
        with contextlib.ExitStack() as held:
            for attempt in itertools.count():
                try:
                    return await work()
                except Exception as error:
                    if not is_infrastructure(error):
                        raise
                    if attempt == 0:
                        held.enter_context(self._counted())
                    await self._hold(attempt, error)
        raise AssertionError("counting never ends")

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        one = object()
        self._since[one] = time.monotonic()
        try:
            with HELD.labels(self._queue).track_inprogress():
                yield
        finally:
            del self._since[one]

    async def _hold(self, attempt: int, error: Exception) -> None:
        log.warning("message_held", queue=self._queue, error=repr(error), attempt=attempt)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(hold_seconds(attempt)):
                await self._stopping.wait()
        if self._stopping.is_set():
            raise LetGo
