"""A placement that left the registry: kits that have it keep their pictures, hear why no new one comes, and go on."""

import pytest

from compositor_service import rendering, service, upgrades
from compositor_service.upgrades import bring_up_to_date
from contracts.compositor import RenderAssets, RenderFailed
from contracts.jobs import JobFailed

from .compositor_bench import CompositorBench
from .registries import without


@pytest.fixture
def compositor_database_url(install) -> str:
    """A database of this test's own: an upgrade is of all that is in it."""
    return install("compositor")


@pytest.fixture
def removed(monkeypatch):
    """Takes x.square out of the registry."""

    def remove() -> None:
        for module in (rendering, service, upgrades):
            monkeypatch.setattr(module, "load_registry", lambda: without("x.square"))

    return remove


async def test_size_of_a_removed_placement_fails_in_words_and_leaves_its_neighbours(bench: CompositorBench, removed):
    made = await bench.rendered()
    removed()
    await bench.hear(await bench.image(made, 2, "#aa0000"))
    await bench.settle(made)
    assert await bench.versions(made) == [2, 2, 1]
    [failed] = bench.told(RenderFailed)
    assert (failed.asset_id, failed.code) == (made.sizes[1], "PLACEMENT_REMOVED")
    assert "x.square" in failed.message
    assert await bench.claims(made) == 0


async def test_job_for_a_size_of_a_removed_placement_fails_in_words(bench: CompositorBench, removed):
    made = await bench.rendered()
    removed()
    await bench.ask(RenderAssets(campaign_id=made.created.campaign_id, asset_ids=(made.sizes[1],)))
    await bench.settle(made)
    assert [failed.code for failed in bench.told(JobFailed)] == ["PLACEMENT_REMOVED"]


async def test_kit_planned_with_a_placement_that_is_removed_here_gets_all_its_other_pictures(
    bench: CompositorBench, removed
):
    removed()
    made = await bench.rendered()
    assert await bench.versions(made) == [1, 1, 0]
    assert [(failed.asset_id, failed.code) for failed in bench.told(RenderFailed)] == [
        (made.sizes[1], "PLACEMENT_REMOVED")
    ]


async def test_upgrade_without_a_placement_renders_what_is_left_of_the_kit_anew(bench: CompositorBench, removed):
    made = await bench.rendered()
    removed()
    await bring_up_to_date(bench.database)
    assert not await bench.is_fresh(made.composite)
    await bench.settle(made)
    assert await bench.is_fresh(made.composite)
    assert await bench.is_fresh(made.sizes[0])
    assert (await bench.asset(made.sizes[1])).version == 1


async def test_placement_that_comes_back_is_cut_again(bench: CompositorBench, removed, monkeypatch):
    removed()
    made = await bench.rendered()
    monkeypatch.undo()
    await bring_up_to_date(bench.database)
    await bench.settle(made)
    assert await bench.all_fresh(made)
