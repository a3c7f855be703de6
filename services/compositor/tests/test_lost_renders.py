"""Renders whose worker died: nothing that became stale is missed for it, and no claim outlives its message."""

import asyncio

import pytest

from assets.testing import Crash
from contracts.compositor import RenderFailed

from .compositor_bench import CompositorBench, Kit


async def test_render_whose_holder_died_is_done_when_its_message_is_delivered_again(bench: CompositorBench):
    made = await bench.rendered()
    image = await bench.image(made, 2, "#aa0000")
    bench.blobs.deadly.add(image.sha256)
    await bench.hear(image)
    [(message_id, content)] = bench.taken(made)
    with pytest.raises(Crash):
        await bench.work(content, message_id)
    assert await bench.claims(made) == 1
    await bench.work(content, message_id)
    await bench.settle(made)
    assert await bench.versions(made) == [2, 2, 2]
    assert await bench.claims(made) == 0


async def test_claim_of_a_render_that_died_is_gone_once_its_message_has_met_a_newer_need(bench: CompositorBench):
    made = await bench.rendered()
    second, third = await bench.image(made, 2, "#aa0000"), await bench.image(made, 3, "#0000aa")
    bench.blobs.deadly.add(second.sha256)
    await bench.hear(second)
    [(message_id, content)] = bench.taken(made)
    with pytest.raises(Crash):
        await bench.work(content, message_id)
    await bench.hear(third)
    await bench.work(content, message_id)
    await bench.settle(made)
    await bench.hear(await bench.image(made, 4, "#aa0000"))
    await bench.settle(made)
    assert await bench.all_fresh(made)
    assert (await bench.version(made.composite)).inputs.upstream["image"].sha256 == second.sha256
    assert await bench.claims(made) == 0


async def test_sizes_whose_cutting_died_are_cut_again_when_their_composite_is_as_it_was(bench: CompositorBench):
    made = await bench.rendered()
    await bench.hear(await bench.image(made, 2, "#aa0000"))
    await _work_one(bench, made)
    [(message_id, rendered)] = bench.taken(made)
    bench.blobs.deadly.add((await bench.version(made.composite)).sha256)
    with pytest.raises(Crash):
        await bench.work(rendered, message_id)
    await bench.hear(await bench.image(made, 3, "#0000aa"))
    await _work_one(bench, made)
    await bench.hear(await bench.image(made, 4, "#aa0000"))
    bench.blobs.deadly.clear()
    (came, let_go) = bench.blobs.hold((await bench.version(made.composite)).sha256)
    again = asyncio.create_task(bench.work(rendered, message_id))
    await came.wait()
    await bench.settle(made)
    let_go.set()
    await again
    await bench.settle(made)
    assert await bench.all_fresh(made)
    assert await bench.claims(made) == 0


async def _work_one(bench: CompositorBench, made: Kit) -> None:
    (message_id, content), *_ = bench.taken(made)
    await bench.work(content, message_id)


async def test_render_that_was_given_up_is_told_and_frees_its_claim(bench: CompositorBench):
    made = await bench.rendered()
    news = await bench.image(made, 2, "#aa0000")
    bench.blobs.deadly.add(news.sha256)
    await bench.hear(news)
    [(message_id, event)] = bench.taken(made)
    with pytest.raises(Crash):
        await bench.work(event, message_id)
    assert await bench.claims(made) == 1
    await bench.bury(event, message_id)
    assert await bench.claims(made) == 0
    [failed] = bench.told(RenderFailed, made.composite)
    assert failed.code == "INTERNAL"
    await bench.work(event, message_id)
    await bench.settle(made)
    assert await bench.all_fresh(made)


async def test_render_is_taken_over_once_the_lease_of_a_holder_that_never_came_back_ran_out(bench: CompositorBench):
    made = await bench.rendered()
    image = await bench.image(made, 2, "#aa0000")
    bench.blobs.deadly.add(image.sha256)
    for event in (image, bench.copy(made, 2, headline="夏の新作ラテ")):
        await bench.hear(event)
    (lost_id, lost), (message_id, content) = bench.taken(made)
    with pytest.raises(Crash):
        await bench.work(lost, lost_id)
    await bench.database.pool.execute("UPDATE renders SET leased_until = now() - interval '1 second'")
    await bench.work(content, message_id)
    await bench.settle(made)
    assert await bench.versions(made) == [2, 2, 2]
    assert await bench.all_fresh(made)
