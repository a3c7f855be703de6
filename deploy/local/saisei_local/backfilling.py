"""The backfill as `up` runs it: a process beside the services, which need not wait for it."""

import os
import signal
import subprocess

from saisei_local.embedded import process
from saisei_local.invocation import command, command_line
from saisei_local.state import StateDir

STATUS_PENDING = 3
"""With which a supervised `migrate` ends when services still have to be told of the time before them."""


class Backfill:
    """Started now; what it says and how it ends is a notice."""

    def __init__(self, state: StateDir) -> None:
        self._log = state.logs / "backfill.log"
        env = os.environ | {"SAISEI_STATE_DIR": str(state.root)}
        self._process: subprocess.Popen[bytes] | None = process.spawn(
            command_line("backfill"), log=self._log, death_signal=signal.SIGTERM, env=env
        )

    def look_after(self) -> list[str]:
        """Once it has ended: how."""
        if self._process is None or (status := self._process.poll()) is None:
            return []
        self._process = None
        if status == 0:
            return [f"Services that came later were told of the time before them: {process.tail(self._log, 1)}"]
        return [
            f"Services that came later were not told all of the time before them: see {self._log}. "
            f"`{command()} backfill` goes on with it, and so does the next start"
        ]

    def stop(self) -> None:
        """Ends it where it is; the next start goes on from there."""
        if self._process is not None:
            process.stop(self._process, ((signal.SIGTERM, 2.0),))
