"""Real processes that a test starts, ends, freezes and wakes by their ids."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from chassis.crashpoints import VARIABLE

SCRIPT = Path(__file__).with_name("chaos_service.py")
CRASH_SECONDS = 30.0


class Process:
    """One running service."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self.log = log

    @property
    def is_running(self) -> bool:
        """False once it has ended."""
        return self._process.returncode is None

    async def crashed(self) -> None:
        """Waits until it was ended by a crash point."""
        assert await self.ended(CRASH_SECONDS) == -signal.SIGKILL, self.log.read_text()

    async def ended(self, seconds: float) -> int:
        """Its exit status, waited for. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            return await self._process.wait()

    async def kill(self) -> None:
        """SIGKILL, and waits until it is gone."""
        if self.is_running:
            self._process.kill()
        await self._process.wait()

    def send(self, number: signal.Signals) -> None:
        """Sends it a signal."""
        self._process.send_signal(number)

    @property
    def stands_still(self) -> bool:
        """True while it is stopped and not ended."""
        stat = Path(f"/proc/{self._process.pid}/stat")
        return self.is_running and stat.read_text().rpartition(")")[2].split()[0] == "T"


@asynccontextmanager
async def start(given: Mapping[str, Any], log: Path, crash_at: str = "") -> AsyncIterator[Process]:
    """A service of this test's own, killed at the end if it still runs."""
    environment = {**os.environ, VARIABLE: crash_at}
    with log.open("ab") as output:
        child = await asyncio.create_subprocess_exec(
            sys.executable, str(SCRIPT), json.dumps(given), env=environment, stdout=output, stderr=output
        )
    process = Process(child, log)
    try:
        yield process
    finally:
        await process.kill()
