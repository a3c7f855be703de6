"""Tells a message that ends its process from those that were only delivered again.

The broker counts deliveries: also of a message that was merely prefetched when a process died or a connection was cut.
So the handling of a message that is delivered again is noted when it begins and when it ends. Whatever was at work as a
process died is suspect, and suspects are handled one at a time in a process: only the one that does it goes on dying.
Fresh messages cost nothing.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from aio_pika.abc import AbstractIncomingMessage
from faststream.rabbit import RabbitMessage

from chassis import deliveries_store
from chassis.db import Database
from chassis.errors import SaiseiError
from chassis.holding import Holding, LetGo

ENDS_AT_MOST = 10
"""How many processes a message may end, the first not counted, before it is buried. A long job may well be at work as
its process is killed for other reasons, and a few times in a row; one that does it itself goes on."""

DELIVERIES_AT_MOST = 40
"""How many deliveries without an end make one try. At 50 the broker gives up by itself, and may drop the message."""

log = structlog.get_logger()

Statement = Callable[[], Awaitable[None]]

Received = RabbitMessage | AbstractIncomingMessage

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


class ProcessEnded(SaiseiError):
    """A message that is not handled once more, because its process ended each time."""


class DeliveredTooOften(SaiseiError):
    """A message that came again and again without an end; it goes through the delayed retry."""


@dataclass(frozen=True)
class Past:
    """What is known of a message: how often it was tried and failed, and how often handling began without an end."""

    tries: int = 0
    begun: int = 0


class Trouble:
    """What one queue's consumer remembers of messages that did not end at their first delivery."""

    def __init__(self, queue: str, database: Database, holding: Holding) -> None:
        self._queue = queue
        self._database = database
        self._holding = holding
        self._at_work: set[UUID] = set()

    async def pasts(self, messages: Sequence[Received]) -> list[Past]:
        """Each message's past, in their order. Raises LetGo."""
        keys = [key_of(message) for message in messages if not _is_fresh(message)]
        noted = await self._known(keys) if keys else {}
        return [self._past(message, noted) for message in messages]

    @asynccontextmanager
    async def handling(self, messages: Collection[Received], *, suspect: bool = False) -> AsyncIterator[None]:
        """Notes, until the end of the context, that those which were delivered before are at work. Raises LetGo."""
        keys = {key_of(message) for message in messages if _deliveries(message)}
        async with _turn() if suspect else nullcontext():
            if suspect and self._holding.ends:
                raise LetGo
            if not keys:
                yield
                return
            await self._noted(lambda: deliveries_store.begin(self._database.pool, self._queue, keys))
            self._at_work |= keys
            try:
                yield
            finally:
                await self._end(keys)

    async def wait(self, message: Received) -> None:
        """Notes that this delivery came too early, so that it counts as no try. Raises LetGo."""
        key = key_of(message)
        await self._noted(lambda: deliveries_store.wait(self._database.pool, self._queue, key))

    async def forget(self, message: Received) -> None:
        """The message has ended; sent again, it has all ahead."""
        if not _is_fresh(message):
            key = key_of(message)
            await _attempt(lambda: deliveries_store.forget(self._database.pool, self._queue, key))

    async def forgive(self) -> None:
        """The service stops in order, so whatever is still at work is not to blame."""
        if self._at_work:
            await self._end(set(self._at_work))

    async def _end(self, keys: set[UUID]) -> None:
        self._at_work -= keys
        await _attempt(lambda: deliveries_store.end(self._database.pool, self._queue, keys))

    async def _known(self, keys: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
        noted: dict[UUID, tuple[int, int]] = {}

        async def select() -> None:
            noted.update(await deliveries_store.select(self._database.pool, self._queue, keys))

        await self._noted(select)
        return noted

    async def _noted(self, statement: Statement) -> None:
        await _attempt(lambda: self._holding.through(statement))

    def _past(self, message: Received, noted: dict[UUID, tuple[int, int]]) -> Past:
        rejected = _rejections(message, self._queue)
        begun, waits = noted.get(key_of(message), (0, 0)) if noted else (0, 0)
        return Past(tries=max(0, rejected - waits), begun=begun)


def refusal(message: Received, past: Past) -> SaiseiError | None:
    """Why a message is not to be handled; None when it is."""
    if past.begun >= ENDS_AT_MOST:
        return ProcessEnded(f"its process ended {past.begun} times while at it")
    if (deliveries := _deliveries(message)) >= DELIVERIES_AT_MOST:
        return DeliveredTooOften(f"delivered {deliveries} times without an end")
    return None


def key_of(message: Received) -> UUID:
    """Names a message also when nothing in it can be read."""
    return UUID(bytes=hashlib.sha256(message.body).digest()[:16])


def _turn() -> AbstractAsyncContextManager[Any]:
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())


def _is_fresh(message: Received) -> bool:
    return not _deliveries(message) and not message.headers.get("x-death")


def _deliveries(message: Received) -> int:
    return cast("int", message.headers.get("x-delivery-count") or 0)


def _rejections(message: Received, queue: str) -> int:
    deaths = cast("list[dict[str, Any]]", message.headers.get("x-death") or [])
    counted = [d for d in deaths if d.get("queue") == queue and d.get("reason") in ("rejected", "delivery_limit")]
    return sum(int(death.get("count", 0)) for death in counted)


async def _attempt(statement: Statement) -> None:
    """What cannot be noted keeps no message from being handled."""
    try:
        await statement()
    except LetGo:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the message goes on
        log.warning("delivery_not_noted", error=repr(error))
