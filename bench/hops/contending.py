"""A contender's own process: it sets itself up, then runs cascades when the bench says so, one JSON line each way."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import uvloop

START_SECONDS = 30.0
"""For a contender's own processes, until the first cascade has finished."""


class Contender(Protocol):
    """One way to run cascades."""

    async def burst(self, count: int) -> float:
        """Starts `count` cascades at once; seconds until the last has finished."""
        ...

    async def rest(self, count: int) -> list[float]:
        """Runs cascades one after another with nothing else going on; milliseconds of each."""
        ...


Opening = Callable[[str, str], AbstractAsyncContextManager[Contender]]


def contend(opening: Opening) -> None:
    """Serves the bench until it closes standard input. `opening` gets the database's and the broker's URL."""
    uvloop.run(_serve(opening))


async def _serve(opening: Opening) -> None:
    async with opening(os.environ["BENCH_DATABASE_URL"], os.environ["BENCH_AMQP_URL"]) as contender:
        _answer("ready")
        while line := await asyncio.to_thread(sys.stdin.readline):
            what, count = line.split()
            _answer(await (contender.burst if what == "burst" else contender.rest)(int(count)))


def _answer(content: object) -> None:
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()
