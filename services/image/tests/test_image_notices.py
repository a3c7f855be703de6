"""What the provider tells by itself of a run's end shortens the wait, and decides nothing."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from assets.testing import Crash, job_for
from contracts.image import ImageRegenerated, NoteRunEnded
from contracts.jobs import JobCompleted, JobFailed
from image_service import notices, store
from image_service.generator import Failed, Pending
from image_service.watching import ASKING, BEING_TOLD, LOOK_EVERY

from .scripted_generator import PRICE

UNDER_WAY = Pending(started=True)


@pytest.fixture
async def bench(play, image_database):
    """A provider that tells, and nothing told yet: the script's runs are named alike in every test."""
    await image_database.pool.execute("DELETE FROM run_notices")
    made = play()
    made.generator.tells_ends = True
    return made


def noted(run="run-0", status="succeeded", webhook_id=None):
    return NoteRunEnded(provider_id=run, status=status, webhook_id=webhook_id or f"msg_{uuid4().hex}")


async def ran(bench, job=None):
    job = job or job_for(await bench.planned())
    await bench.run(job)
    return job


async def test_notice_ends_the_wait_at_once_and_the_provider_is_asked(bench):
    bench.generator.polls = [UNDER_WAY]
    bench.clock.meanwhile(3, lambda: bench.ask(noted()))
    await ran(bench)
    assert bench.clock.slept == [LOOK_EVERY] * 3
    assert bench.generator.polled == 2
    [done] = bench.told(JobCompleted)
    assert done.cost_yen == PRICE


async def test_notice_that_was_there_before_the_run_was_known_here_is_not_lost(bench):
    bench.generator.polls = [UNDER_WAY]
    await bench.ask(noted())
    await ran(bench)
    assert (bench.clock.slept, len(bench.told(JobCompleted))) == ([], 1)


async def test_without_any_notice_the_provider_is_asked_rarely_and_the_job_completes(bench):
    bench.generator.polls = [UNDER_WAY] * 8
    await ran(bench)
    assert len(bench.told(JobCompleted)) == 1
    waits = [min(BEING_TOLD.first * 1.5**n, BEING_TOLD.longest) for n in range(8)]
    assert sum(bench.clock.slept) == pytest.approx(sum(waits))
    assert max(waits) == BEING_TOLD.longest


async def test_provider_that_does_not_tell_is_asked_as_often_as_ever_and_notices_are_not_looked_for(bench):
    bench.generator.tells_ends = False
    bench.generator.polls = [UNDER_WAY] * 12
    await bench.ask(noted())
    await ran(bench)
    assert bench.clock.slept[:2] == [ASKING.first, ASKING.first * 1.5]
    assert max(bench.clock.slept) == ASKING.longest


@pytest.mark.parametrize("status", ["succeeded", "failed", "canceled"])
async def test_early_or_false_notice_makes_no_transition_and_the_providers_own_answer_counts(bench, status):
    bench.generator.polls = [UNDER_WAY, UNDER_WAY, UNDER_WAY]
    await bench.ask(noted(status=status))
    await ran(bench)
    assert bench.clock.slept == [ASKING.first, ASKING.first * 1.5], "asked soon again, as if nothing had been told"
    assert (len(bench.told(JobCompleted)), bench.told(JobFailed)) == (1, [])


async def test_run_that_failed_fails_the_job_whatever_the_notice_says(bench):
    bench.generator.polls = [UNDER_WAY, Failed("refused", "unsafe picture")]
    await bench.ask(noted(status="succeeded"))
    await ran(bench)
    [failed] = bench.told(JobFailed)
    assert (failed.code, bench.told(JobCompleted)) == ("REFUSED_BY_PROVIDER", [])


async def test_notice_of_another_run_ends_no_wait(bench):
    bench.generator.polls = [UNDER_WAY]
    await bench.ask(noted("run-of-another"))
    await ran(bench)
    assert sum(bench.clock.slept) == BEING_TOLD.first


async def test_same_webhook_again_is_noted_once(bench, image_database):
    again = noted(webhook_id="msg_again")
    for _ in range(3):
        await bench.ask(again)
    assert await store.count_notices(image_database.pool, "run-0") == 1


async def test_notices_after_the_end_change_nothing(bench):
    job = await ran(bench)
    asset = await bench.asset(job.target_id)
    for status in ("processing", "failed", "succeeded"):
        await bench.ask(noted(status=status))
    await bench.run(job)
    assert await bench.asset(job.target_id) == asset
    assert (len(bench.told(JobCompleted)), bench.told(JobFailed), bench.generator.calls) == (1, [], 1)


async def test_poll_and_notice_at_once_make_one_version_and_one_end(bench):
    bench.generator.polls = [UNDER_WAY]
    job = job_for(await bench.planned())
    waiting, over = asyncio.Event(), asyncio.get_running_loop().create_future()
    bench.clock.waits_for(waiting, over)
    polling = asyncio.create_task(bench.run(job))
    await waiting.wait()
    await bench.ask(noted())
    told = asyncio.create_task(bench.run(job))
    over.set_result(None)
    await asyncio.gather(polling, told)
    assert len(bench.told(JobCompleted)) == len(bench.told(ImageRegenerated)) == 1
    assert (await bench.asset(job.target_id)).version == 1
    assert [happened for _, happened, _ in await bench.runs(job)] == ["intent", "submitted", "succeeded"]


async def test_worker_that_takes_over_hears_what_was_told_meanwhile(bench):
    bench.generator.polls = [UNDER_WAY, UNDER_WAY]
    bench.clock.ends_at(2)
    job = job_for(await bench.planned())
    with pytest.raises(Crash):
        await bench.run(job)
    await bench.ask(noted())
    await bench.run(job)
    assert (len(bench.clock.slept), len(bench.told(JobCompleted)), bench.generator.calls) == (2, 1, 1)


async def test_database_that_is_away_for_a_look_does_not_end_the_wait(bench, monkeypatch):
    async def away(_conn, _run):
        raise asyncpg.CannotConnectNowError("starting up")

    monkeypatch.setattr(store, "count_notices", away)
    bench.generator.polls = [UNDER_WAY]
    await ran(bench)
    assert (sum(bench.clock.slept), len(bench.told(JobCompleted))) == (BEING_TOLD.first, 1)


async def test_old_notices_are_deleted_in_batches_and_young_ones_kept(bench, image_database):
    await bench.ask(noted("young"))
    insert = "INSERT INTO run_notices SELECT $1, 'old', 'succeeded', now() - $2::interval"
    for webhook_id in ("msg_1", "msg_2", "msg_3"):
        await image_database.pool.execute(insert, webhook_id, notices.RETENTION + timedelta(minutes=1))
    assert [await store.delete_notices(image_database.pool, notices.RETENTION, 2) for _ in range(3)] == [2, 1, 0]
    assert [row[0] for row in await image_database.pool.fetch("SELECT provider_id FROM run_notices")] == ["young"]
