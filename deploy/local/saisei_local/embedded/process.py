"""Child processes that never outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.02

_libc = ctypes.CDLL(None, use_errno=True)


class StartError(RuntimeError):
    """A child process ended, or stayed silent, before it was ready."""


@dataclass(frozen=True)
class Identity:
    """The user and group that a child gives up root for."""

    uid: int
    gid: int


def _tie_to_parent(death_signal: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def tie() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # It died before the line above could take effect.
            os._exit(1)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())

    return tie


def spawn(
    argv: Sequence[str],
    *,
    log: Path,
    death_signal: signal.Signals,
    env: Mapping[str, str] | None = None,
    cwd: Path = Path("/"),
    identity: Identity | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a process in its own session that gets `death_signal` when the starting *thread* ends.

    Call it from a thread that lives as long as the child should: the main one.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - every argv is built by this package, and no shell reads it.
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            pass_fds=pass_fds,
            start_new_session=True,
            preexec_fn=_tie_to_parent(death_signal),
            user=identity.uid if identity else None,
            group=identity.gid if identity else None,
            extra_groups=[] if identity else None,
        )


def stop(process: subprocess.Popen[bytes], steps: Sequence[tuple[signal.Signals, float]]) -> int:
    """Send each signal in turn and wait its seconds; SIGKILL what is then still there. Returns the exit status."""
    for sign, seconds in steps:
        if process.poll() is not None:
            break
        process.send_signal(sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    if process.poll() is None:
        process.kill()
    return process.wait()


def processes_in(folder: Path) -> list[int]:
    """Ids of the processes whose working directory is `folder`."""
    wanted = str(folder.resolve())
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and str((entry / "cwd").readlink()) == wanted:
                found.append(int(entry.name))
    return found


def end_leftovers(folder: Path, programs: Collection[str], sign: signal.Signals, grace: float) -> None:
    """End those of `programs` that a killed supervisor left running in `folder`, then wait until they are gone."""
    for pid in _running(programs, folder):
        _signal(pid, sign)
    deadline = time.monotonic() + grace
    while found := _running(programs, folder):
        if time.monotonic() > deadline:
            for pid in found:
                _signal(pid, signal.SIGKILL)
        time.sleep(POLL_SECONDS)


def _running(programs: Collection[str], folder: Path) -> list[int]:
    """A person's shell may stand in the folder as well, so its processes are also told by what they run."""
    return [pid for pid in processes_in(folder) if not _names(pid).isdisjoint(programs)]


def _names(pid: int) -> set[str]:
    """The file that a process runs, and for a script, whose file is its shell, the script's name (15 characters)."""
    entry = Path("/proc") / str(pid)
    with suppress(OSError):
        return {(entry / "exe").readlink().name.removesuffix(" (deleted)"), (entry / "comm").read_text().strip()}
    return set()


def _signal(pid: int, sign: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, sign)


def children(pid: int) -> dict[int, list[str]]:
    """The processes that a process has started and that run, whichever of its threads did, with their arguments."""
    found: dict[int, list[str]] = {}
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        # A thread or a child may end while it is looked at.
        with suppress(OSError):
            for child in task.read_text().split():
                found[int(child)] = Path(f"/proc/{child}/cmdline").read_text().split("\0")
    return found


def memory_bytes(pid: int | str, name: str = "VmRSS") -> int:
    """What a process has resident: VmRSS now, VmHWM at its peak. Raises OSError when it is gone."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, seconds: float) -> None:
    """Wait for `ready`. Raises StartError with the log's end when the process ends first or time is up."""
    deadline = time.monotonic() + seconds
    while True:
        # Asked first: what ends well between the two questions is ready, and has not failed.
        ended = process.poll() is not None
        if ready():
            return
        if ended:
            raise StartError(f"{log.stem} ended with status {process.returncode}. {log} ends:\n{tail(log)}")
        if time.monotonic() > deadline:
            raise StartError(f"{log.stem} was not ready after {seconds:.0f} s. {log} ends:\n{tail(log)}")
        time.sleep(POLL_SECONDS)


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log file."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
