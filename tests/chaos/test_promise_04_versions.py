"""Promise 4: an older version never overwrites a newer one, in whatever order messages arrive."""

import signal
from contextlib import AsyncExitStack

import pytest

from assets import store
from assets.model import Piece
from chassis.testing import TEAM, eventually
from chassis.testing_proxy import Proxy

from .chaos_service import note_batch

pytestmark = pytest.mark.long

NEWEST = 60
PATIENT = {"sweep": 0.1, "confirm": 120.0, "lease": 300.0}


async def _learn(consumer, process, envelopes, conn) -> None:
    await note_batch(consumer, process, envelopes, conn)
    for version in (envelope.data["n"] for envelope in envelopes):
        await store.learn(conn, TEAM, Piece("piece", version, "0" * 64, {"version": version}))


async def test_promise_04_older_event_after_newer_from_three_relays_with_stalls_leaves_the_newest(world):
    async with AsyncExitStack() as stack:
        proxies = [await stack.enter_async_context(Proxy.before(world.amqp_url)) for _ in range(3)]
        await stack.enter_async_context(world.receiving(_learn))
        stalled, slow, _ = proxies
        # Its lease is long and its connection is not missed, so that what it holds comes last for certain.
        silent = f"{stalled.url}?heartbeat=0"
        holding = await stack.enter_async_context(world.process("relaying", amqp_url=silent, waits=PATIENT))
        emitted = await world.store([1])
        await eventually(lambda: _last(world, 1), 30)
        stalled.swallow()
        emitted += await world.store([2, 3, 4])
        await eventually(lambda: _all_leased(world), 30)
        holding.send(signal.SIGSTOP)
        slow.delay(0.2)
        for proxy in proxies[1:]:
            await stack.enter_async_context(world.process("relaying", amqp_url=proxy.url))
        for first in range(5, NEWEST + 1, 8):
            emitted += await world.store(range(first, min(first + 8, NEWEST + 1)))
            await eventually(lambda: _all_leased(world), 30)
        await eventually(lambda: _last(world, NEWEST), 30)
        stalled.pass_on()
        holding.send(signal.SIGCONT)
        await world.received(emitted)
    order = await world.effects(world.echoes)
    assert order.index(NEWEST) < order.index(2)
    piece = await world.sql.fetchrow("SELECT version, content FROM pieces")
    assert (piece["version"], piece["content"]) == (NEWEST, f'{{"version": {NEWEST}}}')


async def _last(world, n: int) -> bool:
    return n in await world.effects(world.echoes)


async def _all_leased(world) -> bool:
    return not await world.sql.fetchval("SELECT count(*) FROM outbox WHERE leased_until < now()")
