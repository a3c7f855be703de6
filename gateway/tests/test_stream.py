"""The event stream: replay and live events without a gap, on any replica, until the gateway stops."""

import asyncio
import math
import time
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from contracts.campaign import CampaignDeleted
from gateway import stream
from gateway.app import create_app
from gateway.auth import CLOCK_SKEW

from .streaming import parse, read


@asynccontextmanager
async def open_stream(app, path, token):
    """The response of a stream as a real server would send it, chunk by chunk."""
    sent, gone = asyncio.Queue(), asyncio.Event()
    headers = [(b"authorization", f"Bearer {token}".encode()), (b"host", b"gateway")]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http"}
    path, _, query = path.partition("?")
    scope |= {"path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": headers}
    scope |= {"root_path": "", "server": ("gateway", 80), "client": ("test", 1)}

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    task = asyncio.create_task(app(scope, receive, sent.put))
    try:
        yield sent, task
    finally:
        gone.set()
        async with asyncio.timeout(5):
            await asyncio.gather(task, return_exceptions=True)


async def test_stream_carries_type_subject_and_data_in_order(gateway, settled, story, progress, make_envelope):
    await settled(make_envelope(story.created, subject=story.id), progress(1), progress(2))
    events = await read(gateway, story.id, 3)
    assert [position for position, _ in events] == [1, 2, 3]
    assert [told["type"] for _, told in events] == ["campaign.created", "job.progressed", "job.progressed"]
    assert events[1][1]["subject"] == "j1"
    assert events[1][1]["data"]["message"] == "描画中"


async def test_resuming_anywhere_misses_nothing_while_events_arrive(gateway, services, settled, story, progress):
    await settled(progress(0))

    async def publish():
        for number in range(1, 120):
            await services.publish(progress(number))
            await asyncio.sleep(0.002)

    publishing = asyncio.create_task(publish())
    seen, after = [], 0
    for count in (1, 7, 30, 2, 50, 30):
        part = await read(gateway, story.id, count, after)
        seen += [position for position, _ in part]
        after = seen[-1]
    await publishing
    assert seen == list(range(1, 121))


async def test_last_event_id_is_taken_from_header_and_query(app, settled, story, progress, make_envelope, make_token):
    await settled(make_envelope(story.created), progress(1), progress(2))
    async with open_stream(app, f"/api/campaigns/{story.id}/events?lastEventId=2", make_token()) as (sent, _):
        async with asyncio.timeout(5):
            start = await sent.get()
            assert start["status"] == 200
            assert (b"content-type", b"text/event-stream; charset=utf-8") in start["headers"]
            chunks = [(await sent.get())["body"] for _ in range(2)]
    assert [told[0] for chunk in chunks if (told := parse(chunk))] == [3]


@pytest.mark.parametrize("position", ["-1", "x", "9" * 30, "１"])
async def test_position_that_is_none_is_refused(client, settled, story, make_envelope, position):
    await settled(make_envelope(story.created))
    answer = await client.get(f"/api/campaigns/{story.id}/events", params={"lastEventId": position})
    assert answer.status_code == 422


@pytest.mark.parametrize(("sent", "path"), [("params", "query.lastEventId"), ("headers", "header.Last-Event-ID")])
async def test_position_that_no_event_has_is_refused_instead_of_told_nothing(
    client, settled, story, make_envelope, sent, path
):
    await settled(make_envelope(story.created))
    named = {"params": {"lastEventId": "2"}} if sent == "params" else {"headers": {"Last-Event-ID": "2"}}
    answer = await client.get(f"/api/campaigns/{story.id}/events", **named)
    assert answer.status_code == 422
    message = "is of no event of this campaign: its last one is 1"
    assert answer.json()["errors"] == [{"path": path, "message": message}]


async def test_event_taken_in_by_one_replica_wakes_a_stream_on_another(settings, gateway, settled, story, progress):
    other = create_app(settings.model_copy(update={"pool_size": 2}))
    async with other.router.lifespan_context(other):
        theirs = other.state.gateway
        await theirs.consumer.stop()
        await settled(progress(1))
        reading = asyncio.create_task(read(theirs, story.id, 2))
        await settled(progress(2))
        async with asyncio.timeout(2):
            events = await reading
        assert [position for position, _ in events] == [1, 2]


async def test_quiet_stream_sends_heartbeats(gateway, settled, story, progress):
    await settled(progress(1))
    chunks = []
    async with asyncio.timeout(5):
        async for chunk in stream.events(gateway.database.pool, gateway.wakeups, story.id, 1, math.inf, heartbeat=0.05):
            chunks.append(chunk)
            if len(chunks) == 3:
                break
    assert all(chunk.startswith(b":") for chunk in chunks)


async def test_stream_ends_when_the_gateway_stops(app, gateway, settled, story, make_envelope, make_token):
    await settled(make_envelope(story.created))
    async with open_stream(app, f"/api/campaigns/{story.id}/events", make_token()) as (sent, task):
        async with asyncio.timeout(5):
            for _ in range(3):
                await sent.get()
            gateway.wakeups.close()
            await task


async def test_stream_ends_with_its_token(app, settled, story, make_envelope, make_token):
    await settled(make_envelope(story.created))
    ends = int(time.time()) + 3
    token = make_token(exp=ends - CLOCK_SKEW)
    async with open_stream(app, f"/api/campaigns/{story.id}/events", token) as (sent, task):
        async with asyncio.timeout(20):
            assert (await sent.get())["status"] == 200
            await task
    assert time.time() >= ends


async def test_stream_ends_with_its_campaign_after_saying_so(app, settled, story, progress, make_envelope, make_token):
    await settled(make_envelope(story.created))
    async with open_stream(app, f"/api/campaigns/{story.id}/events?lastEventId=1", make_token()) as (sent, task):
        async with asyncio.timeout(5):
            assert (await sent.get())["status"] == 200
        await settled(make_envelope(CampaignDeleted(campaign_id=story.id)), progress(1))
        async with asyncio.timeout(5):
            await task
    told = [parse(body) for body in (sent.get_nowait().get("body") for _ in range(sent.qsize())) if body]
    assert [one[1]["type"] for one in told if one] == ["campaign.deleted"]


async def test_stream_ends_when_the_client_goes_away(app, gateway, settled, story, make_envelope, make_token):
    await settled(make_envelope(story.created))
    async with open_stream(app, f"/api/campaigns/{story.id}/events", make_token()) as (sent, task):
        async with asyncio.timeout(5):
            await sent.get()
    assert task.done()
    assert story.id not in gateway.wakeups._waiters


async def test_stream_of_a_campaign_that_is_not_there_is_not_found(client):
    assert (await client.get(f"/api/campaigns/{uuid4()}/events")).status_code == 404
