"""Jobs whose message was given up: what may have been charged is told, and nothing more is ordered."""

import asyncio
from uuid import UUID

import pytest

from assets.provider_errors import TransientFault
from assets.testing import Crash, job_for
from contracts.jobs import JobFailed

from .scripted_generator import PRICE


async def _crashed(bench, job) -> None:
    with pytest.raises(Crash):
        await bench.run(job)


@pytest.mark.parametrize("after_order", [{1}, set()])
async def test_job_given_up_while_its_order_is_open_may_have_been_charged(play, after_order):
    bench = play(Crash())
    bench.generator.after_order = after_order
    job = job_for(await bench.planned())
    await _crashed(bench, job)
    await bench.bury(job, UUID(job.job_id))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, failed.attempts[0].outcome) == ("SPEND_UNKNOWN", PRICE, "unknown")
    assert await bench.runs(job) == [(1, "intent", 0), (1, "unknown", PRICE)]


async def test_job_given_up_while_its_run_is_awaited_tells_what_the_run_costs(play):
    bench = play()
    bench.generator.polls = [Crash()]
    job = job_for(await bench.planned())
    await _crashed(bench, job)
    await bench.bury(job, UUID(job.job_id))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen) == ("SPEND_UNKNOWN", PRICE)


async def test_job_given_up_with_every_order_settled_has_failed_for_a_reason_of_our_own(play):
    bench = play(TransientFault("503"))
    bench.clock.ends_at(1)
    job = job_for(await bench.planned())
    await _crashed(bench, job)
    await bench.bury(job, UUID(job.job_id))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, len(failed.attempts)) == ("INTERNAL", 0, 1)


async def test_offline_job_given_up_in_the_middle_has_cost_nothing(play):
    bench = play(Crash(), offline=True)
    job = job_for(await bench.planned())
    await _crashed(bench, job)
    await bench.bury(job, UUID(job.job_id))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen) == ("INTERNAL", 0)


async def test_worker_whose_job_was_given_up_meanwhile_orders_nothing_more(play):
    bench = play(TransientFault("503"))
    job = job_for(await bench.planned())
    waiting, over = asyncio.Event(), asyncio.get_running_loop().create_future()
    bench.clock.waits_for(waiting, over)
    paused = asyncio.create_task(bench.run(job))
    await waiting.wait()
    await bench.bury(job, UUID(job.job_id))
    over.set_result(None)
    await paused
    assert bench.generator.calls == 1
