"""The projection: a batch of events becomes rows of the read model, in one transaction."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from contracts.envelope import AuditRecorded, Envelope
from gateway.projection import store
from gateway.projection.working import Told
from gateway.wakeups import Wakeups

NOTIFY_LIMIT = 7000
"""PostgreSQL refuses a notification of 8,000 bytes or more."""


class Projection:
    """Applies batches and wakes whoever waits for them, here and on other replicas."""

    def __init__(self, wakeups: Wakeups) -> None:
        self._wakeups = wakeups

    async def apply(self, envelopes: Sequence[Envelope], conn: Any) -> None:
        """Takes a batch into the read model. Raises ValidationError for an event that breaks its schema."""
        # Who did what from where is for admins, who ask the jobs service; here, every viewer could read it.
        told = [Told.of(envelope) for envelope in envelopes if envelope.type != AuditRecorded.type]
        if not told:
            return
        # Taking the positions locks the campaigns, so that their rows can be read, changed and written back.
        told = placed(told, await store.advance_positions(conn, _counts(told)))
        await store.insert_events(conn, told)
        await store.save_cascades(conn, told)
        rows = await store.load(conn, told)
        for one in told:
            rows.apply(one)
        await store.save(conn, rows)
        await store.notify(conn, self._payload(envelopes))

    def committed(self, envelopes: Sequence[Envelope]) -> None:
        """Wakes this replica's own waiters."""
        self._wakeups.wake(keys(envelopes))

    def _payload(self, envelopes: Sequence[Envelope]) -> str:
        payload = json.dumps({"from": self._wakeups.replica, "keys": sorted(keys(envelopes))})
        return payload if len(payload) < NOTIFY_LIMIT else json.dumps({"from": self._wakeups.replica, "keys": None})


def placed(told: Sequence[Told], last: dict[str, int]) -> list[Told]:
    """Events with their positions, given the last position of each campaign after them."""
    left = Counter(one.campaign_id for one in told)
    numbered: list[Told] = []
    for one in told:
        if one.campaign_id is None:
            numbered.append(one)
            continue
        left[one.campaign_id] -= 1
        numbered.append(replace(one, position=last[one.campaign_id] - left[one.campaign_id]))
    return numbered


def keys(envelopes: Sequence[Envelope]) -> set[str]:
    """What waiters of these events wait for: a campaign's stream, or a cascade."""
    campaigns = (envelope.data.get("campaignId") for envelope in envelopes)
    return {str(envelope.correlationid) for envelope in envelopes} | {key for key in campaigns if isinstance(key, str)}


def _counts(told: Sequence[Told]) -> dict[str, int]:
    return dict(Counter(one.campaign_id for one in told if one.campaign_id is not None))
