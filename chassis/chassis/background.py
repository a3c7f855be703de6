"""Tasks that run as long as a service does, and are noticed when they end by themselves."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger()


class Background:
    """A set of tasks; one that fails is logged with its reason and makes the service not ready."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.awaited: set[str] = set()
        """What has to end well before the service is ready, and has not."""
        self._tasks: dict[asyncio.Task[None], str] = {}

    def start(self, name: str, work: Coroutine[Any, Any, None], *, awaited: bool = False) -> None:
        """Runs `work` beside everything else. It may end, and if it is awaited it has to; it may not fail."""
        if awaited:
            self.awaited.add(name)
        task = asyncio.create_task(work, name=name)
        self._tasks[task] = name
        task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Ends all of them."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        name = self._tasks.pop(task)
        if task.cancelled():
            return
        self.awaited.discard(name)
        if (error := task.exception()) is not None:
            self.failed.append(name)
            log.critical("background_task_failed", task=name, exc_info=error)
