"""What people ask of composites: another layout or variant, earlier versions, pins."""

import asyncio
from typing import Any

import pytest

from chassis.errors import Invalid, NotFound
from compositor_service.errors import LayoutUnknown, UnknownCopyVariant
from contracts.assets import AcceptAsset, AssetPinned, PinAsset
from contracts.compositor import (
    CompositeInvalidated,
    CompositeRendered,
    CompositeSettingsChanged,
    EditComposite,
    PlatformImageRendered,
    RenderAssets,
    RestoreRendered,
)

from .compositor_bench import CompositorBench, kit


def _pin(asset_id: str, pinned: bool = True) -> PinAsset:
    return PinAsset(asset_id=asset_id, pinned=pinned)


async def test_another_layout_is_followed_by_a_render_and_the_same_one_by_nothing(bench: CompositorBench):
    made = await bench.rendered()
    for _ in range(2):
        await bench.ask(EditComposite(asset_id=made.composite, layout="band_top"))
    [changed] = bench.told(CompositeSettingsChanged, made.composite)
    assert changed.wanted.parameters["layout"] == "band_top"
    await bench.settle(made)
    assert await bench.versions(made) == [2, 2, 2]
    assert bench.told(CompositeRendered, made.composite)[-1].layout == "band_top"


async def test_another_variant_is_followed_by_a_render_and_the_old_one_is_followed_no_more(bench: CompositorBench):
    made = await bench.rendered()
    await bench.hear(bench.copy(made, 1, which=1, headline="B案の見出し"))
    assert bench.todo(made) == []
    await bench.ask(EditComposite(asset_id=made.composite, copy_variant_id=made.copies[1]))
    await bench.settle(made)
    version = await bench.version(made.composite)
    assert (version.version, version.inputs.upstream["copy"].id) == (2, made.copies[1])
    await bench.hear(bench.copy(made, 2, headline="A案の別の見出し"))
    assert bench.todo(made) == []


async def test_layout_chosen_and_chosen_back_before_its_render_leaves_the_composite_as_it_is(bench: CompositorBench):
    made = await bench.rendered()
    for layout in ("band_top", "auto"):
        await bench.ask(EditComposite(asset_id=made.composite, layout=layout))
    await bench.settle(made)
    assert await bench.versions(made) == [1, 1, 1]
    assert await bench.all_fresh(made)


async def test_variant_chosen_while_it_is_rewritten_is_rendered_with_its_new_words(bench: CompositorBench):
    """Chosen back while it changes: neither the choice nor the news alone would make the composite stale."""
    made = await bench.rendered()
    await bench.hear(bench.copy(made, 1, which=1, headline="B案の見出し"))
    await bench.ask(EditComposite(asset_id=made.composite, copy_variant_id=made.copies[1]))
    bench.taken(made)
    async with bench.in_open_transaction(bench.copy(made, 2, headline="新しい見出し")):
        chosen = asyncio.create_task(bench.ask(EditComposite(asset_id=made.composite, copy_variant_id=made.copies[0])))
        await asyncio.wait([chosen], timeout=0.1)
    await chosen
    await bench.settle(made)
    assert await bench.all_fresh(made)
    assert (await bench.version(made.composite)).version == 2


@pytest.mark.parametrize(
    ("choice", "error"),
    [
        ({"layout": "sideways"}, LayoutUnknown),
        ({"copy_variant_id": "nowhere"}, UnknownCopyVariant),
        ({"copy_variant_id": "foreign"}, UnknownCopyVariant),
    ],
)
async def test_choice_that_does_not_exist_here_is_refused_and_changes_nothing(
    bench: CompositorBench, choice: dict[str, Any], error
):
    made, other = await bench.rendered(), kit()
    await bench.hear(bench.copy(other))
    if choice.get("copy_variant_id") == "foreign":
        choice = {"copy_variant_id": other.copies[0]}
    before = await bench.asset(made.composite)
    with pytest.raises(error):
        await bench.ask(EditComposite(asset_id=made.composite, **choice))
    assert await bench.asset(made.composite) == before


async def test_another_teams_composite_does_not_exist(bench: CompositorBench):
    made = await bench.rendered()
    commands = (
        EditComposite(asset_id=made.composite, layout="band_top"),
        RestoreRendered(asset_id=made.composite, version=1),
        RenderAssets(campaign_id=made.created.campaign_id, asset_ids=(made.composite,)),
        _pin(made.composite),
        AcceptAsset(asset_id=made.composite, reason="x"),
    )
    for command in commands:
        with pytest.raises(NotFound):
            await bench.ask(command, team="team-b")


