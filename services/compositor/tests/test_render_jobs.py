"""Renders that a person asks for: free jobs, and when one is refused."""

import asyncio
from uuid import uuid4

import pytest

from assets.testing import Crash
from compositor_service.errors import NotRendered, RetryRequired
from contracts.compositor import EditComposite, RenderAssets
from contracts.jobs import JobCancelled, JobCompleted, JobFailed, JobRequested, JobStarted, JobSuperseded, RunJob
from contracts.values import JobOptions

from .compositor_bench import UNBREAKABLE, CompositorBench, Kit, kit


def _render(made: Kit, *assets: str) -> RenderAssets:
    return RenderAssets(campaign_id=made.created.campaign_id, asset_ids=assets or (made.composite,))


async def test_requested_render_is_a_free_job_that_adds_no_version_when_bytes_are_equal(bench: CompositorBench):
    made = await bench.rendered()
    reply = await bench.ask(_render(made, made.composite, *made.sizes))
    assert reply.status == 202
    requested = bench.told(JobRequested)
    assert {one.target_id for one in requested} == {made.composite, *made.sizes}
    assert {one["jobId"] for one in (reply.body or {})["jobs"]} == {one.job_id for one in requested}
    await bench.settle(made)
    done = bench.told(JobCompleted)
    assert [(one.version, one.changed, one.cost_yen) for one in done] == [(1, False, 0)] * 3
    assert await bench.versions(made) == [1, 1, 1]


async def test_requested_render_of_what_was_never_made_is_refused(bench: CompositorBench):
    made = kit()
    await bench.hear(made.created)
    with pytest.raises(NotRendered, match="never made"):
        await bench.ask(_render(made))
    assert bench.told(JobRequested) == []


async def test_requested_render_that_cannot_be_set_fails_with_its_code_and_message(bench: CompositorBench):
    made = await bench.rendered()
    await bench.hear(bench.copy(made, 2, headline=UNBREAKABLE))
    await bench.settle(made)
    await bench.ask(_render(made))
    await bench.settle(made)
    [failed] = bench.told(JobFailed, made.composite)
    assert (failed.code, failed.cost_yen) == ("LAYOUT_OVERFLOW", 0)
    assert failed.message


async def test_failed_render_is_not_asked_for_again_until_something_has_changed(bench: CompositorBench):
    made = await bench.rendered()
    await bench.hear(bench.copy(made, 2, headline=UNBREAKABLE))
    await bench.settle(made)
    await bench.ask(_render(made))
    await bench.settle(made)
    with pytest.raises(RetryRequired, match=r"nothing has changed.* the image or the brand, or have an admin"):
        await bench.ask(_render(made))
    await bench.ask(EditComposite(asset_id=made.composite, layout="band_top"))
    assert (await bench.ask(_render(made))).status == 202
    await bench.settle(made)
    assert len(bench.told(JobFailed, made.composite)) == 2
    await bench.hear(bench.copy(made, 3, headline="短い見出し"))
    assert (await bench.ask(_render(made))).status == 202
    await bench.settle(made)
    assert len(bench.told(JobCompleted, made.composite)) == 1
    assert (await bench.ask(_render(made))).status == 202


async def test_among_several_renders_the_one_that_failed_is_skipped(bench: CompositorBench):
    made = await bench.rendered()
    await bench.hear(bench.copy(made, 2, headline=UNBREAKABLE))
    await bench.ask(_render(made))
    await bench.settle(made)
    reply = await bench.ask(_render(made, made.composite, *made.sizes))
    body = reply.body or {}
    assert body["skipped"] == [{"assetId": made.composite, "reason": "retry-required"}]
    assert {job["targetId"] for job in body["jobs"]} == set(made.sizes)


async def test_render_job_whose_worker_died_is_done_again_by_the_next(bench: CompositorBench):
    made = await bench.rendered()
    bench.blobs.deadly.add((await bench.image(made)).sha256)
    await bench.ask(_render(made))
    [(message_id, job)] = [one for one in bench.taken(made) if isinstance(one[1], RunJob)]
    with pytest.raises(Crash):
        await bench.work(job, message_id)
    await bench.work(job, message_id)
    assert [started.epoch for started in bench.told(JobStarted)] == [1, 2]
    assert len(bench.told(JobCompleted)) == 1


