"""The compositor as it runs: two processes' worth of it on one database and one broker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from obstore.store import LocalStore

from chassis.db import Database
from chassis.metrics import HELD
from chassis.service import Service
from chassis.testing import Broker, drained, eventually, received, running
from chassis.topology import EVENTS
from compositor_service import app, brands
from compositor_service.app import Settings, create_app
from compositor_service.topology import TOPOLOGY
from contracts.compositor import BrandFollowed, CompositeRendered, PlatformImageRendered, RenderFailed
from contracts.values import Colours
from saisei_local.provision.broker import declare

from .compositor_bench import CompositorBench, WatchedBlobs, kit

RENDERED = (CompositeRendered.type, PlatformImageRendered.type, RenderFailed.type)


@pytest.fixture
def compositor_database_url(install: Callable[[str], str]) -> str:
    """A database of its own: here a relay runs, which would publish what other tests left in the outbox."""
    return install("compositor")


@pytest.fixture
def settings(compositor_database_url: str, module_amqp_url: str, tmp_path: Path) -> Settings:
    return Settings(
        service="compositor",
        database_url=compositor_database_url,
        amqp_url=module_amqp_url,
        blob_url=tmp_path.as_uri(),
    )


@pytest.fixture
async def broker(settings: Settings, module_amqp_url: str) -> AsyncIterator[Broker]:
    """A broker with two compositors on it."""
    await declare(module_amqp_url, [TOPOLOGY])
    async with Broker.at(module_amqp_url) as broker, running(create_app(settings), create_app(settings)):
        yield broker


@pytest.fixture
def desk(compositor_database: Database, tmp_path: Path) -> CompositorBench:
    """Looks at the database, and puts pictures where both compositors find them."""
    bench = CompositorBench(compositor_database)
    bench.blobs = WatchedBlobs(LocalStore(tmp_path))
    return bench


async def test_kits_whose_news_come_at_once_and_twice_are_rendered_once(broker: Broker, desk: CompositorBench):
    kits = [kit() for _ in range(4)]
    watched = await broker.watch(EVENTS, *RENDERED)
    news = [event for made in kits for event in (desk.copy(made), made.created, await desk.image(made))]
    await asyncio.gather(*(broker.tell(event) for event in news for _ in range(2)))
    envelopes = await received(watched, 3 * len(kits))

    async def all_rendered() -> bool:
        return all([await desk.versions(made) == [1, 1, 1] for made in kits])

    await eventually(all_rendered)
    assert all([await desk.all_fresh(made) for made in kits])
    # A message may be delivered twice; what counts is how many there are.
    told = {envelope.id: envelope.type for envelope in [*envelopes, *await drained(watched)]}
    assert sorted(told.values()) == sorted([CompositeRendered.type, *[PlatformImageRendered.type] * 2] * len(kits))


async def test_burst_of_changes_ends_with_everything_made_from_the_newest(broker: Broker, desk: CompositorBench):
    made = kit()
    watched = await broker.watch(EVENTS, *RENDERED)
    for event in (made.created, await desk.image(made), desk.copy(made)):
        await broker.tell(event)
    await received(watched, 3)
    colours = ("#aa0000", "#00aa00", "#0000aa", "#aaaa00")
    images = [await desk.image(made, n, colour) for n, colour in enumerate(colours, 2)]
    texts = [desk.copy(made, n, headline=f"見出し{n}") for n in range(2, 6)]
    await asyncio.gather(*(broker.tell(event) for event in reversed([*images, *texts])))

    async def newest() -> bool:
        if not await desk.all_fresh(made):
            return False
        upstream = (await desk.version(made.composite)).inputs.upstream
        return (upstream["image"].version, upstream["copy"].version) == (5, 5)

    async def at_rest() -> bool:
        return await desk.claims(made) == 0

    await eventually(newest)
    await eventually(at_rest)
    assert await newest(), "a late render was applied"


async def test_changed_brand_reaches_every_page_of_its_composites(
    broker: Broker, desk: CompositorBench, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(brands, "PAGE", 1)
    first = kit()
    kits = [first, kit(first.brand), kit(first.brand)]
    watched, followed = await broker.watch(EVENTS, *RENDERED), await broker.watch(EVENTS, BrandFollowed.type)
    for made in kits:
        for event in (made.created, await desk.image(made), desk.copy(made)):
            await broker.tell(event)
    await received(watched, 3 * len(kits))
    told = await broker.tell(desk.brand(first, 2, colours=Colours(primary="#2f5d3a", accent="#d01010")))
    pages = await received(followed, len(kits) + 1)
    assert [page.data["last"] for page in pages] == [*sorted(made.composite for made in kits), None]
    assert {page.causationid for page in pages} == {told}
    assert len({page.correlationid for page in pages}) == 1

    async def all_anew() -> bool:
        return all([await desk.versions(made) == [2, 2, 2] for made in kits])

    await eventually(all_anew)


async def test_where_text_cannot_be_set_the_service_is_not_ready_and_renders_wait_for_one_that_can(
    settings: Settings, module_amqp_url: str, desk: CompositorBench, monkeypatch: pytest.MonkeyPatch
):
    await declare(module_amqp_url, [TOPOLOGY])
    monkeypatch.setattr(app, "RENDERS", "nothing_that_renders")
    unable = create_app(settings)
    monkeypatch.undo()
    made = kit()
    async with Broker.at(module_amqp_url) as broker:
        watched = await broker.watch(EVENTS, *RENDERED)
        async with running(unable):
            assert "text engine" in await _tasks_not_ok(unable), "not ready before it knows"
            for event in (desk.copy(made), made.created, await desk.image(made)):
                await broker.tell(event)
            await eventually(lambda: HELD.labels("compositor.renders")._value.get() == 1)
            assert "text engine" in await eventually(lambda: _tasks_not_ok(unable, "failed"))
        async with running(create_app(settings)):
            envelopes = await received(watched, 3)
    assert RenderFailed.type not in {envelope.type for envelope in envelopes}


async def _tasks_not_ok(service: Service, said: str = "") -> str:
    checks = [check for check in await service.health.checks() if check.name == "compositor.tasks" and not check.ok]
    return next((check.detail for check in checks if said in check.detail), "")
