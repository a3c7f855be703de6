"""Named points at which a test can end the process, as a crash would. Unarmed, reaching one costs a look-up."""

import os
import signal

VARIABLE = "SAISEI_TEST_CRASH_AT"

SIGNAL = signal.SIGKILL
"""What a process gets at its point. A test that wants it to stand still there says SIGSTOP."""

_armed: set[str] = set(filter(None, os.environ.get(VARIABLE, "").split(",")))


def reach(point: str) -> None:
    """Ends this process by SIGNAL when a test armed the point, as `name` or, for the nth passing, `name:n`."""
    if _armed:
        _pass(point)


def is_armed(point: str) -> bool:
    """True when a test wants the process to end there sooner or later."""
    return any(armed.partition(":")[0] == point for armed in _armed)


def _pass(point: str) -> None:
    for armed in list(_armed):
        name, _, count = armed.partition(":")
        if name != point:
            continue
        _armed.discard(armed)
        if count in ("", "1"):
            os.kill(os.getpid(), SIGNAL)
        else:
            _armed.add(f"{name}:{int(count) - 1}")
