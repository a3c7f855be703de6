"""The cascade: each need is rendered once, superseded work is dropped, and nothing that became stale is missed."""

import asyncio
from itertools import permutations

import pytest

from assets.testing import brand
from compositor_service import rendering
from contracts.assets import AssetAccepted
from contracts.campaign import BrandUpdated
from contracts.compositor import CompositeInvalidated, CompositeRendered, PlatformImageRendered, RenderFailed
from lineage.staleness import input_hash

from .compositor_bench import UNBREAKABLE, CompositorBench, kit
from .registries import with_limit


@pytest.mark.parametrize("order", list(permutations(("campaign", "image", "copy"))), ids="-".join)
async def test_composite_waits_for_every_piece_in_whatever_order_they_come(bench: CompositorBench, order):
    made = kit()
    news = {"campaign": made.created, "image": await bench.image(made), "copy": bench.copy(made)}
    for name in order[:2]:
        await bench.hear(news[name])
        assert bench.todo(made) == []
    await bench.hear(news[order[2]])
    await bench.settle(made)
    [invalidated] = bench.told(CompositeInvalidated, made.composite)
    assert (invalidated.version, invalidated.held, invalidated.causes[0].text) == (0, False, "never rendered before")
    assert await bench.versions(made) == [1, 1, 1]
    assert await bench.all_fresh(made)


@pytest.mark.parametrize("last", list(permutations(("campaign", "image", "copy"), 2)), ids="-".join)
async def test_last_two_pieces_at_once_still_make_the_composite_render(bench: CompositorBench, last):
    """The second comes while the first's transaction is open, so neither could see the other's word."""
    made = kit()
    news = {"campaign": made.created, "image": await bench.image(made), "copy": bench.copy(made)}
    for name in news.keys() - set(last):
        await bench.hear(news[name])
    async with bench.in_open_transaction(news[last[0]]):
        second = asyncio.create_task(bench.hear(news[last[1]]))
        await asyncio.wait([second], timeout=0.1)
    await second
    assert len(bench.told(CompositeInvalidated, made.composite)) == 1


async def test_versions_record_what_they_were_made_from_and_what_caused_them(bench: CompositorBench):
    made = await bench.rendered()
    version = await bench.version(made.composite)
    assert {role: ref.version for role, ref in version.inputs.upstream.items()} == {"image": 1, "copy": 1, "brand": 1}
    [told] = bench.told(CompositeRendered, made.composite)
    assert (told.reason, told.provider, told.offline, told.version) == ("initial", "compositor", True, 1)
    for size in made.sizes:
        [cut] = bench.told(PlatformImageRendered, size)
        assert cut.inputs.upstream["composite"].sha256 == version.sha256
        assert cut.composite_id == made.composite


async def test_diamond_is_rendered_once_by_two_consumers_at_once(bench: CompositorBench):
    made = await bench.rendered()
    image = await bench.image(made, 2, "#7a2f4c")
    for event in (image, bench.copy(made, 2, headline="夏の新作ラテ")):
        await bench.hear(event)
    first, second = bench.taken(made)
    await asyncio.gather(*(bench.work(content, message_id) for message_id, content in (first, second)))
    assert bench.blobs.reads[image.sha256] == 1
    await bench.settle(made)
    assert await bench.versions(made) == [2, 2, 2]
    assert [one.version for one in bench.told(CompositeRendered, made.composite)] == [1, 2]
    assert await bench.claims(made) == 0


async def test_one_message_delivered_twice_at_once_makes_one_version(bench: CompositorBench):
    made = kit()
    for event in (made.created, await bench.image(made), bench.copy(made)):
        await bench.hear(event)
    [(message_id, content)] = bench.taken(made)
    await asyncio.gather(*(bench.work(content, message_id) for _ in range(3)))
    await bench.settle(made)
    assert await bench.versions(made) == [1, 1, 1]
    assert len(bench.told(CompositeRendered, made.composite)) == 1


async def test_render_that_is_superseded_while_under_way_is_never_applied(bench: CompositorBench):
    made = await bench.rendered()
    second, third = await bench.image(made, 2, "#aa0000"), await bench.image(made, 3, "#0000aa")
    came, let_go = bench.blobs.hold(second.sha256)
    await bench.hear(second)
    [(message_id, content)] = bench.taken(made)
    under_way = asyncio.create_task(bench.work(content, message_id))
    await came.wait()
    await bench.hear(third)
    let_go.set()
    await under_way
    assert await bench.versions(made) == [1, 1, 1]
    await bench.settle(made)
    assert await bench.versions(made) == [2, 2, 2]
    assert (await bench.version(made.composite)).inputs.upstream["image"].sha256 == third.sha256
    assert await bench.all_fresh(made)
    assert await bench.claims(made) == 0


async def test_late_render_never_overwrites_the_newer_one(bench: CompositorBench):
    made = await bench.rendered()
    second, third = await bench.image(made, 2, "#aa0000"), await bench.image(made, 3, "#0000aa")
    came, let_go = bench.blobs.hold(second.sha256)
    await bench.hear(second)
    [(message_id, content)] = bench.taken(made)
    late = asyncio.create_task(bench.work(content, message_id))
    await came.wait()
    await bench.hear(third)
    await bench.settle(made)
    let_go.set()
    await late
    await bench.settle(made)
    assert await bench.versions(made) == [2, 2, 2]
    assert (await bench.version(made.composite)).inputs.upstream["image"].sha256 == third.sha256


