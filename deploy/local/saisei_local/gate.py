"""Holds started processes back until what they need is there, so that they load meanwhile."""

import asyncio
import os


class Gate:
    """A pipe that says one thing: whoever was given `waiting_end` goes on once the gate is open, or its holder gone."""

    def __init__(self) -> None:
        self.waiting_end, self._held = os.pipe()

    def open(self) -> None:
        """Let all go on, and those that start later too. Call it once."""
        os.close(self._held)


async def passed(waiting_end: int) -> None:
    """Wait until the gate behind this descriptor is open."""
    loop, is_open = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(waiting_end, is_open.set)
    try:
        await is_open.wait()
    finally:
        loop.remove_reader(waiting_end)
        os.close(waiting_end)
