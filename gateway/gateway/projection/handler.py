"""The projection: a batch of events becomes rows of the read model, in one transaction."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from chassis.batch import Committed
from contracts.envelope import AuditRecorded, Envelope
from gateway.projection import events_store, store
from gateway.projection.working import Told
from gateway.stream_store import StreamRow
from gateway.wakeups import Wakeups

NOTIFY_LIMIT = 7000
"""PostgreSQL refuses a notification of 8,000 bytes or more."""


class Projection:
    """Applies batches and wakes whoever waits for them, here and on other replicas."""

    def __init__(self, wakeups: Wakeups) -> None:
        self._wakeups = wakeups

    async def apply(self, envelopes: Sequence[Envelope], conn: Any) -> Committed | None:
        """Takes a batch into the read model. Raises ValidationError for an event that breaks its schema."""
        # Who did what from where is for admins, who ask the jobs service; here, every viewer could read it.
        told = [Told.of(envelope) for envelope in envelopes if envelope.type != AuditRecorded.type]
        if not told:
            return None
        told = await events_store.keep(conn, told)
        changed = await store.load(conn, told)
        for one in told:
            changed.apply(one)
        waited_for = _keys(told)
        await store.save(conn, changed, self._payload(waited_for))
        return partial(self._committed, told, waited_for)

    def _committed(self, told: Sequence[Told], waited_for: set[str]) -> None:
        """Wakes this replica's own waiters, whose streams need not ask the database for what came by here."""
        for one in told:
            if one.campaign_id is not None:
                row = StreamRow(one.position, one.envelope.type, one.envelope.subject, one.data)
                self._wakeups.fresh.add(one.campaign_id, row)
        self._wakeups.wake(waited_for)

    def _payload(self, waited_for: set[str]) -> str:
        payload = json.dumps({"from": self._wakeups.replica, "keys": sorted(waited_for)})
        return payload if len(payload) < NOTIFY_LIMIT else json.dumps({"from": self._wakeups.replica, "keys": None})


def _keys(told: Sequence[Told]) -> set[str]:
    """What waiters of these events wait for: a campaign's stream, or a cascade."""
    campaigns = {one.campaign_id for one in told if one.campaign_id is not None}
    return campaigns | {str(one.envelope.correlationid) for one in told}
