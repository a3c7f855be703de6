"""Paid calls: each is in the ledger with its cost, and none is made twice unseen, whatever crashes when."""

import asyncio
from uuid import UUID

import pytest

from assets.provider_errors import OutcomeUnknown, RefusedByProvider, TransientFault
from assets.testing import Crash, DyingWork, brief, job_for
from assets.testing_takeover import taken_over_after_intent
from contracts.jobs import JobCompleted, JobFailed, JobStarted
from copy_service.worker import PROVIDER_TIMEOUT_SECONDS

from .scripted_copywriter import COST, ESTIMATE, over_long, words


async def test_over_long_text_goes_back_with_the_reasons_and_what_fits_is_kept(play):
    bench = play(over_long())
    variant = (await bench.planned())[0]
    await bench.run(job := job_for(variant))
    first, second = bench.copywriter.requests
    assert (first.previous, first.corrections) == (None, ())
    assert second.previous == over_long()
    assert any("5000" in reason or "of at most" in reason for reason in second.corrections)
    assert await bench.runs(job) == [
        (1, "intent", 0),
        (1, "failed", COST),
        (2, "intent", 0),
        (2, "succeeded", COST),
    ]
    [done] = bench.told(JobCompleted)
    assert ([one.outcome for one in done.attempts], done.cost_yen) == (["failed", "succeeded"], 2 * COST)


async def test_text_that_never_fits_fails_the_job_with_every_attempt_and_its_cost(play):
    bench = play(*(over_long(n) for n in range(9)))
    variant = (await bench.planned())[0]
    await bench.run(job_for(variant))
    [failed] = bench.told(JobFailed, variant.id)
    assert (failed.code, failed.cost_yen, len(failed.attempts)) == ("LIMITS_NOT_MET", 3 * COST, 3)
    assert "of at most" in failed.message
    assert (await bench.asset(variant.id)).version == 0


async def test_drafts_paid_for_before_a_crash_count_towards_the_bound(play):
    bench = play(over_long(1), TransientFault("529"), *(over_long(n) for n in range(2, 9)))
    variant = (await bench.planned())[0]
    job = job_for(variant)
    bench.clock.ends_at(1)
    with pytest.raises(Crash):
        await bench.run(job)
    await bench.run(job)
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen) == ("LIMITS_NOT_MET", 3 * COST)
    assert [one.cost_yen for one in failed.attempts] == [COST, 0, COST, COST]


async def test_crash_between_the_last_refused_draft_and_the_jobs_end_buys_no_more_drafts(play):
    bench = play(*(over_long(n) for n in range(9)))
    variant = (await bench.planned())[0]
    job = job_for(variant)
    with pytest.raises(Crash):
        await bench.run(job, DyingWork)
    await bench.run(job)
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, len(bench.copywriter.requests)) == ("LIMITS_NOT_MET", 3 * COST, 3)


async def test_transient_faults_are_sat_out_and_each_attempt_is_in_the_ledger(play):
    bench = play(TransientFault("429", retry_after=7), TransientFault("529"))
    variant = (await bench.planned())[0]
    await bench.run(job := job_for(variant))
    assert bench.clock.slept == [7, 2]
    happened = [(n, what) for n, what, _ in await bench.runs(job)]
    assert happened == [(n, what) for n in (1, 2, 3) for what in ("intent", "failed" if n < 3 else "succeeded")]
    [done] = bench.told(JobCompleted)
    assert done.cost_yen == COST


async def test_wait_that_is_too_long_for_one_job_fails_it_at_once(play):
    bench = play(TransientFault("429", retry_after=3600))
    await bench.run(job_for((await bench.planned())[0]))
    [failed] = bench.told(JobFailed)
    assert (failed.code, bench.clock.slept, len(bench.copywriter.requests)) == ("PROVIDER_UNAVAILABLE", [], 1)


async def test_faults_that_do_not_pass_fail_the_job(play):
    bench = play(*(TransientFault("529") for _ in range(9)))
    variant = (await bench.planned())[0]
    await bench.run(job_for(variant))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, len(failed.attempts)) == ("PROVIDER_UNAVAILABLE", 0, 3)


async def test_refusal_fails_the_job_at_once(play):
    bench = play(RefusedByProvider("the model declined"))
    variant = (await bench.planned())[0]
    await bench.run(job_for(variant))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.message, len(bench.copywriter.requests)) == (
        "REFUSED_BY_PROVIDER",
        "the model declined",
        1,
    )


async def test_unknown_outcome_fails_the_job_with_what_it_may_have_cost(play):
    bench = play(OutcomeUnknown("the connection broke"))
    variant = (await bench.planned())[0]
    await bench.run(job := job_for(variant))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, failed.attempts[0].outcome) == ("SPEND_UNKNOWN", ESTIMATE, "unknown")
    assert await bench.runs(job) == [(1, "intent", 0), (1, "unknown", ESTIMATE)]


