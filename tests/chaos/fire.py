"""Ends the processes of a whole Saisei by SIGKILL, one each second, for as long as a test lets it."""

import asyncio
import itertools
import os
import signal
import socket
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from random import Random
from urllib.parse import urlsplit

from saisei_local.embedded.ports import LOOPBACK
from saisei_local.services import SERVICES
from saisei_local.state import StateDir
from saisei_local.supervisor import supervised

KILL_EVERY = 1.0
KILLED_EARLY = 0.2
"""The share of processes that are killed although they have not come up yet."""

SERVER_EVERY = 20
"""Kills of services between two of a server, where servers are killed too."""


class Fire:
    """What `saisei up --split` started, and how often each was killed.

    The one to kill is drawn among all. One that is dead or has not come up yet is mostly spared: on a slow machine no
    process would ever come up otherwise.
    """

    def __init__(
        self, supervisor: int, state: StateDir, seed: int, *, turns: int | None = None, servers: Sequence[str] = ()
    ) -> None:
        self.kills: Counter[str] = Counter()
        self._supervisor = supervisor
        self._state = state
        self._turns = itertools.count(1) if turns is None else iter(range(1, turns + 1))
        self._servers = servers
        self._random = Random(seed)

    @asynccontextmanager
    async def burning(self) -> AsyncIterator[None]:
        """Kills for as long as the context lasts, or for its turns."""
        burning = asyncio.create_task(self._burn())
        try:
            yield
        finally:
            burning.cancel()
            with suppress(asyncio.CancelledError):
                await burning

    async def _burn(self) -> None:
        for turn in self._turns:
            await asyncio.sleep(KILL_EVERY)
            if self._servers and turn % SERVER_EVERY == 0:
                self._kill(self._random.choice(self._servers), self._state.instance().pids)
            else:
                name = self._random.choice(SERVICES)
                if self._is_up(name) or self._random.random() < KILLED_EARLY:
                    self._kill(name, supervised(self._supervisor))

    def _is_up(self, name: str) -> bool:
        port = urlsplit(self._state.instance().probes[name]).port
        with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
            return True
        return False

    def _kill(self, name: str, pids: Mapping[str, int]) -> None:
        if name in pids:
            with suppress(ProcessLookupError):
                os.kill(pids[name], signal.SIGKILL)
                self.kills[name] += 1