async def test_render_job_cancelled_while_it_is_queued_renders_nothing_and_may_be_asked_for_again(
    bench: CompositorBench,
):
    made = await bench.rendered()
    await bench.ask(_render(made))
    [(message_id, job)] = [(key, one) for key, one in bench.taken(made) if isinstance(one, RunJob)]
    await bench.cancel(job)
    await bench.work(job, message_id)
    [end] = bench.told(JobCancelled)
    assert (end.job_id, end.billed, bench.told(JobStarted)) == (job.job_id, "no", [])
    await bench.ask(_render(made))
    await bench.settle(made)
    assert len(bench.told(JobCompleted)) == 1


async def test_render_job_cancelled_at_work_lets_its_worker_go_and_changes_nothing(bench: CompositorBench):
    made = await bench.rendered()
    came, let_go = bench.blobs.hold((await bench.image(made)).sha256)
    await bench.ask(_render(made))
    [(message_id, job)] = [(key, one) for key, one in bench.taken(made) if isinstance(one, RunJob)]
    under_way = asyncio.create_task(bench.work(job, message_id))
    await came.wait()
    await bench.cancel(job)
    await asyncio.wait_for(under_way, 5)
    assert not let_go.is_set(), "the worker did not wait for its render"
    assert (len(bench.told(JobCancelled)), bench.told(JobCompleted)) == (1, [])
    assert await bench.versions(made) == [1, 1, 1]


async def test_older_of_two_requested_renders_is_dropped(bench: CompositorBench):
    made = await bench.rendered()
    for _ in range(2):
        await bench.ask(_render(made))
    await bench.settle(made)
    [dropped], [done] = bench.told(JobSuperseded), bench.told(JobCompleted)
    assert [one.job_id for one in bench.told(JobRequested)] == [dropped.job_id, done.job_id]


async def test_render_job_that_the_cascade_overtook_is_superseded_and_undoes_nothing(bench: CompositorBench):
    made = await bench.rendered()
    came, let_go = bench.blobs.hold((await bench.image(made)).sha256)
    await bench.ask(_render(made))
    [(message_id, job)] = [one for one in bench.taken(made) if isinstance(one[1], RunJob)]
    under_way = asyncio.create_task(bench.work(job, message_id))
    await came.wait()
    await bench.hear(await bench.image(made, 2, "#aa0000"))
    await bench.settle(made)
    let_go.set()
    await under_way
    [superseded] = bench.told(JobSuperseded)
    assert superseded.job_id == str(message_id)
    assert await bench.versions(made) == [2, 2, 2]
    assert (await bench.version(made.composite)).inputs.upstream["image"].version == 2
    assert await bench.all_fresh(made)


async def test_render_job_that_was_given_up_has_failed_in_words(bench: CompositorBench):
    made = await bench.rendered()
    await bench.ask(_render(made))
    [(message_id, job)] = [one for one in bench.taken(made) if isinstance(one[1], RunJob)]
    await bench.bury(job, message_id)
    await bench.work(job, message_id)
    [failed] = bench.told(JobFailed)
    assert (failed.job_id, failed.code) == (str(message_id), "INTERNAL")
    assert bench.told(JobCompleted) == []
    with pytest.raises(RetryRequired):
        await bench.ask(_render(made))


async def test_render_job_of_an_asset_that_never_came_to_be_known_fails_in_words(bench: CompositorBench):
    made, job_id = kit(), uuid4()
    job = RunJob(
        job_id=str(job_id),
        campaign_id=made.created.campaign_id,
        kind="composited_image",
        target_id=made.composite,
        seq=1,
        options=JobOptions(),
        requested_by="someone",
        reason="regenerate",
    )
    await bench.bury(job, job_id)
    assert [failed.code for failed in bench.told(JobFailed)] == ["INTERNAL"]
