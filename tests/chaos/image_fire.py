"""Workers of images that are ended by SIGKILL, one drawn at random each second, and started again at once."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from random import Random

from chassis.testing import eventually

from .fire import KILL_EVERY, KILLED_EARLY
from .image_world import PATIENCE, ImageWorld
from .processes import Process

WORKERS = 4
UP = "service_started"
"""What a worker's log says once it takes jobs."""


class Crew:
    """Four workers. One that has not come up yet is mostly spared, as in `fire` and for the same reason."""

    def __init__(self, world: ImageWorld, random: Random) -> None:
        self.kills = 0
        self._world = world
        self._random = random
        self._stack = AsyncExitStack()
        self._workers: list[Process] = []

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """All of them, for as long as the context lasts."""
        async with self._stack:
            for _ in range(WORKERS):
                await self._start()
            yield

    @asynccontextmanager
    async def burning(self) -> AsyncIterator[None]:
        """Kills for as long as the context lasts."""
        over = asyncio.Event()
        burning = asyncio.create_task(self._burn(over))
        try:
            yield
        finally:
            # Not cancelled: whoever was killed last has a successor first.
            over.set()
            await burning

    async def stop(self) -> None:
        """Each of them ends in order, and lets go of what it holds."""
        for worker in self._workers:
            await eventually(lambda worker=worker: _is_up(worker), PATIENCE)
            worker.send(signal.SIGTERM)
        for worker in self._workers:
            assert await worker.ended(PATIENCE) == 0, worker.log.read_text()

    async def _burn(self, over: asyncio.Event) -> None:
        while not await _is_set_within(over, KILL_EVERY):
            drawn = self._random.choice(self._workers)
            assert drawn.is_running, drawn.log.read_text()
            if _is_up(drawn) or self._random.random() < KILLED_EARLY:
                await drawn.kill()
                self.kills += 1
                self._workers.remove(drawn)
                await self._start()

    async def _start(self) -> None:
        self._workers.append(await self._stack.enter_async_context(self._world.worker()))


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


def _is_up(worker: Process) -> bool:
    return UP in worker.log.read_text()
