"""Ordering pictures: ordered once, found again after a crash, waited for, and every yen in the ledger."""

import pytest

from assets.provider_errors import InvalidRequest, NotAuthorised, OutcomeUnknown, RefusedByProvider, TransientFault
from assets.testing import Crash, DyingWork, brief, job_for, request_of
from assets.testing_takeover import taken_over_after_intent
from contracts.image import ImageRegenerated
from contracts.jobs import JobCompleted, JobFailed, JobStarted, JobSuperseded
from image_service.generator import Failed, ImageRequest, Pending, Succeeded

from .image_bench import ImageBench
from .scripted_generator import GONE, PRICE


async def _crashed(bench, job) -> None:
    with pytest.raises(Crash):
        await bench.run(job)


async def test_picture_is_ordered_once_and_each_step_is_in_the_ledger(play):
    bench = play()
    job = job_for(await bench.planned())
    await bench.run(job)
    assert await bench.runs(job) == [(1, "intent", 0), (1, "submitted", PRICE), (1, "succeeded", PRICE)]
    [done] = bench.told(JobCompleted)
    assert (done.cost_yen, len(done.attempts)) == (PRICE, 1)


async def test_take_over_resumes_the_run_by_its_id_and_orders_nothing(play):
    bench = play()
    bench.generator.polls = [Pending(started=True), Crash()]
    job = job_for(await bench.planned())
    await _crashed(bench, job)
    await bench.run(job)
    assert [started.epoch for started in bench.told(JobStarted)] == [1, 2]
    [done] = bench.told(JobCompleted)
    assert (bench.generator.calls, done.cost_yen) == (1, PRICE)
    assert bench.clock.slept == [0.25]


async def test_worker_taken_over_right_before_its_order_places_none(play):
    bench = play()
    job = job_for(await bench.planned())
    await bench.run(job, taken_over_after_intent(bench, job))
    [done] = bench.told(JobFailed)
    assert (done.code, bench.generator.calls) == ("SPEND_UNKNOWN", 0)


async def test_picture_resumed_after_its_prompt_changed_is_recorded_with_the_prompt_it_was_made_from(play):
    bench = play()
    bench.generator.polls = [Crash()]
    image = await bench.planned()
    job = job_for(image)
    await _crashed(bench, job)
    await bench.prompt(image, "夜桜")
    await bench.brief_changes(image)
    await bench.run(job)
    version = await bench.version(image.id, 1)
    assert version.prompt == bench.generator.orders[0].prompt
    assert version.inputs.upstream["brief"].sha256 == brief().sha256
    assert await bench.standing(image) == (1, "夜桜", False)


async def test_crash_right_after_the_provider_accepted_finds_the_order_and_pays_once(play):
    bench = play(Crash())
    bench.generator.after_order = {1}
    image = await bench.planned()
    job = job_for(image)
    await _crashed(bench, job)
    await bench.brief_changes(image)
    await bench.run(job)
    [waited] = bench.clock.slept
    assert 45 < waited <= 75
    [done] = bench.told(JobCompleted)
    assert (bench.generator.calls, done.cost_yen) == (1, PRICE)


async def test_crash_before_the_provider_accepted_is_left_to_a_person(play):
    bench = play(Crash())
    job = job_for(await bench.planned())
    await _crashed(bench, job)
    await bench.run(job)
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, bench.generator.calls) == ("SPEND_UNKNOWN", PRICE, 1)
    assert await bench.runs(job) == [(1, "intent", 0), (1, "unknown", PRICE)]


async def test_crash_of_an_offline_order_is_simply_taken_up_again(play):
    bench = play(Crash(), offline=True)
    bench.generator.after_order = {1}
    job = job_for(await bench.planned())
    await _crashed(bench, job)
    await bench.run(job)
    [done] = bench.told(JobCompleted)
    assert (bench.clock.slept, done.cost_yen) == ([], 0)


