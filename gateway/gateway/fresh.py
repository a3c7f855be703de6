"""The newest events of campaigns whose streams are open here, as this replica committed them. No I/O."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from gateway.stream_store import StreamRow

KEPT = 20
"""Events of a campaign; whoever is further behind asks the database."""


class FreshRows:
    """Runs of events without a gap, by campaign, so that open streams need not each ask for what all of them tell."""

    def __init__(self) -> None:
        self._watchers: Counter[str] = Counter()
        self._elsewhere: Counter[str] = Counter()
        self._runs: dict[str, deque[StreamRow]] = {}

    @contextmanager
    def watched(self, campaign_id: str) -> Iterator[None]:
        """Keeps this campaign's events from now on."""
        self._watchers[campaign_id] += 1
        try:
            yield
        finally:
            self._watchers[campaign_id] -= 1
            if not self._watchers[campaign_id]:
                del self._watchers[campaign_id]
                self._runs.pop(campaign_id, None)
                self._elsewhere.pop(campaign_id, None)

    def add(self, campaign_id: str, row: StreamRow) -> None:
        """One more, if anybody watches; where another replica's events lie between, the run begins anew."""
        if campaign_id not in self._watchers:
            return
        run = self._runs.setdefault(campaign_id, deque(maxlen=KEPT))
        if run and run[-1].position + 1 != row.position:
            run.clear()
        run.append(row)

    def tell_elsewhere(self, campaign_ids: Iterable[str] | None) -> None:
        """Another replica has told of these campaigns, or may have of any: there may be more than is at hand."""
        for campaign_id in list(self._watchers) if campaign_ids is None else campaign_ids:
            if campaign_id in self._watchers:
                self._elsewhere[campaign_id] += 1

    def elsewhere(self, campaign_id: str) -> int:
        """How often that was so while somebody watched."""
        return self._elsewhere[campaign_id]

    def after(self, campaign_id: str, position: int) -> Sequence[StreamRow]:
        """What follows a position right away; nothing when that is not at hand."""
        run = self._runs.get(campaign_id)
        if not run or position + 1 < run[0].position:
            return ()
        return list(islice(run, position + 1 - run[0].position, None))
