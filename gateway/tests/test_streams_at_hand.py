"""Streams beside what is at hand: nothing asked for twice, nothing left waiting, and no word of what was undone."""

import asyncio
import math
import random
from contextlib import ExitStack
from uuid import uuid4

import pytest

from chassis.testing import eventually
from contracts.jobs import JobProgressed
from gateway import stream, stream_store
from gateway.app import create_app

from .streaming import parse, read

ODD = [
    "é",
    "\u2028",
    "a\r\nb\n\ndata: x",
    "😀",
    "\\u0041",
    "</script>",
    1e308,
    1.0,
    1e-7,
    12345678901234567890,
    {"b": 1, "aa": 2},
]


class Counting:
    """A pool that counts what it is asked."""

    def __init__(self, pool):
        self.pool, self.times = pool, 0

    async def fetch(self, *asked):
        rows = await self.pool.fetch(*asked)
        self.times += 1
        return rows


async def test_events_that_come_by_here_are_told_without_asking_the_database_and_read_the_same_later(
    gateway, settled, story, progress, make_envelope, monkeypatch
):
    monkeypatch.setattr(stream, "SAFETY_POLL_SECONDS", 600)

    async def follow(pool):
        """The first three events, as they are sent."""
        told = []
        async for chunk in stream.events(pool, gateway.wakeups, story.id, 0, math.inf, heartbeat=600):
            told += [chunk] if parse(chunk) else []
            if len(told) == 3:
                break
        return told

    asked = Counting(gateway.database.pool)
    followers = [asyncio.create_task(follow(asked)) for _ in range(20)]
    await eventually(lambda: asked.times == 20)
    await settled(make_envelope(story.created))
    await settled(progress(1), progress(2))
    async with asyncio.timeout(5):
        live = await asyncio.gather(*followers)
    assert asked.times == 20
    assert live == [await follow(gateway.database.pool)] * 20


async def test_stream_beside_two_replicas_that_take_events_in_tells_each_once_and_in_order(
    settings, gateway, services, story, progress
):
    other = create_app(settings.model_copy(update={"pool_size": 2}))
    async with other.router.lifespan_context(other):
        reading = [asyncio.create_task(read(one, story.id, 100)) for one in (gateway, other.state.gateway)]
        for number in range(100):
            await services.publish(progress(number))
        for one in reading:
            assert [position for position, _ in await one] == list(range(1, 101))


@pytest.fixture
async def other(settings, gateway):
    """Another replica. Neither consumes: a test takes events in where it wants them."""
    app = create_app(settings.model_copy(update={"pool_size": 2}))
    async with app.router.lifespan_context(app):
        for one in (gateway, app.state.gateway):
            await one.consumer.stop()
        yield app.state.gateway


async def take_in(gateway, *envelopes):
    """Commits a batch as the consumer does; returns what it does right after the commit."""
    async with gateway.database.pool.acquire() as conn, conn.transaction():
        return await gateway.consumer._handler.apply(envelopes, conn)


@pytest.fixture
def hear(gateway, monkeypatch):
    """What the listener calls for another replica's events, here called by nobody but the test; and nobody polls."""
    monkeypatch.setattr(stream, "SAFETY_POLL_SECONDS", 600)
    heard = gateway.wakeups.heard
    monkeypatch.setattr(gateway.wakeups, "heard", lambda _keys: None)
    return heard


async def test_newcomer_is_told_at_once_what_another_replica_took_in_after_what_is_at_hand(
    gateway, other, hear, story, progress
):
    with gateway.wakeups.fresh.watched(story.id):
        (await take_in(gateway, progress(1), progress(2)))()
        await take_in(other, progress(3))
        for after in range(3):
            told = [position for position, _ in await read(gateway, story.id, 3 - after, after)]
            assert told == list(range(after + 1, 4))


@pytest.mark.parametrize("order", [1, -1], ids=["ours-first", "theirs-first"])
async def test_event_of_another_replica_heard_of_in_one_turn_with_our_own_is_not_left_waiting(
    gateway, other, hear, story, progress, order
):
    reading = asyncio.create_task(read(gateway, story.id, 2))
    await eventually(lambda: story.id in gateway.wakeups.fresh._watchers)
    ours = await take_in(gateway, progress(1))
    await take_in(other, progress(2))
    for told in [ours, lambda: hear({story.id})][::order]:
        told()
    assert [position for position, _ in await reading] == [1, 2]


async def test_after_the_listener_was_away_nothing_at_hand_is_taken_for_the_newest(
    gateway, other, hear, story, progress
):
    reading = asyncio.create_task(read(gateway, story.id, 2))
    await eventually(lambda: story.id in gateway.wakeups.fresh._watchers)
    ours = await take_in(gateway, progress(1))
    await take_in(other, progress(2))
    hear(None)
    ours()
    assert [position for position, _ in await reading] == [1, 2]


async def test_batch_that_is_undone_is_told_to_nobody(gateway, other, hear, story, progress):
    watching = gateway.wakeups
    with watching.fresh.watched(story.id), watching.waiting(story.id) as woken:
        async with gateway.database.pool.acquire() as conn:
            undone = conn.transaction()
            await undone.start()
            await gateway.consumer._handler.apply([progress(1)], conn)
            await undone.rollback()
        assert (list(watching.fresh.after(story.id, 0)), woken.is_set()) == ([], False)
        (await take_in(gateway, progress(2)))()
        assert [row.subject for row in watching.fresh.after(story.id, 0)] == ["j2"]


async def test_what_is_at_hand_is_what_the_database_has_whatever_came_in_one_batch(gateway, other, make_envelope):
    chance, campaigns = random.Random(5), [str(uuid4()) for _ in range(4)]
    batch = []
    for n in range(70):
        event = JobProgressed(job_id="j", campaign_id=campaigns[0], kind="image", target_id="i", message="x")
        data = {"campaignId": chance.choice(campaigns), "odd": chance.choice(ODD), "n": n}
        if n % 9 == 0:
            del data["campaignId"]
        batch.append(make_envelope(event).model_copy(update={"type": "odd.told", "data": data}))
    fresh = gateway.wakeups.fresh
    with ExitStack() as watched:
        for campaign_id in campaigns:
            watched.enter_context(fresh.watched(campaign_id))
        (await take_in(gateway, *batch))()
        for campaign_id in campaigns:
            told = [one.id for one in batch if one.data.get("campaignId") == campaign_id]
            read_back = await stream_store.after(gateway.database.pool, campaign_id, 0, 100)
            assert list(fresh.after(campaign_id, len(told) - 10)) == read_back[-10:]
            order = "SELECT id FROM events WHERE campaign_id = $1 ORDER BY position"
            assert [row["id"] for row in await gateway.database.pool.fetch(order, campaign_id)] == told
