"""Which deliveries of a channel are open, and so what an acknowledgement with `multiple` would take along. No I/O."""

from collections.abc import Collection

import structlog

log = structlog.get_logger()


class OpenDeliveries:
    """The delivery tags of one channel of which the broker was not told yet."""

    def __init__(self) -> None:
        self._open: dict[int, None] = {}
        self._newest = 0
        self._all_known = True

    def __len__(self) -> int:
        return len(self._open)

    def take(self, tag: int) -> None:
        """One more, as it arrives. After a gap nothing is told of together: what is unknown must stay open."""
        if self._all_known and tag != self._newest + 1:
            log.warning("delivery_unseen", tag=tag, newest=self._newest)
            self._all_known = False
        self._newest = tag
        self._open[tag] = None

    def together(self, done: Collection[int]) -> set[int]:
        """Those of `done` before which nothing but they is open."""
        if not self._all_known:
            return set()
        oldest = next((tag for tag in self._open if tag not in done), self._newest + 1)
        return {tag for tag in done if tag < oldest}

    def close(self, tag: int) -> None:
        """The broker was told of this one."""
        self._open.pop(tag, None)