async def test_order_without_an_answer_is_found_and_used(play):
    bench = play(OutcomeUnknown("no answer"))
    bench.generator.after_order = {1}
    job = job_for(await bench.planned())
    await bench.run(job)
    [done] = bench.told(JobCompleted)
    assert (bench.generator.calls, done.cost_yen) == (1, PRICE)
    assert [happened for _, happened, _ in await bench.runs(job)] == ["intent", "submitted", "succeeded"]


async def test_order_without_an_answer_that_is_not_found_is_left_to_a_person(play):
    bench = play(OutcomeUnknown("no answer"))
    job = job_for(await bench.planned())
    await bench.run(job)
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, failed.attempts[0].outcome) == ("SPEND_UNKNOWN", PRICE, "unknown")


async def test_looking_an_order_up_sits_out_transient_faults(play):
    bench = play(OutcomeUnknown("no answer"))
    bench.generator.after_order = {1}
    bench.generator.finds = [TransientFault("429", retry_after=3), TransientFault("503")]
    await bench.run(job_for(await bench.planned()))
    assert bench.clock.slept == [3, 2]
    assert len(bench.told(JobCompleted)) == 1


async def test_order_that_cannot_be_looked_up_is_left_to_a_person(play):
    bench = play(OutcomeUnknown("no answer"))
    bench.generator.finds = [NotAuthorised("401")]
    await bench.run(job_for(await bench.planned()))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen) == ("SPEND_UNKNOWN", PRICE)
    assert "401" in failed.message


async def test_unknown_order_is_not_placed_again_after_a_crash(play):
    bench = play(OutcomeUnknown("no answer"))
    job = job_for(await bench.planned())
    with pytest.raises(Crash):
        await bench.run(job, DyingWork)
    await bench.run(job)
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, bench.generator.calls) == ("SPEND_UNKNOWN", PRICE, 1)


async def test_transient_faults_are_sat_out_as_the_provider_asks(play):
    bench = play(TransientFault("429", retry_after=11), TransientFault("503"))
    job = job_for(await bench.planned())
    await bench.run(job)
    assert bench.clock.slept == [11, 2]
    [done] = bench.told(JobCompleted)
    assert ([one.outcome for one in done.attempts], done.cost_yen) == (["failed", "failed", "succeeded"], PRICE)


async def test_long_wait_that_was_asked_for_is_kept_to(play):
    bench = play(TransientFault("429", retry_after=120))
    await bench.run(job_for(await bench.planned()))
    assert (bench.clock.slept, len(bench.told(JobCompleted))) == ([120], 1)


async def test_wait_that_is_too_long_for_one_job_fails_it_at_once(play):
    bench = play(TransientFault("429", retry_after=3600))
    await bench.run(job_for(await bench.planned()))
    [failed] = bench.told(JobFailed)
    assert (failed.code, bench.clock.slept, bench.generator.calls) == ("PROVIDER_UNAVAILABLE", [], 1)


async def test_faults_that_do_not_pass_fail_the_job_after_its_attempts(play):
    bench = play(*(TransientFault("503") for _ in range(9)))
    await bench.run(job_for(await bench.planned()))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, bench.generator.calls) == ("PROVIDER_UNAVAILABLE", 0, 4)


async def test_attempts_before_a_crash_count_towards_the_bound(play):
    bench = play(*(TransientFault("503") for _ in range(9)))
    bench.clock.ends_at(3)
    job = job_for(await bench.planned())
    await _crashed(bench, job)
    await bench.run(job)
    [failed] = bench.told(JobFailed)
    assert (failed.code, bench.generator.calls) == ("PROVIDER_UNAVAILABLE", 4)


@pytest.mark.parametrize(
    ("fault", "code"),
    [(RefusedByProvider("unsafe"), "REFUSED_BY_PROVIDER"), (InvalidRequest("422"), "INVALID_REQUEST")],
)
async def test_order_that_is_refused_fails_the_job_for_nothing(play, fault, code):
    bench = play(fault)
    await bench.run(job_for(await bench.planned()))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, bench.generator.calls) == (code, 0, 1)