async def test_unknown_outcome_is_not_bought_again_after_a_crash(play):
    bench = play(OutcomeUnknown("the connection broke"))
    variant = (await bench.planned())[0]
    job = job_for(variant)
    with pytest.raises(Crash):
        await bench.run(job, DyingWork)
    await bench.run(job)
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, len(bench.copywriter.requests)) == ("SPEND_UNKNOWN", ESTIMATE, 1)


async def test_crash_during_a_paid_call_is_waited_out_and_left_to_a_person(play):
    bench = play(Crash())
    variant = (await bench.planned())[0]
    job = job_for(variant)
    with pytest.raises(Crash):
        await bench.run(job)
    await bench.run(job)
    [waited] = bench.clock.slept
    assert PROVIDER_TIMEOUT_SECONDS - 30 < waited <= PROVIDER_TIMEOUT_SECONDS
    assert [started.epoch for started in bench.told(JobStarted)] == [1, 2]
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, len(bench.copywriter.requests)) == ("SPEND_UNKNOWN", ESTIMATE, 1)


async def test_job_given_up_during_a_paid_call_may_have_been_charged(play):
    bench = play(Crash())
    job = job_for((await bench.planned())[0])
    with pytest.raises(Crash):
        await bench.run(job)
    await bench.bury(job, UUID(job.job_id))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, failed.attempts[0].outcome) == ("SPEND_UNKNOWN", ESTIMATE, "unknown")


async def test_call_of_a_worker_thought_dead_that_ends_after_all_is_used(play):
    """The message was delivered again while the first worker still waited for its answer."""
    asked, answered, waiting = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slowly(request):
        asked.set()
        await answered.wait()
        return words(7)

    bench = play(slowly)
    variant = (await bench.planned())[0]
    job = job_for(variant)
    first = asyncio.create_task(bench.run(job))
    await asked.wait()
    bench.clock.waits_for(waiting, first)
    second = asyncio.create_task(bench.run(job))
    await waiting.wait()
    answered.set()
    await asyncio.gather(first, second)
    assert bench.told(JobFailed) == []
    [done] = bench.told(JobCompleted)
    assert (done.version, done.cost_yen, len(bench.copywriter.requests)) == (1, COST, 1)
    assert (await bench.version(variant.id)).content["text"]["headline"] == "春の新作7"


async def test_worker_that_was_taken_over_while_it_waited_buys_nothing_more(play):
    bench = play(TransientFault("529"))
    job = job_for((await bench.planned())[0])
    waiting, over = asyncio.Event(), asyncio.get_running_loop().create_future()
    bench.clock.waits_for(waiting, over)
    paused = asyncio.create_task(bench.run(job))
    await waiting.wait()
    await bench.run(job)
    over.set_result(None)
    await paused
    [done] = bench.told(JobCompleted)
    assert (done.cost_yen, len(bench.copywriter.requests)) == (COST, 2)


async def test_worker_taken_over_right_before_its_call_buys_nothing(play):
    bench = play()
    job = job_for((await bench.planned())[0])
    await bench.run(job, taken_over_after_intent(bench, job))
    [failed] = bench.told(JobFailed)
    assert (failed.code, bench.copywriter.requests) == ("SPEND_UNKNOWN", [])


async def test_crash_during_an_offline_call_is_simply_done_again(play):
    bench = play(Crash(), offline=True)
    variant = (await bench.planned())[0]
    job = job_for(variant)
    with pytest.raises(Crash):
        await bench.run(job)
    await bench.run(job)
    [done] = bench.told(JobCompleted)
    assert (bench.clock.slept, done.cost_yen) == ([], 0)
    assert [one.outcome for one in done.attempts] == ["failed", "succeeded"]


async def test_crash_between_the_text_and_its_version_uses_the_text_that_was_bought(play):
    bench = play()
    variant = (await bench.planned())[0]
    job = job_for(variant)
    with pytest.raises(Crash):
        await bench.run(job, DyingWork)
    await bench.run(job)
    [done] = bench.told(JobCompleted)
    assert (done.version, done.cost_yen, len(bench.copywriter.requests)) == (1, COST, 1)
    assert (await bench.version(variant.id)).content["text"] == words(1).model_dump(mode="json")


async def test_text_bought_before_a_crash_is_recorded_with_the_brief_it_was_written_for(play):
    bench = play()
    variant = (await bench.planned())[0]
    job = job_for(variant)
    with pytest.raises(Crash):
        await bench.run(job, DyingWork)
    await bench.brief_changes(variant)
    await bench.run(job)
    version = await bench.version(variant.id, 1)
    assert version.inputs.upstream["brief"].sha256 == brief().sha256
    assert not await bench.is_fresh(variant.id)
