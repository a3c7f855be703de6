"""Copy jobs: one job is one execution that ends in a version, a confirmation, or too late."""

import asyncio

import pytest

from assets.testing import Crash, DyingWork, brand, brief, job_for, request_of
from contracts.assets import AssetAccepted
from contracts.campaign import BrandUpdated
from contracts.copy import CopyRegenerated, EditCopy
from contracts.jobs import JobCompleted, JobFailed, JobStarted, JobSuperseded
from contracts.values import CopyText
from copy_service.copywriter import CopyRequest

from .copy_bench import CopyBench
from .scripted_copywriter import COST, words


async def test_job_makes_version_one_with_the_inputs_it_was_made_from(play):
    bench = play()
    variant = (await bench.planned())[0]
    await bench.run(job := job_for(variant))
    version = await bench.version(variant.id, 1)
    assert version.content["text"] == words(1).model_dump(mode="json")
    assert version.inputs.upstream["brief"].sha256 == brief().sha256
    assert version.inputs.upstream["brand"].sha256 == brand("any").sha256
    parameters = version.inputs.parameters
    assert (parameters["platform"], parameters["variantLabel"], parameters["model"]) == (
        "instagram",
        "A案",
        "scripted-1",
    )
    assert parameters["seed"] == version.seed == bench.copywriter.requests[0].seed
    assert await bench.is_fresh(variant.id)
    [started], [done] = bench.told(JobStarted, variant.id), bench.told(JobCompleted, variant.id)
    assert (started.epoch, done.version, done.sha256, done.changed, done.cost_yen) == (1, 1, version.sha256, True, COST)
    [told] = bench.told(CopyRegenerated, variant.id)
    assert (told.reason, told.job_id, told.previous_version, told.text) == ("initial", job.job_id, None, words(1))
    assert await bench.runs(job) == [(1, "intent", 0), (1, "succeeded", COST)]


async def test_delivering_a_finished_job_again_does_nothing(play):
    bench = play()
    variant = (await bench.planned())[0]
    job = job_for(variant)
    for _ in range(3):
        await bench.run(job)
    assert len(bench.copywriter.requests) == len(bench.told(JobStarted)) == len(bench.told(JobCompleted)) == 1


async def test_regenerating_one_variant_leaves_its_siblings_as_they_are(play):
    bench = play()
    variants = await bench.planned()
    for variant in variants:
        await bench.run(job_for(variant))
    before = [await bench.version(variant.id) for variant in variants]
    await bench.run(job_for(await bench.asset(variants[1].id), seq=2))
    after = [await bench.version(variant.id) for variant in variants]
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True, True]
    assert after[1].version == 2
    own, *siblings = bench.copywriter.requests[-1].siblings
    assert own.headline == "春の新作2"
    assert [text.headline for text in siblings] == ["春の新作1", "春の新作3", "春の新作4"]


async def test_changed_brief_or_brand_makes_copy_stale_until_it_is_regenerated(play):
    bench = play()
    variant = await bench.written()
    await bench.brief_changes(variant)
    assert not await bench.is_fresh(variant.id)
    await bench.run(job_for(variant, seq=2))
    assert await bench.is_fresh(variant.id)
    assert bench.copywriter.requests[-1].brief.product == "柚子ほうじ茶"
    await bench.hear(BrandUpdated(brand=brand(variant.wanted.upstream["brand"], 2, default_register="casual")))
    assert not await bench.is_fresh(variant.id)
    await bench.run(job_for(variant, seq=3))
    assert (await bench.version(variant.id)).content["register"] == "casual"


async def test_custom_prompt_is_kept_as_direction_and_used_again_until_it_is_emptied(play):
    bench = play()
    variant = await bench.written()
    for seq, options in enumerate([{"custom_prompt": "数字で語る"}, {}, {"custom_prompt": " "}, {}], 2):
        await bench.run(job_for(variant, seq, **options))
    used = [request.direction for request in bench.copywriter.requests]
    assert used == [None, "数字で語る", "数字で語る", None, None]
    kept = [(await bench.version(variant.id, n)).inputs.parameters["direction"] for n in range(1, 6)]
    assert kept == used


async def test_same_words_again_confirm_the_version_and_add_none(play):
    bench = play(words(1), words(1))
    variant = await bench.written()
    await bench.brief_changes(variant)
    await bench.run(job_for(variant, seq=2))
    assert (await bench.asset(variant.id)).version == 1
    assert [done.changed for done in bench.told(JobCompleted)] == [True, False]
    assert len(bench.told(CopyRegenerated)) == len(bench.told(AssetAccepted)) == 1
    assert await bench.is_fresh(variant.id)


async def test_persons_edit_while_a_job_runs_wins_and_the_job_tells_its_cost(play):
    bench: CopyBench = play(words(1))
    variant = await bench.written()

    async def edited_meanwhile(request: CopyRequest) -> CopyText:
        await bench.ask(EditCopy(asset_id=variant.id, headline="私の言葉"))
        return words(8)

    bench.copywriter.script.append(edited_meanwhile)
    await bench.run(job := job_for(variant, seq=2))
    [superseded] = bench.told(JobSuperseded)
    assert (superseded.job_id, superseded.cost_yen, superseded.attempts[0].outcome) == (job.job_id, COST, "succeeded")
    version = await bench.version(variant.id)
    assert (version.version, version.content["text"]["headline"]) == (2, "私の言葉")
    assert await bench.runs(job) == [(1, "intent", 0), (1, "succeeded", COST)]


async def test_older_job_that_was_not_attempted_is_dropped_when_a_newer_one_is_known(play):
    bench = play()
    variant = (await bench.planned())[0]
    older, newer = job_for(variant, 1), job_for(variant, 2)
    await bench.hear(request_of(newer))
    await bench.run(older)
    [superseded] = bench.told(JobSuperseded)
    assert (superseded.job_id, superseded.by_seq, superseded.cost_yen) == (older.job_id, 2, 0)
    assert bench.copywriter.requests == []


async def test_older_job_whose_worker_died_before_any_attempt_is_dropped_all_the_same(play):
    bench = play()
    variant = (await bench.planned())[0]
    older = job_for(variant, 1)
    await bench.hear(request_of(job_for(variant, 2)))
    with pytest.raises(Crash):
        await bench.run(older, DyingWork)
    await bench.run(older)
    assert (len(bench.told(JobSuperseded)), bench.copywriter.requests) == (1, [])


async def test_older_job_that_was_paid_for_goes_on_and_comes_too_late_only_for_what_was_applied(play):
    bench = play(words(1), words(2))
    variant = (await bench.planned())[0]
    older, newer = job_for(variant, 1), job_for(variant, 2)
    with pytest.raises(Crash):
        await bench.run(older, DyingWork)
    await bench.run(newer)
    await bench.run(older)
    [superseded], [done] = bench.told(JobSuperseded), bench.told(JobCompleted)
    assert (superseded.job_id, superseded.cost_yen, done.job_id) == (older.job_id, COST, newer.job_id)
    assert (await bench.version(variant.id)).content["text"] == words(2).model_dump(mode="json")


async def test_job_delivered_to_two_workers_at_once_makes_one_version(play):
    bench = play(offline=True)
    variant = (await bench.planned())[0]
    job = job_for(variant)
    await asyncio.gather(*(bench.run(job) for _ in range(6)))
    assert (await bench.asset(variant.id)).version == 1
    assert len(bench.told(JobCompleted)) == len(bench.told(CopyRegenerated)) == 1
    assert bench.told(JobFailed) == []
