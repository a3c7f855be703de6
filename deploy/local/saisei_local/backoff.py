"""How long to wait before a process that died is started again."""

import time

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
STEADY_SECONDS = 30.0


class Backoff:
    """The pauses of one process: they double while it keeps dying, and begin anew once it has run steadily."""

    def __init__(self) -> None:
        self.exits = 0
        self._pause = FIRST_PAUSE
        self._started = 0.0
        self._restart_at: float | None = None

    def note_start(self) -> None:
        """It was started just now."""
        self._started = time.monotonic()
        self._restart_at = None

    def note_exit(self) -> float | None:
        """The pause in seconds that begins now, or None when this death is known already."""
        if self._restart_at is not None:
            return None
        now = time.monotonic()
        self.exits += 1
        steady = now - self._started > STEADY_SECONDS
        self._pause = FIRST_PAUSE if steady or self.exits == 1 else min(self._pause * 2, LONGEST_PAUSE)
        self._restart_at = now + self._pause
        return self._pause

    @property
    def is_over(self) -> bool:
        """Whether the pause that began with the last death is over."""
        return self._restart_at is not None and time.monotonic() >= self._restart_at
