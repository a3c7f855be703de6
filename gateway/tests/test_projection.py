"""The projection under poison, outages and several replicas."""

import asyncio
import json
from uuid import uuid4

import aio_pika
import pytest

from chassis.batch import BatchConsumer, BatchHandler
from chassis.testing import eventually
from contracts.campaign import BrandCreated, BrandState, BrandUpdated
from contracts.jobs import GeneratorAnnounced, JobProgressed
from contracts.values import BrandProfile, Colours
from gateway.projection import store
from gateway.topology import PROJECTION
from lineage.canonical import content_hash


@pytest.fixture
def progress(make_envelope):
    def make(campaign_id, number):
        event = JobProgressed(
            job_id=f"j{number}", campaign_id=campaign_id, kind="image", target_id="i", message=str(number)
        )
        return make_envelope(event)

    return make


async def positions(gateway, campaign_id):
    query = "SELECT position FROM events WHERE campaign_id = $1 ORDER BY position"
    return [row["position"] for row in await gateway.database.pool.fetch(query, campaign_id)]


async def reached(gateway, campaign_id, count, seconds=20):
    async def enough():
        return len(await positions(gateway, campaign_id)) >= count

    return await gateway.wakeups.until(campaign_id, enough, seconds)


async def dead_letters(url):
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue(PROJECTION.dead, ensure=False)
        found = []
        while (message := await queue.get(fail=False, no_ack=True)) is not None:
            found.append(message)
        return found


async def test_poison_dies_after_exactly_its_tries_and_harms_no_neighbour(gateway, services, broker_url, progress):
    campaign_id = str(uuid4())
    good = [progress(campaign_id, number) for number in range(100)]
    bad_data = progress(campaign_id, 0).model_copy(update={"id": uuid4(), "data": {"campaignId": campaign_id}})
    for number, envelope in enumerate(good):
        await services.publish(envelope)
        if number == 50:
            await services.publish_raw(b"{not json", "job.progressed")
            await services.publish(bad_data)
            await services.publish_raw(json.dumps({"specversion": "1.0"}).encode(), "job.progressed")
    assert await reached(gateway, campaign_id, 100)
    dead = []
    async with asyncio.timeout(20):
        while len(dead) < 3:
            dead += await dead_letters(broker_url)
            await asyncio.sleep(0.2)
    assert {message.headers["x-saisei-tries"] for message in dead} == {PROJECTION.tries}
    assert all(message.headers["x-saisei-reason"] for message in dead)
    assert await positions(gateway, campaign_id) == list(range(1, 101))


async def test_lost_database_connections_lose_nothing_and_repeat_nothing(gateway, services, progress, database_url):
    import asyncpg

    campaign_id = str(uuid4())
    admin = await asyncpg.connect(database_url)
    for number in range(200):
        await services.publish(progress(campaign_id, number))
        if number % 40 == 20:
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name = 'saisei-gateway'"
            )
    await admin.close()
    assert await reached(gateway, campaign_id, 200)
    assert await positions(gateway, campaign_id) == list(range(1, 201))


async def test_batch_of_many_campaigns_and_cascades_is_placed_in_the_order_it_was_told(gateway, progress):
    first, second = (str(uuid4()) for _ in range(2))
    told = [progress(campaign_id, number) for number, campaign_id in enumerate([first, second, first, first, second])]
    cascades = [told[0].correlationid, told[1].correlationid]
    same = [one.model_copy(update={"correlationid": cascades[n % 2]}) for n, one in enumerate(told)]
    of_no_campaign = progress(first, 9).model_copy(update={"id": uuid4(), "type": "team.told", "data": {"n": 1}})
    batch = [*same[:2], of_no_campaign, *same[2:]]
    pool = gateway.database.pool
    async with pool.acquire() as conn, conn.transaction():
        await gateway.consumer._handler.apply(batch, conn)
    ids = [one.id for one in batch]
    rows = await pool.fetch("SELECT id, campaign_id, position FROM events WHERE id = ANY($1)", ids)
    placed = {row["id"]: (row["campaign_id"], row["position"]) for row in rows}
    assert [placed[one.id] for one in batch] == [
        *((first, 1), (second, 1), (None, None)),
        *((first, 2), (first, 3), (second, 2)),
    ]
    even, odd = cascades
    seen = await pool.fetch("SELECT campaign_id, id, first_position FROM cascades WHERE id = ANY($1)", cascades)
    begun = {(row["campaign_id"], row["id"]): row["first_position"] for row in seen}
    assert begun == {(first, even): 1, (first, odd): 3, (second, odd): 1, (second, even): 2}


