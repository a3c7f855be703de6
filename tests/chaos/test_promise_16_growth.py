"""Promise 16: under steady load nothing grows: neither tables, nor dead rows, nor the age of what waits."""

import asyncio
import itertools
import os
import time
from collections.abc import Iterator
from statistics import median

import pytest

from chassis.testing import eventually

from .chaos_service import SLOW_FROM
from .world import Feeder

pytestmark = pytest.mark.long

SECONDS = float(os.environ.get("SAISEI_CHAOS_SECONDS") or 20)
PAUSE = 0.002
OLDEST_SECONDS = 10.0
QUICK = {"sweep": 0.1, "retention": 2, "skew": 0, "clean_up": 0.5}
SIZES = """
SELECT (SELECT count(*) FROM outbox) AS outbox, (SELECT count(*) FROM inbox) AS inbox,
       pg_relation_size('outbox') + pg_relation_size('inbox') AS bytes,
       (SELECT sum(n_dead_tup) FROM pg_stat_user_tables WHERE relname IN ('outbox', 'inbox'))::bigint AS dead,
       coalesce((SELECT extract(epoch FROM clock_timestamp() - min(created_at)) FROM outbox), 0)::float8 AS oldest
"""
# What autovacuum leaves between two visits.
SLACK = {"outbox": 200, "inbox": 500, "bytes": 1_000_000, "dead": 3000}
OFTEN_VACUUMED = "ALTER SYSTEM SET autovacuum_naptime = '1s'"
DUPLICATES = "SELECT count(*) - count(DISTINCT (consumer, message_id)) FROM effects"


async def test_promise_16_steady_load_leaves_sizes_dead_rows_and_ages_flat(own_world):
    await own_world.sql.execute(OFTEN_VACUUMED)
    await own_world.sql.execute("SELECT pg_reload_conf()")
    feeder = Feeder(own_world.amqp_url)
    async with own_world.process("noting", waits=QUICK):
        feeding = asyncio.create_task(feeder.feed(_numbers(), PAUSE))
        await eventually(lambda: own_world.effects(own_world.echoes), 30)
        samples = await _sampled(own_world, feeding)
        await eventually(lambda: _at_rest(own_world), 30)
    assert await _echoed(own_world) == len(feeder.accepted)
    third = len(samples) // 3
    early, late = samples[third : 2 * third], samples[2 * third :]
    for name, slack in SLACK.items():
        assert median(each[name] for each in late) <= 1.5 * median(each[name] for each in early) + slack, name
    assert max(each["oldest"] for each in samples) < OLDEST_SECONDS
    assert await own_world.sql.fetchval(DUPLICATES) == 0


def _numbers() -> Iterator[int]:
    """Of the quick ones, again and again."""
    end = time.monotonic() + SECONDS
    return itertools.takewhile(lambda _: time.monotonic() < end, itertools.cycle(range(SLOW_FROM)))


async def _sampled(world, feeding: asyncio.Task):
    samples = []
    while not feeding.done():
        samples.append(await world.sql.fetchrow(SIZES))
        await asyncio.sleep(0.25)
    await feeding
    return samples


async def _at_rest(world) -> bool:
    waiting = [await world.broker.depth(queue.name) for queue in (world.requests, world.echoes)]
    return waiting == [0, 0] and await world.outbox_rows() == 0


async def _echoed(world) -> int:
    return await world.sql.fetchval("SELECT count(*) FROM effects WHERE consumer = $1", world.echoes.name)
