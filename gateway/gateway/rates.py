"""Rate limits per team, one bucket each for reads and writes, on each replica."""

import time
from collections import OrderedDict

from gateway.problems import ProblemError

TEAMS = 10_000


class Rates:
    """Token buckets that hold twice what they gain in a second."""

    def __init__(self, reads_per_second: int, writes_per_second: int) -> None:
        self._gain = {False: float(reads_per_second), True: float(writes_per_second)}
        self._buckets: OrderedDict[tuple[str, bool], tuple[float, float]] = OrderedDict()

    def take(self, team: str, *, write: bool) -> None:
        """Raises ProblemError 429 when the team asks more often than it may."""
        now, gain, key = time.monotonic(), self._gain[write], (team, write)
        level, at = self._buckets.pop(key, (2 * gain, now))
        level = min(2 * gain, level + (now - at) * gain)
        self._buckets[key] = (max(level - 1, 0.0), now)
        if len(self._buckets) > TEAMS:
            self._buckets.popitem(last=False)
        if level < 1:
            raise ProblemError(429, "this team asks too often; slow down", headers={"Retry-After": "1"})
