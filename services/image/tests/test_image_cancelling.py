"""Images that a person called off: ended once, and the ledger says what was bought, whatever crashes when."""

import asyncio
from uuid import UUID, uuid4

import pytest

from assets.provider_errors import InvalidRequest
from assets.testing import CANCELLER, Crash, DyingWork, job_for, request_of
from chassis.subscriptions import AlreadyDone
from contracts.image import ImageRegenerated
from contracts.jobs import CancelRun, JobCancelled, JobCompleted, JobFailed, JobStarted, JobSuperseded
from image_service.generator import Failed, Pending, Succeeded

from .image_bench import ImageBench
from .scripted_generator import PRICE

ENDS = (JobCompleted, JobFailed, JobSuperseded, JobCancelled)
ROUNDS = 40
NOT_BEGUN = Failed("cancelled", "stopped", began=False)


def _ends(bench: ImageBench, job) -> list:
    return [end for model in ENDS for end in bench.told(model) if end.job_id == job.job_id]


async def _bought_and_crashed(bench: ImageBench):
    """A job whose order the provider has, and whose worker is gone."""
    job = job_for(await bench.planned())
    bench.generator.polls = [Crash()]
    with pytest.raises(Crash):
        await bench.run(job)
    return job


async def test_job_cancelled_while_it_is_queued_never_reaches_the_provider(play):
    bench = play()
    image = await bench.planned()
    job = job_for(image)
    await bench.cancel(job)
    await bench.run(job)
    [end] = _ends(bench, job)
    assert isinstance(end, JobCancelled)
    assert (end.cancelled_by, end.billed, end.cost_yen, end.attempts) == (CANCELLER, "no", 0, ())
    assert (bench.generator.calls, bench.told(JobStarted), (await bench.asset(image.id)).version) == (0, [], 0)


async def test_cancelled_jobs_end_belongs_to_the_job_in_its_cascades_tree(play):
    bench = play()
    job = job_for(await bench.planned())
    await bench.cancel(job)
    [told] = [envelope for envelope in bench.said if envelope.type == JobCancelled.type]
    assert (told.subject, str(told.causationid)) == (job.job_id, job.job_id)


async def test_message_of_a_cancelled_job_that_is_given_up_ends_it_no_second_time(play):
    bench = play()
    job = job_for(await bench.planned())
    await bench.cancel(job)
    with pytest.raises(AlreadyDone):
        await bench.bury(job, UUID(job.job_id))
    assert len(_ends(bench, job)) == 1


async def test_asking_again_after_a_cancel_is_ordinary_work(play):
    bench = play()
    image = await bench.planned()
    await bench.cancel(job_for(image, 1))
    await bench.run(again := job_for(image, 2))
    [done] = bench.told(JobCompleted)
    assert (done.job_id, done.version) == (again.job_id, 1)


async def test_cancel_of_the_newest_request_brings_no_older_one_back(play):
    bench = play()
    image = await bench.planned()
    older, newer = job_for(image, 1), job_for(image, 2)
    await bench.hear(request_of(newer))
    await bench.cancel(newer)
    await bench.run(older)
    assert [end.job_id for end in (*bench.told(JobSuperseded), *bench.told(JobCancelled))] == [
        older.job_id,
        newer.job_id,
    ]


@pytest.mark.parametrize(
    ("polls", "happened", "cost", "billed"),
    [
        ([NOT_BEGUN], "cancelled", 0, "no"),
        ([Pending(started=False), NOT_BEGUN], "cancelled", 0, "no"),
        ([Failed("cancelled", "stopped")], "unknown", PRICE, "unknown"),
        ([Pending(started=True), Succeeded("run-0")], "failed", PRICE, "yes"),
        ([Failed("provider_error", "CUDA")], "failed", PRICE, "yes"),
        ([InvalidRequest("no such run")], "unknown", PRICE, "unknown"),
    ],
)
async def test_end_that_the_provider_tells_says_what_is_charged(play, polls, happened, cost, billed):
    bench = play()
    job = await _bought_and_crashed(bench)
    bench.generator.polls = polls
    await bench.cancel(job)
    [end] = _ends(bench, job)
    assert isinstance(end, JobCancelled)
    assert (end.billed, end.cost_yen, bench.generator.cancelled) == (billed, cost, ["run-0"])
    assert await bench.runs(job) == [(1, "intent", 0), (1, "submitted", PRICE), (1, happened, cost)]


