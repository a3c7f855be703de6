"""Wakes those who wait for the read model to move, here and on other replicas."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

import asyncpg
import structlog

from gateway.fresh import FreshRows

CHANNEL = "gateway_stream"
RECONNECT_SECONDS = 1.0
SAFETY_POLL_SECONDS = 5.0
"""A notification is a hint only; whoever waits looks again this often without one."""

log = structlog.get_logger()


class Wakeups:
    """Waiters by what they wait for: a campaign's id, or a cascade's."""

    def __init__(self) -> None:
        self.replica = str(uuid4())
        self.closing = asyncio.Event()
        self.fresh = FreshRows()
        self._waiters: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def wake(self, keys: Iterable[str] | None) -> None:
        """Wakes the waiters of these keys, or everybody for None."""
        for key in list(self._waiters) if keys is None else keys:
            for event in self._waiters.get(key, ()):
                event.set()

    def heard(self, keys: Collection[str] | None) -> None:
        """Wakes the waiters of what another replica has taken in, or may have."""
        self.fresh.tell_elsewhere(keys)
        self.wake(keys)

    def close(self) -> None:
        """Ends every wait, for shutdown."""
        self.closing.set()
        self.wake(None)

    @contextmanager
    def waiting(self, key: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever something under `key` changed; clear it before looking."""
        event = asyncio.Event()
        self._waiters[key].add(event)
        try:
            yield event
        finally:
            self._waiters[key].discard(event)
            if not self._waiters[key]:
                del self._waiters[key]

    async def until(self, key: str, reached: Callable[[], Awaitable[bool]], seconds: float) -> bool:
        """Waits until `reached` says so, looking only when woken; False when it did not in time."""
        with suppress(TimeoutError), self.waiting(key) as woken:
            async with asyncio.timeout(seconds):
                while not self.closing.is_set():
                    woken.clear()
                    if await reached():
                        return True
                    await wait_or_poll(woken)
        return False


async def wait_or_poll(woken: asyncio.Event, seconds: float = SAFETY_POLL_SECONDS) -> bool:
    """True when woken, False when it is time to look without having been."""
    try:
        async with asyncio.timeout(seconds):
            return await woken.wait()
    except TimeoutError:
        return False


class Listener:
    """A dedicated connection that hears of other replicas' projections."""

    def __init__(self, database_url: str, wakeups: Wakeups) -> None:
        self._url = database_url
        self._wakeups = wakeups

    async def run(self) -> None:
        """Listens for ever; after every reconnection everybody looks once, as something may have been missed."""
        while True:
            try:
                await self._listen()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("stream_listener_lost", error=repr(error))
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        conn = await asyncpg.connect(self._url, timeout=10)
        try:
            lost = asyncio.Event()
            conn.add_termination_listener(lambda _conn: lost.set())
            await conn.add_listener(CHANNEL, self._heard)
            self._wakeups.heard(None)
            await lost.wait()
        finally:
            with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await conn.close(timeout=2)

    def _heard(self, _conn: Any, _pid: int, _channel: str, payload: Any) -> None:
        told = json.loads(payload)
        if told["from"] != self._wakeups.replica:
            self._wakeups.heard(told["keys"])
