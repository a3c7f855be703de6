"""Promise 13 at scale: image jobs on four workers that are killed, one each second, and a provider that counts.

Every job ends, once; and what the provider charged is what completed, and what people are told may have been charged.
`SAISEI_CHAOS_JOBS` says how many jobs; the shorter of the two tests takes no more than two hundred.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from random import Random

import pytest

from chassis.testing import eventually
from contracts.jobs import JobCancelled, JobCompleted, RunJob
from contracts.values import JobOptions

from .image_books import Account, account_of, queued, unsent
from .image_fire import Crew
from .image_world import ImageWorld, Provider, served_provider

pytestmark = pytest.mark.long

JOBS = int(os.environ.get("SAISEI_CHAOS_JOBS", "200"))
SEED = int(os.environ.get("SAISEI_CHAOS_SEED", "17"))
SIDE = 64
"""Of the pictures: this is about who pays for them."""

PER_CAMPAIGN = 20
# The provider's own limit would make the test longer, not harder.
SETTINGS = {"SAISEI_IMAGE_CALLS_PER_MINUTE": "100000", "SAISEI_IMAGE_CONCURRENCY": "4"}
REST_SECONDS = 120.0
LOST_ANSWERS = ("hang", "charged-502")
CANCEL_EVERY = 0.5
AT_WORK = """
SELECT job_id FROM image.provider_runs GROUP BY job_id
HAVING bool_and(happened IN ('intent', 'submitted')) ORDER BY max(at) DESC LIMIT 1
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """Takes the place of the one that makes pictures as large as they are asked for."""
    with served_provider("--side", str(SIDE)) as provider:
        yield provider


async def test_promise_13_many_jobs_on_killed_workers_all_end_and_every_charge_is_accounted_for(
    image_world: ImageWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = await _asked(image_world, JOBS, lambda n: f"a picture of its own: {n}")
    account = await _account_after_fire(image_world, jobs, capsys)
    assert account.ends.keys() <= {"completed", "SPEND_UNKNOWN", "INTERNAL"}
    assert len(account.completed) > len(jobs) * 0.9, "it is a fire, and no flood"


async def test_promise_13_lost_answers_and_cancelling_under_fire_leave_every_charge_accounted_for(
    image_world: ImageWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = await _asked(image_world, min(JOBS, 200), _sometimes_unanswered)
    account = await _account_after_fire(image_world, jobs, capsys, people=True)
    assert account.ends.keys() <= {"completed", "cancelled", "SPEND_UNKNOWN", "INTERNAL"}
    met = [entry for entry in account.entries if "[fault:" in (entry.job.options.custom_prompt or "")]
    assert any(isinstance(entry.end, JobCompleted) for entry in met), "an order without an answer is found again"
    assert any(isinstance(entry.end, JobCancelled) and entry.orders for entry in account.entries)


async def _asked(world: ImageWorld, count: int, prompt: Callable[[int], str]) -> list[RunJob]:
    options = [JobOptions(custom_prompt=prompt(n)) for n in range(count)]
    jobs: list[RunJob] = []
    for first in range(0, count, PER_CAMPAIGN):
        jobs += await world.asked_together(*options[first : first + PER_CAMPAIGN])
    return jobs


def _sometimes_unanswered(n: int) -> str:
    fault = f" [fault:{LOST_ANSWERS[n // 10 % len(LOST_ANSWERS)]}]" if n % 10 == 0 else ""
    return f"a picture of its own: {n}{fault}"


async def _account_after_fire(
    world: ImageWorld, jobs: Sequence[RunJob], capsys: pytest.CaptureFixture[str], *, people: bool = False
) -> Account:
    world.settings = SETTINGS
    crew, began = Crew(world, Random(SEED)), time.monotonic()
    async with crew.at_work():
        async with crew.burning(), _cancelling(world, jobs if people else ()):
            await eventually(lambda: _have_ended(world, jobs), 60 + 3.0 * len(jobs))
        seconds = time.monotonic() - began
        await eventually(lambda: _is_at_rest(world), REST_SECONDS)
        await crew.stop()
    assert await queued(world) == {}, "what a worker held is handled, too"
    account = await account_of(world, jobs)
    with capsys.disabled():
        sys.stdout.write(f"\n{_figures(account, crew, seconds)}\n")
    assert account.breaches == {}
    assert account.strangers == []
    _balances(account)
    return account


def _balances(account: Account) -> None:
    """Of what is unknown, as much was charged as completed and told charges leave of all of them."""
    charged = sum(len(entry.charged) for entry in account.unknown)
    assert account.charges - len(account.completed) - len(account.in_vain) == charged <= len(account.unknown)


async def _have_ended(world: ImageWorld, jobs: Sequence[RunJob]) -> bool:
    ends = await world.all_ends()
    return all(job.job_id in ends for job in jobs)


async def _is_at_rest(world: ImageWorld) -> bool:
    return not await queued(world) and await unsent(world) == 0


@asynccontextmanager
async def _cancelling(world: ImageWorld, jobs: Sequence[RunJob]) -> AsyncIterator[None]:
    """People call off some of these jobs for as long as the context lasts."""
    cancelling = asyncio.create_task(_cancel_some(world, jobs))
    try:
        yield
    finally:
        cancelling.cancel()
        with suppress(asyncio.CancelledError):
            await cancelling


async def _cancel_some(world: ImageWorld, jobs: Sequence[RunJob]) -> None:
    """Each once, as the ledger of jobs does. Most of them are at work; of the others some wait, and some have ended."""
    random, left = Random(SEED), {job.job_id: job for job in jobs}
    for _ in range(len(jobs) // 4):
        await asyncio.sleep(CANCEL_EVERY)
        at_work = await eventually(lambda: _at_work(world, left), REST_SECONDS)
        job_id = at_work if random.random() < 0.8 else random.choice(list(left))
        await world.called_off(left.pop(job_id))


async def _at_work(world: ImageWorld, among: Mapping[str, RunJob]) -> str:
    job_id = await world.sql.fetchval(AT_WORK) or ""
    return job_id if job_id in among else ""


def _figures(account: Account, crew: Crew, seconds: float) -> str:
    charged = sum(len(entry.charged) for entry in account.unknown)
    ends = ", ".join(f"{count} {end}" for end, count in account.ends.most_common())
    return (
        f"{len(account.entries)} jobs in {seconds:.0f} s, {crew.kills} kills: {ends}; {account.charges} charges = "
        f"{len(account.completed)} completed + {charged} of {len(account.unknown)} unknown + "
        f"{len(account.in_vain)} told and in vain"
    )