async def test_provider_that_says_nothing_is_not_waited_for_longer_than_agreed(play):
    bench = play(stop_timeout=0.05)
    job = await _bought_and_crashed(bench)
    bench.generator.silent = True
    await bench.cancel(job)
    [end] = bench.told(JobCancelled)
    assert (end.billed, end.cost_yen, bench.generator.cancelled) == ("unknown", PRICE, ["run-0"])


@pytest.mark.parametrize(("placed", "billed", "cost"), [({1}, "no", 0), (set(), "unknown", PRICE)])
async def test_order_whose_worker_died_is_waited_for_and_looked_up(play, placed, billed, cost):
    bench = play(Crash())
    bench.generator.after_order = placed
    job = job_for(await bench.planned())
    with pytest.raises(Crash):
        await bench.run(job)
    bench.generator.polls = [NOT_BEGUN]
    await bench.cancel(job)
    [end] = _ends(bench, job)
    assert (end.billed, end.cost_yen, bench.generator.calls) == (billed, cost, 1)
    assert 45 < sum(bench.clock.slept) <= 75


async def test_offline_order_that_was_cut_short_costs_nothing(play):
    bench = play(Crash(), offline=True)
    bench.generator.after_order = {1}
    job = job_for(await bench.planned())
    with pytest.raises(Crash):
        await bench.run(job)
    await bench.cancel(job)
    [end] = _ends(bench, job)
    assert (end.billed, end.cost_yen, bench.clock.slept) == ("no", 0, [])


async def test_job_that_has_ended_is_not_cancelled(play):
    bench = play()
    job = job_for(await bench.planned())
    await bench.run(job)
    await bench.cancel(job)
    assert (len(_ends(bench, job)), len(bench.told(JobCompleted)), bench.generator.cancelled) == (1, 1, [])


async def test_crash_between_the_steps_goes_on_from_the_mark_and_tells_once(play):
    bench, message = play(), uuid4()
    job = await _bought_and_crashed(bench)
    bench.generator.polls = [Crash()]
    with pytest.raises(Crash):
        await bench.cancel(job, message)
    await bench.run(job)
    assert _ends(bench, job) == [], "the job's own message is done with"
    bench.generator.polls = [NOT_BEGUN]
    with pytest.raises(Crash):
        await bench.cancel(job, message, DyingWork)
    await bench.cancel(job, message)
    await bench.cancel(job, message)
    [end] = _ends(bench, job)
    assert (end.billed, end.cost_yen, bench.generator.calls) == ("no", 0, 1)


async def test_cancel_that_is_given_up_ends_the_job_as_perhaps_charged(play):
    bench = play()
    job = await _bought_and_crashed(bench)
    fields = job.model_dump(include={"job_id", "campaign_id", "kind", "target_id"})
    await bench.bury(CancelRun(**fields, cancelled_by=CANCELLER))
    await bench.run(job)
    [end] = _ends(bench, job)
    assert isinstance(end, JobCancelled)
    assert (end.billed, end.cost_yen, bench.generator.calls) == ("unknown", PRICE, 1)


async def test_given_up_cancel_of_a_job_that_has_ended_tells_nothing(play):
    bench = play()
    job = job_for(await bench.planned())
    await bench.run(job)
    fields = job.model_dump(include={"job_id", "campaign_id", "kind", "target_id"})
    await bench.bury(CancelRun(**fields, cancelled_by=CANCELLER))
    assert bench.told(JobCancelled) == []


async def test_job_cancelled_in_the_instant_of_its_completion_ends_exactly_once(play):
    bench = play()
    ended = set()
    for round_ in range(ROUNDS):
        image = await bench.planned()
        job = job_for(image)
        working = asyncio.create_task(bench.run(job))
        await asyncio.wait((working,), timeout=round_ / 1000)
        await bench.cancel(job)
        await working
        [end] = _ends(bench, job)
        ended.add(type(end))
        assert (await bench.asset(image.id)).version == isinstance(end, JobCompleted)
    assert ended == {JobCompleted, JobCancelled}, "each was the first at times"
    assert len(bench.told(ImageRegenerated)) == len(bench.told(JobCompleted))
