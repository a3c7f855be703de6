"""Promises 1, 2 and 5 together: processes are killed one after another, and everything finishes once each."""

import asyncio
import os
import random
from contextlib import AsyncExitStack

import pytest

from .processes import Process
from .world import Feeder, World

pytestmark = pytest.mark.long

CASCADES = int(os.environ.get("SAISEI_CHAOS_CASCADES") or 200)
PAUSE = 0.02
KILL_EVERY = 1.0
QUICK = {"sweep": 0.1, "lease": 2, "confirm": 1}


async def test_promise_02_cascades_finish_once_each_while_any_process_is_killed_each_second(world):
    feeder = Feeder(world.amqp_url)
    async with AsyncExitStack() as stack:
        herd = Herd(world, stack)
        for role in ("noting", "noting", "relaying"):
            await herd.add(role)
        first = await world.ask([0])
        await world.settled(first)
        feeding = asyncio.create_task(feeder.feed(range(1, CASCADES), PAUSE))
        killed = await _storm(herd, feeding)
        assert killed >= 2
        assert len((await world.settled([*first, *feeder.accepted])).applied) == CASCADES
    assert await world.outbox_rows() == 0


class Herd:
    """Processes of which one that was killed is followed by another of its role."""

    def __init__(self, world: World, stack: AsyncExitStack) -> None:
        self._world = world
        self._stack = stack
        self._running: list[tuple[str, Process]] = []

    async def add(self, role: str) -> None:
        """Starts one more."""
        process = await self._stack.enter_async_context(self._world.process(role, waits=QUICK))
        self._running.append((role, process))

    async def kill_any(self) -> None:
        """SIGKILL to one of them, by chance."""
        role, victim = self._running.pop(random.randrange(len(self._running)))
        await victim.kill()
        await self.add(role)


async def _storm(herd: Herd, feeding: asyncio.Task) -> int:
    killed = 0
    while not feeding.done():
        await herd.kill_any()
        killed += 1
        await asyncio.wait([feeding], timeout=KILL_EVERY)
    await feeding
    return killed
