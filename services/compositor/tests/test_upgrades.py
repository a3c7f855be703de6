"""After an upgrade: another renderer or another registry entry is an input like any other."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from chassis.db import Database
from compositor_service import rendering, upgrades
from compositor_service import store as renders
from compositor_service.imaging.renderer import RENDERER
from compositor_service.upgrades import bring_up_to_date
from contracts.assets import AssetAccepted, PinAsset
from contracts.compositor import (
    CompositeInvalidated,
    CompositeRendered,
    CompositeSettingsChanged,
    EditComposite,
    PlatformImageRendered,
)

from .compositor_bench import CompositorBench, Kit, kit
from .registries import with_limit

OLDER = """
UPDATE assets SET wanted_parameters = jsonb_set(wanted_parameters, '{renderer}', '"compositor/0"')
WHERE campaign_id = $1
"""


@pytest.fixture(scope="module")
def compositor_database_url(install: Callable[[str], str]) -> str:
    """A database of this module's own: an upgrade is of all that is in it."""
    return install("compositor")


@pytest.fixture
async def older(bench: CompositorBench) -> Kit:
    """A kit that an older release planned and rendered."""
    made = kit()
    await bench.hear(made.created)
    await bench.database.pool.execute(OLDER, made.created.campaign_id)
    for event in (await bench.image(made), bench.copy(made)):
        await bench.hear(event)
    await bench.settle(made)
    return made


async def _wanted(bench: CompositorBench, made: Kit, name: str) -> set[object]:
    return {(await bench.asset(one)).wanted.parameters[name] for one in (made.composite, *made.sizes)}


def _settings_changed(bench: CompositorBench, made: Kit) -> int:
    return sum(len(bench.told(CompositeSettingsChanged, one)) for one in (made.composite, *made.sizes))


async def test_new_renderer_renders_everything_once_and_equal_bytes_confirm_it(bench: CompositorBench, older: Kit):
    assert (await bench.version(older.composite)).inputs.parameters["renderer"] == "compositor/0"
    await bring_up_to_date(bench.database)
    assert await _wanted(bench, older, "renderer") == {RENDERER}
    [_, invalidated] = bench.told(CompositeInvalidated, older.composite)
    assert [(cause.was, cause.now) for cause in invalidated.causes] == [("compositor/0", RENDERER)]
    assert not await bench.is_fresh(older.composite)
    await bench.settle(older)
    assert await bench.versions(older) == [1, 1, 1]
    assert {one.asset_id for one in bench.told(AssetAccepted)} == {older.composite, *older.sizes}
    assert await bench.all_fresh(older)


async def test_upgrade_that_was_done_is_not_done_again(bench: CompositorBench, older: Kit):
    for _ in range(3):
        await bring_up_to_date(bench.database)
    await bench.settle(older)
    assert len(bench.told(CompositeInvalidated, older.composite)) == 2
    assert _settings_changed(bench, older) == 3


async def test_upgrade_goes_through_the_assets_once_however_many_pages_they_fill(bench: CompositorBench, monkeypatch):
    kits = [await bench.rendered() for _ in range(3)]
    for made in kits:
        await bench.database.pool.execute(OLDER, made.created.campaign_id)
    pages: list[list[str]] = []

    async def seen(*asked: Any) -> renders.Page:
        page = await read(*asked)
        pages.append(page.outdated)
        return page

    read = renders.page_of_assets
    monkeypatch.setattr(upgrades, "PAGE", 2)
    monkeypatch.setattr(renders, "page_of_assets", seen)
    await bring_up_to_date(bench.database)
    for made in kits:
        assert await _wanted(bench, made, "renderer") == {RENDERER}
    upgraded = [asset_id for page in pages for asset_id in page]
    assert len(upgraded) == len(set(upgraded))
    assert max(map(len, pages)) <= 2 < len(pages)


async def test_page_of_an_upgrade_is_read_by_index_whether_or_not_anything_in_it_is_outdated(bench: CompositorBench):
    query = renders.SELECT_PAGE
    for number, value in enumerate(("'platform_image'", "'x.square'", "''", "'1'", "'2'", "200"), start=1):
        query = query.replace(f"${number}", value)
    async with bench.database.pool.acquire() as conn, conn.transaction():
        await conn.execute("SET LOCAL enable_seqscan = off")
        await conn.execute("SET LOCAL enable_sort = off")
        plan = "\n".join(row[0] for row in await conn.fetch(f"EXPLAIN {query}"))
    assert "assets_kind_place" in plan
    assert "Filter" not in plan
    assert "Sort" not in plan


async def test_two_replicas_that_start_at_once_invalidate_each_composite_once(bench: CompositorBench, older: Kit):
    await asyncio.gather(*(bring_up_to_date(bench.database) for _ in range(3)))
    assert len(bench.told(CompositeInvalidated, older.composite)) == 2
    assert _settings_changed(bench, older) == 3


async def test_chosen_layout_outlives_an_upgrade(bench: CompositorBench, older: Kit):
    await bench.ask(EditComposite(asset_id=older.composite, layout="band_top"))
    await bring_up_to_date(bench.database)
    await bench.settle(older)
    assert (await bench.version(older.composite)).inputs.parameters["layout"] == "band_top"
    assert await bench.all_fresh(older)


async def test_changed_byte_limit_cuts_its_placement_again_although_the_composite_stays(
    bench: CompositorBench, monkeypatch
):
    made = await bench.rendered()
    before = [await bench.version(size) for size in made.sizes]
    limit = (before[0].bytes or 0) - 1
    for module in (rendering, upgrades):
        monkeypatch.setattr(module, "load_registry", lambda: with_limit("x.landscape", limit))
    await bring_up_to_date(bench.database)
    await bench.settle(made)
    assert len(bench.told(CompositeInvalidated, made.composite)) == 2
    assert len(bench.told(CompositeRendered, made.composite)) == 1
    assert await bench.versions(made) == [1, 2, 1]
    assert await bench.all_fresh(made)
    [_, cut] = bench.told(PlatformImageRendered, made.sizes[0])
    assert (cut.bytes or 0) <= limit
    assert (await bench.version(made.sizes[1])).sha256 == before[1].sha256


async def test_pinned_composite_takes_no_part_in_an_upgrade_until_it_is_unpinned(bench: CompositorBench, older: Kit):
    await bench.ask(PinAsset(asset_id=older.composite, pinned=True))
    await bring_up_to_date(bench.database)
    await bench.settle(older)
    assert len(bench.told(CompositeInvalidated, older.composite)) == 1
    assert not await bench.is_fresh(older.composite)
    await bench.ask(PinAsset(asset_id=older.composite, pinned=False))
    await bench.settle(older)
    assert await bench.all_fresh(older)


async def test_composite_that_was_never_rendered_is_planned_anew_and_rendered_when_its_pieces_come(
    bench: CompositorBench, compositor_database: Database
):
    made = kit()
    await bench.hear(made.created)
    await compositor_database.pool.execute(OLDER, made.created.campaign_id)
    await bring_up_to_date(bench.database)
    assert bench.told(CompositeInvalidated, made.composite) == []
    await bench.rendered(made)
    assert await bench.versions(made) == [1, 1, 1]
    assert await bench.all_fresh(made)
