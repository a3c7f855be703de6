"""A campaign's events as server-sent events: first what was missed, then what happens, without a gap between."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence

import asyncpg
import structlog
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from contracts.campaign import CampaignDeleted
from gateway import stream_store
from gateway.fresh import FreshRows
from gateway.stream_store import StreamRow
from gateway.wakeups import SAFETY_POLL_SECONDS, Wakeups, wait_or_poll

PAGE = 500
HEARTBEAT_SECONDS = 15.0

log = structlog.get_logger()


async def events(
    pool: asyncpg.Pool,
    wakeups: Wakeups,
    campaign_id: str,
    position: int,
    until: float,
    heartbeat: float = HEARTBEAT_SECONDS,
) -> AsyncIterator[bytes]:
    """SSE bytes of every event after `position`, until the gateway stops or the client goes away.

    Positions have no gaps and are told in order, so it is all the same whether an event is read or was kept at hand as
    it was committed here. It ends at `until`, in seconds since 1970, when the reader's token does, and once it has told
    that the campaign was deleted.
    """
    yield b": open\n\n"
    quiet_since = time.monotonic()
    source = _Source(pool, wakeups.fresh, campaign_id)
    with wakeups.waiting(campaign_id) as woken, wakeups.fresh.watched(campaign_id):
        while not wakeups.closing.is_set() and time.time() < until:
            woken.clear()
            rows = await source.after(position)
            for row in rows:
                yield encode(row)
                if row.type == CampaignDeleted.type:
                    return
                position = row.position
            if rows:
                quiet_since = time.monotonic()
            if len(rows) == PAGE:
                continue
            await wait_or_poll(woken, min(heartbeat, SAFETY_POLL_SECONDS, until - time.time()))
            if time.monotonic() - quiet_since >= heartbeat:
                quiet_since = time.monotonic()
                yield KEEPALIVE_COMMENT


def encode(row: StreamRow) -> bytes:
    """One unnamed event that carries type, subject and data; its id is its position."""
    head = json.dumps({"type": row.type, "subject": row.subject}, ensure_ascii=False)
    return format_sse_event(data_str=f'{head[:-1]}, "data": {row.data}}}', id=str(row.position))


class _Source:
    """Where one stream has its events from: what was told here is at hand, and there may be more in the database."""

    def __init__(self, pool: asyncpg.Pool, fresh: FreshRows, campaign_id: str) -> None:
        self._pool = pool
        self._fresh = fresh
        self._campaign_id = campaign_id
        self._elsewhere: int | None = None

    async def after(self, position: int) -> Sequence[StreamRow]:
        """What follows a position. Whom another replica may have told more since the last look goes and looks."""
        elsewhere = self._fresh.elsewhere(self._campaign_id)
        if elsewhere == self._elsewhere and (at_hand := self._fresh.after(self._campaign_id, position)):
            return at_hand
        try:
            rows = await stream_store.after(self._pool, self._campaign_id, position, PAGE)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            # An open stream outlives a database restart; nothing is lost, as positions are kept.
            log.warning("stream_read_failed", error=repr(error))
            await asyncio.sleep(1.0)
            return ()
        self._elsewhere = elsewhere
        return rows
