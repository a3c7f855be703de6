"""Which reading of admins is recorded already."""

import time
from collections import OrderedDict

AGAIN_AFTER = 60.0
REMEMBERED = 10_000


class Accesses:
    """Who read what within the last minute, so that whoever looks every second is one entry a minute and replica."""

    def __init__(self) -> None:
        self._until: OrderedDict[tuple[str, str, str], float] = OrderedDict()

    def is_new(self, team: str, actor: str, what: str) -> bool:
        """True for what has not been recorded within the last minute."""
        return self._until.get((team, actor, what), 0.0) < time.monotonic()

    def note(self, team: str, actor: str, what: str) -> None:
        """It is recorded now."""
        self._until[team, actor, what] = time.monotonic() + AGAIN_AFTER
        while len(self._until) > REMEMBERED:
            self._until.popitem(last=False)
