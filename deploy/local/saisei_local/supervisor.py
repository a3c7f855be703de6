"""Runs child processes: restarts one that dies, and ends them all, in order and within a budget."""

import json
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from saisei_local.backoff import Backoff
from saisei_local.embedded import process
from saisei_local.log_files import rotate

STOP_SECONDS = 30.0


@dataclass
class Child:
    """One supervised process and its log."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path
    pass_fds: Sequence[int] = ()
    _backoff: Backoff = field(default_factory=Backoff)
    _process: subprocess.Popen[bytes] | None = None
    _read: int = 0

    def start(self) -> None:
        """Start it, or start it again."""
        if self._process is None and self.log.exists():
            self._read = self.log.stat().st_size
        self._process = process.spawn(
            self.argv,
            log=self.log,
            death_signal=signal.SIGTERM,
            env=self.env,
            cwd=Path.cwd(),
            pass_fds=self.pass_fds,
        )
        self._backoff.note_start()

    @property
    def exits(self) -> int:
        """How often it has died."""
        return self._backoff.exits

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def look_after(self) -> str | None:
        """Start it again when it has died and its pause is over. Returns a sentence when something happened."""
        if self.pid or self._process is None:
            return None
        if pause := self._backoff.note_exit():
            return f"{self.name} ended ({_status(self._process.returncode)}); starting it again in {pause:.1f} s"
        if self._backoff.is_over:
            self.start()
        return None

    def terminate(self) -> None:
        """Ask it to stop; it drains what it has at hand."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def finish(self, deadline: float) -> bool:
        """Wait for it until the deadline, then kill it. False when that was necessary."""
        if self._process is None:
            return True
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline - time.monotonic()))
            return True
        self._process.kill()
        self._process.wait()
        return False

    def new_errors(self) -> list[str]:
        """One line for each error logged since the last call. A log that is full begins anew."""
        if not self.log.exists():
            return []
        with self.log.open("rb") as file:
            file.seek(self._read)
            complete = file.read().rpartition(b"\n")[0]
        self._read += len(complete) + 1 if complete else 0
        if rotate(self.log):
            self._read = 0
        lines = complete.decode(errors="replace").splitlines()
        return [f"{self.name}: {summary}" for summary in map(_error_summary, lines) if summary]


class Supervisor:
    """A set of children that start, run and end together."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children

    def start(self) -> None:
        """Start all."""
        for child in self.children:
            child.start()

    def look_after(self) -> list[str]:
        """Restart what died. Returns what happened since the last call, in sentences."""
        notices = [notice for child in self.children if (notice := child.look_after())]
        return notices + [error for child in self.children for error in child.new_errors()]

    def stop(self, seconds: float = STOP_SECONDS) -> list[str]:
        """Ask all to stop at once, and kill what is left after the budget. Returns the names of the killed."""
        for child in self.children:
            child.terminate()
        deadline = time.monotonic() + seconds
        return [child.name for child in self.children if not child.finish(deadline)]


def supervised(pid: int) -> dict[str, int]:
    """The processes of services that this `saisei up` runs now: `all`, or each by its service's name."""
    running = process.children(pid).items()
    return {
        argv[argv.index("--supervised") + 1]: child for child, argv in running if {"run", "--supervised"} <= {*argv}
    }


def _status(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"status {code}"


def _error_summary(line: str) -> str | None:
    """What a JSON log line of an error says in one line, and nothing for any other line."""
    try:
        entry = json.loads(line)
        failed = entry["level"] in ("error", "critical")
    except (ValueError, KeyError, TypeError):
        return None
    if not failed:
        return None
    cause = entry.get("error") or str(entry.get("exception", "")).strip().rpartition("\n")[2]
    return f"{entry.get('event')} {cause}".strip()[:300]