async def test_brands_and_what_else_no_campaign_covers_are_locked_in_one_order(gateway, make_envelope, monkeypatch):
    """One batch finds no brand yet and locks none, the next one finds and locks it; both write a generator as well."""
    brand_id, pool, held = str(uuid4()), gateway.database.pool, {"early": asyncio.Event(), "late": asyncio.Event()}
    reached = {name: asyncio.Event() for name in held}

    async def load(conn, told):
        found = await load_rows(conn, told)
        task = asyncio.current_task()
        if task is not None and (name := task.get_name()) in held:
            reached[name].set()
            await held[name].wait()
        return found

    load_rows = store.load
    monkeypatch.setattr(store, "load", load)

    async def take_in(*events):
        async with pool.acquire() as conn, conn.transaction():
            await gateway.consumer._handler.apply([make_envelope(event) for event in events], conn)

    def brand(version):
        profile = BrandProfile(name=f"茶舗{version}", colours=Colours(primary="#0b6e4f", accent="#f2a541"))
        return BrandState(id=brand_id, version=version, sha256=content_hash(profile), profile=profile)

    announced = GeneratorAnnounced(kind="image", provider="paid", model="m-1", offline=False, yen_per_call=3)
    early = asyncio.create_task(take_in(BrandUpdated(brand=brand(2)), announced), name="early")
    await reached["early"].wait()
    await take_in(BrandCreated(brand=brand(1)))
    late = asyncio.create_task(take_in(BrandUpdated(brand=brand(3)), announced), name="late")
    await reached["late"].wait()
    held["early"].set()
    await eventually(lambda: _waits_for_a_lock(pool))
    held["late"].set()
    await asyncio.gather(early, late)
    assert await pool.fetchval("SELECT version FROM brands WHERE id = $1", brand_id) == 3


async def _waits_for_a_lock(pool):
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    return await pool.fetchval(waiting)


async def test_message_delivered_many_times_counts_once(gateway, services, progress):
    campaign_id = str(uuid4())
    once, last = progress(campaign_id, 1), progress(campaign_id, 2)
    await services.publish(*[once] * 20, last)
    assert await reached(gateway, campaign_id, 2)
    assert await positions(gateway, campaign_id) == [1, 2]


async def test_two_replicas_share_a_campaign_without_gap_or_deadlock(gateway, services, settings, progress):
    handler = BatchHandler(gateway.consumer._handler.apply, size=3)
    other = BatchConsumer(PROJECTION, handler, gateway.database, settings.amqp_url, gateway.tracing)
    await other.start()
    campaigns = [str(uuid4()) for _ in range(4)]
    for number in range(60):
        await services.publish(*(progress(campaign_id, number) for campaign_id in campaigns))
    for campaign_id in campaigns:
        assert await reached(gateway, campaign_id, 60)
        assert await positions(gateway, campaign_id) == list(range(1, 61))
    await other.stop()


async def test_consumer_comes_back_after_its_connection_was_cut(gateway, services, progress):
    campaign_id = str(uuid4())
    transport = gateway.consumer._connection.transport
    await transport.connection.close(ConnectionResetError("cut by the test"))
    await services.publish(progress(campaign_id, 1))
    assert await reached(gateway, campaign_id, 1)
    assert gateway.consumer.silent_queues() == []
