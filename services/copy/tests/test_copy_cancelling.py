"""Copy that a person called off: the call cannot be taken back, so its cost counts and its text does not."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from assets.testing import Bench, Crash, DyingWork, job_for
from chassis.db import Database
from chassis.testing import eventually
from contracts.copy import CopyRegenerated
from contracts.jobs import JobCancelled, JobCompleted, JobFailed, JobStarted
from copy_service.anthropic_copywriter import AnthropicCopywriter
from copy_service.handlers import subscriptions
from copy_service.worker import PROVIDER_TIMEOUT_SECONDS, CopyWorker

from .copy_bench import CopyBench
from .scripted_copywriter import COST, ESTIMATE, over_long

FREE_WITHIN = 2.5
"""Less than the slow answer takes, so a worker that is free by then did not wait for it."""


class AnthropicBench(CopyBench):
    """The copy service with the stand-in as its provider, and with real waiting."""

    def __init__(self, database: Database, copywriter: AnthropicCopywriter) -> None:
        Bench.__init__(self, database, subscriptions(CopyWorker(copywriter), 4))


async def test_job_cancelled_in_the_middle_of_its_call_frees_its_worker_and_counts_what_the_call_cost(
    copy_database, anthropic_copywriter, provider
):
    bench = AnthropicBench(copy_database, anthropic_copywriter)
    variant = (await bench.planned())[0]
    provider.queue("slow")
    working = asyncio.create_task(bench.run(job := job_for(variant)))
    await eventually(lambda: asyncio.to_thread(_charged, provider))
    cancelling = asyncio.create_task(bench.cancel(job))
    await asyncio.wait_for(working, FREE_WITHIN)
    assert bench.told(JobCancelled) == []
    await cancelling
    [end] = bench.told(JobCancelled)
    [attempt] = end.attempts
    assert (end.billed, attempt.outcome, len(provider.ledger()["charges"])) == ("yes", "succeeded", 1)
    assert end.cost_yen == attempt.cost_yen > 0
    assert (bench.told(JobCompleted), bench.told(CopyRegenerated), bench.told(JobFailed)) == ([], [], [])
    assert (await bench.asset(variant.id)).version == 0


def _charged(provider) -> bool:
    return bool(provider.ledger()["charges"])


async def test_call_whose_worker_died_is_waited_for_and_may_have_been_charged(play):
    bench = play(Crash())
    job = job_for((await bench.planned())[0])
    with pytest.raises(Crash):
        await bench.run(job)
    await bench.cancel(job)
    [end] = bench.told(JobCancelled)
    assert (end.billed, end.cost_yen, end.attempts[0].outcome) == ("unknown", ESTIMATE, "unknown")
    assert PROVIDER_TIMEOUT_SECONDS - 30 < sum(bench.clock.slept) <= PROVIDER_TIMEOUT_SECONDS


async def test_offline_call_that_was_cut_short_costs_nothing(play):
    bench = play(Crash(), offline=True)
    job = job_for((await bench.planned())[0])
    with pytest.raises(Crash):
        await bench.run(job)
    await bench.cancel(job)
    [end] = bench.told(JobCancelled)
    assert (end.billed, end.cost_yen, bench.clock.slept) == ("no", 0, [])


async def test_text_that_was_bought_and_not_applied_is_charged_and_stays_unused(play):
    bench = play()
    variant = (await bench.planned())[0]
    job = job_for(variant)
    with pytest.raises(Crash):
        await bench.run(job, DyingWork)
    await bench.cancel(job)
    await bench.run(job)
    [end] = bench.told(JobCancelled)
    assert (end.billed, end.cost_yen, (await bench.asset(variant.id)).version) == ("yes", COST, 0)


async def test_drafts_before_the_cancel_count(play):
    cancel: list[Callable[[], Awaitable[None]]] = []

    async def cancelled(request):
        await cancel[0]()
        return over_long(2)

    bench = play(over_long(1), cancelled)
    job = job_for((await bench.planned())[0])
    cancel.append(lambda: bench.cancel(job))
    await bench.run(job)
    [end] = bench.told(JobCancelled)
    assert ([one.outcome for one in end.attempts], end.billed) == (["failed", "unknown"], "unknown")
    assert len(bench.copywriter.requests) == 2, "no third draft is bought"


async def test_job_cancelled_while_it_is_queued_buys_nothing(play):
    bench = play()
    job = job_for((await bench.planned())[0])
    await bench.cancel(job)
    await bench.run(job)
    [end] = bench.told(JobCancelled)
    assert (end.billed, bench.copywriter.requests, bench.told(JobStarted)) == ("no", [], [])