async def test_second_delivery_that_took_up_a_newer_need_still_meets_it(bench: CompositorBench):
    """The newer need's own message finds it taken, so nobody else would."""
    made = await bench.rendered()
    second, third = await bench.image(made, 2, "#aa0000"), await bench.image(made, 3, "#0000aa")
    (came, let_go), (came_again, let_go_again) = bench.blobs.hold(second.sha256), bench.blobs.hold(third.sha256)
    await bench.hear(second)
    [(message_id, content)] = bench.taken(made)
    first = asyncio.create_task(bench.work(content, message_id))
    await came.wait()
    await bench.hear(third)
    again = asyncio.create_task(bench.work(content, message_id))
    await came_again.wait()
    await bench.settle(made)
    let_go.set()
    await first
    let_go_again.set()
    await again
    await bench.settle(made)
    assert await bench.versions(made) == [2, 2, 2]
    assert await bench.all_fresh(made)
    assert await bench.claims(made) == 0


async def test_older_news_after_newer_changes_nothing(bench: CompositorBench):
    made = await bench.rendered()
    second, third = await bench.image(made, 2, "#aa0000"), await bench.image(made, 3, "#0000aa")
    await bench.hear(third)
    await bench.settle(made)
    await bench.hear(second)
    await bench.hear(bench.copy(made, 1, headline="古い見出し"))
    assert bench.todo(made) == []
    assert await bench.all_fresh(made)


async def test_piece_restored_to_earlier_bytes_before_its_render_leaves_the_composite_as_it_is(bench: CompositorBench):
    made = await bench.rendered()
    for event in (await bench.image(made, 2, "#aa0000"), await bench.image(made, 3)):
        await bench.hear(event)
    await bench.settle(made)
    assert await bench.versions(made) == [1, 1, 1]
    assert await bench.all_fresh(made)


async def test_equal_bytes_confirm_the_version_and_stop_the_cascade(bench: CompositorBench):
    made = await bench.rendered()
    await bench.hear(bench.brand(made, 2, tone_description="やさしく"))
    assert not await bench.is_fresh(made.composite)
    await bench.settle(made)
    [accepted] = bench.told(AssetAccepted, made.composite)
    assert (accepted.version, accepted.kind) == (1, "composited_image")
    assert len(bench.told(CompositeRendered, made.composite)) == 1
    assert await bench.versions(made) == [1, 1, 1]
    assert await bench.all_fresh(made)


async def test_changed_brand_colours_reach_every_size_with_their_cause(bench: CompositorBench):
    made = await bench.rendered()
    colours = made.created.brand.profile.colours.model_copy(update={"accent": "#d01010"})
    await bench.hear(bench.brand(made, 2, colours=colours))
    [cause] = bench.told(CompositeInvalidated, made.composite)[-1].causes
    assert (cause.upstream_id, cause.was, cause.now) == (made.brand, 1, 2)
    await bench.settle(made)
    assert await bench.versions(made) == [2, 2, 2]


async def test_brand_first_heard_of_with_another_campaign_reaches_the_composites_that_are_there(bench: CompositorBench):
    """campaign.created carries the brand as it is; brand.updated may come after it, and is old news then."""
    made = await bench.rendered()
    other = kit(made.brand)
    newer = brand(made.brand, 2, name="茶舗あおば")
    await bench.hear(other.created.model_copy(update={"brand": newer}))
    await bench.hear(BrandUpdated(brand=newer))
    assert len(bench.told(CompositeInvalidated, made.composite)) == 2


async def test_text_that_does_not_fit_is_told_and_renders_once_the_words_are_edited(bench: CompositorBench):
    made = await bench.rendered()
    await bench.hear(bench.copy(made, 2, headline=UNBREAKABLE))
    await bench.settle(made)
    [failed] = bench.told(RenderFailed, made.composite)
    assert (failed.kind, failed.code, failed.job_id) == ("composited_image", "LAYOUT_OVERFLOW", None)
    assert failed.message
    assert failed.input_hash != (await bench.version(made.composite)).input_hash
    assert await bench.versions(made) == [1, 1, 1]
    assert await bench.claims(made) == 0
    await bench.hear(bench.copy(made, 3, headline="短い見出し"))
    await bench.settle(made)
    assert await bench.versions(made) == [2, 2, 2]
    assert await bench.all_fresh(made)


async def test_size_that_cannot_be_cut_leaves_its_neighbours_as_they_are(bench: CompositorBench, monkeypatch):
    monkeypatch.setattr(rendering, "load_registry", lambda: with_limit("x.square", 300))
    made = await bench.rendered()
    assert await bench.versions(made) == [1, 1, 0]
    [failed] = bench.told(RenderFailed)
    assert (failed.asset_id, failed.kind, failed.code) == (made.sizes[1], "platform_image", "BYTE_LIMIT_EXCEEDED")
    assert await bench.claims(made) == 0


async def test_invalidation_names_the_inputs_that_are_then_rendered(bench: CompositorBench):
    made = await bench.rendered()
    await bench.hear(await bench.image(made, 2, "#aa0000"))
    [invalidated] = bench.told(CompositeInvalidated, made.composite)[1:]
    assert [(cause.upstream_id, cause.was, cause.now) for cause in invalidated.causes] == [(made.image, 1, 2)]
    await bench.settle(made)
    version = await bench.version(made.composite)
    assert version.reason == "cascade"
    assert version.input_hash == input_hash(version.inputs)