async def test_restored_composite_is_fresh_and_its_sizes_are_cut_from_it_again(bench: CompositorBench):
    made = await bench.rendered()
    await bench.hear(await bench.image(made, 2, "#aa0000"))
    await bench.settle(made)
    await bench.ask(RestoreRendered(asset_id=made.composite, version=1))
    await bench.settle(made)
    first, third = [await bench.version(made.composite, n) for n in (1, 3)]
    assert (third.sha256, third.content, third.reason) == (first.sha256, first.content, "restore")
    assert await bench.versions(made) == [3, 3, 3]
    assert await bench.all_fresh(made)
    for size in made.sizes:
        assert (await bench.version(size, 3)).sha256 == (await bench.version(size, 1)).sha256
    await bench.hear(await bench.image(made, 3, "#0000aa"))
    await bench.settle(made)
    assert await bench.versions(made) == [4, 4, 4]


async def test_restoring_while_a_render_is_under_way_keeps_what_was_restored(bench: CompositorBench):
    made = await bench.rendered()
    await bench.ask(EditComposite(asset_id=made.composite, layout="band_top"))
    await bench.settle(made)
    image = await bench.image(made, 2, "#aa0000")
    came, let_go = bench.blobs.hold(image.sha256)
    await bench.hear(image)
    [(message_id, content)] = bench.taken(made)
    under_way = asyncio.create_task(bench.work(content, message_id))
    await came.wait()
    await bench.ask(RestoreRendered(asset_id=made.composite, version=1))
    let_go.set()
    await under_way
    await bench.settle(made)
    assert (await bench.version(made.composite)).reason == "restore"
    assert await bench.all_fresh(made)


async def test_only_an_earlier_version_can_be_restored(bench: CompositorBench):
    made = await bench.rendered()
    for number, error in ((1, Invalid), (7, NotFound)):
        with pytest.raises(error):
            await bench.ask(RestoreRendered(asset_id=made.composite, version=number))


async def test_pinned_composite_stays_and_catches_up_once_it_is_unpinned(bench: CompositorBench):
    made = await bench.rendered()
    await bench.ask(_pin(made.composite))
    await bench.hear(await bench.image(made, 2, "#aa0000"))
    await bench.settle(made)
    assert await bench.versions(made) == [1, 1, 1]
    await bench.ask(_pin(made.composite, pinned=False))
    await bench.settle(made)
    assert [one.pinned for one in bench.told(AssetPinned)] == [True, False]
    assert await bench.versions(made) == [2, 2, 2]


@pytest.mark.parametrize("moment", ["before", "during"])
async def test_pin_holds_against_a_render_that_was_invalidated_before_it(bench: CompositorBench, moment):
    made = await bench.rendered()
    image = await bench.image(made, 2, "#aa0000")
    came, let_go = bench.blobs.hold(image.sha256)
    await bench.hear(image)
    [(message_id, content)] = bench.taken(made)
    if moment == "before":
        await bench.ask(_pin(made.composite))
    under_way = asyncio.create_task(bench.work(content, message_id))
    if moment == "during":
        await came.wait()
        await bench.ask(_pin(made.composite))
    let_go.set()
    await under_way
    assert await bench.versions(made) == [1, 1, 1]
    assert await bench.claims(made) == 0


async def test_news_that_comes_while_a_composite_is_unpinned_is_not_missed(bench: CompositorBench):
    made = await bench.rendered()
    await bench.ask(_pin(made.composite))
    async with bench.in_open_transaction(await bench.image(made, 2, "#aa0000")):
        unpinned = asyncio.create_task(bench.ask(_pin(made.composite, pinned=False)))
        await asyncio.wait([unpinned], timeout=0.1)
    await unpinned
    assert len(bench.told(CompositeInvalidated, made.composite)) == 2


async def test_pinned_size_stays_while_its_neighbour_follows_and_catches_up_once_unpinned(bench: CompositorBench):
    made = await bench.rendered()
    await bench.ask(_pin(made.sizes[0]))
    await bench.hear(await bench.image(made, 2, "#aa0000"))
    await bench.settle(made)
    assert await bench.versions(made) == [2, 1, 2]
    await bench.ask(_pin(made.sizes[0], pinned=False))
    await bench.settle(made)
    assert await bench.versions(made) == [2, 2, 2]
    assert len(bench.told(PlatformImageRendered, made.sizes[0])) == 2