async def test_run_that_is_refused_fails_the_job_with_what_it_cost(play):
    bench = play()
    bench.generator.polls = [Pending(started=True), Failed("refused", "unsafe picture")]
    job = job_for(await bench.planned())
    with pytest.raises(Crash):
        await bench.run(job, DyingWork)
    bench.generator.polls = []
    await bench.run(job)
    [failed] = bench.told(JobFailed)
    assert (failed.cost_yen, bench.generator.calls) == (PRICE, 1), "a crash before the job's end buys no second run"


async def test_failed_run_gives_the_job_its_code(play):
    bench = play()
    bench.generator.polls = [Failed("refused", "unsafe picture")]
    await bench.run(job_for(await bench.planned()))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.message, failed.cost_yen) == ("REFUSED_BY_PROVIDER", "unsafe picture", PRICE)


async def test_faults_while_waiting_cost_nothing_and_are_sat_out(play):
    bench = play()
    bench.generator.polls = [TransientFault("503"), Pending(started=False), TransientFault("429", retry_after=4)]
    await bench.run(job_for(await bench.planned()))
    assert bench.clock.slept == [1, 0.25, 4]
    [done] = bench.told(JobCompleted)
    assert (len(done.attempts), done.cost_yen) == (1, PRICE)


async def test_picture_that_expired_fails_the_job_with_what_it_cost(play):
    bench = play()
    bench.generator.polls = [Succeeded(GONE)]
    await bench.run(job_for(await bench.planned()))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen) == ("OUTPUT_EXPIRED", PRICE)


async def test_run_that_takes_too_long_fails_the_job_and_is_cancelled(play):
    bench = play(run_timeout=0.05)
    bench.generator.silent = True
    await bench.run(job_for(await bench.planned()))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, bench.generator.cancelled) == ("RUN_TOO_LONG", PRICE, ["run-0"])


async def test_crash_between_the_picture_and_its_version_uses_the_picture(play):
    bench = play()
    image = await bench.planned()
    job = job_for(image)
    with pytest.raises(Crash):
        await bench.run(job, DyingWork)
    await bench.run(job)
    [done] = bench.told(JobCompleted)
    assert (done.version, done.cost_yen, bench.generator.calls) == (1, PRICE, 1)


async def test_late_picture_of_an_older_job_never_replaces_a_newer_one_and_its_evidence_is_kept(play):
    bench: ImageBench = play()
    image = await bench.planned()
    older, newer = job_for(image, 1), job_for(image, 2)

    async def newer_meanwhile(request: ImageRequest) -> None:
        await bench.run(newer)

    bench.generator.submits.append(newer_meanwhile)
    await bench.run(older)
    [late], [done] = bench.told(JobSuperseded), bench.told(JobCompleted)
    assert (late.job_id, late.by_seq, late.cost_yen, done.job_id) == (older.job_id, 2, PRICE, newer.job_id)
    assert (await bench.version(image.id)).job_id == newer.job_id
    assert len(bench.told(ImageRegenerated)) == 1
    assert await bench.runs(older) == [(1, "intent", 0), (1, "submitted", PRICE), (1, "succeeded", PRICE)]


async def test_older_job_that_has_not_started_is_dropped_when_a_newer_request_is_known(play):
    bench = play()
    image = await bench.planned()
    older, newer = job_for(image, 1), job_for(image, 2)
    await bench.hear(request_of(newer))
    await bench.run(older)
    await bench.run(newer)
    [dropped], [done] = bench.told(JobSuperseded), bench.told(JobCompleted)
    assert (dropped.job_id, dropped.cost_yen, done.job_id, bench.generator.calls) == (older.job_id, 0, newer.job_id, 1)
