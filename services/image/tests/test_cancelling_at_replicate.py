"""Images called off while Replicate has them: the stand-in sees it, and its charges are those of the ledger."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from assets.testing import Bench, job_for
from chassis.blobs import BlobStore
from chassis.db import Database
from chassis.testing import eventually
from contracts.image import EditImagePrompt, ImageRegenerated
from contracts.jobs import JobCancelled, JobCompleted, JobFailed, RunJob
from image_service.handlers import subscriptions
from image_service.ordering import Patience
from image_service.replicate import ReplicateGenerator
from image_service.replicate_models import CATALOGUE
from image_service.worker import ImageWorker

from .image_bench import ImageBench
from .replicate_standin import StandIn, World

ORDER_SECONDS = 2.0
FREE_WITHIN = 5.0
"""A worker looks every second whether its job was taken away; the rest is for a busy machine."""


class ReplicateBench(ImageBench):
    """The image service with the stand-in as its provider, and with real waiting."""

    def __init__(self, database: Database, generator: ReplicateGenerator) -> None:
        worker = ImageWorker(
            generator, CATALOGUE[0].id, BlobStore.at("memory://"), Patience(order_timeout=ORDER_SECONDS)
        )
        Bench.__init__(self, database, subscriptions(worker, 2))

    async def job(self, fault: str) -> RunJob:
        """The first job of an image whose order meets this fault."""
        image = await self.planned()
        await self.ask(EditImagePrompt(asset_id=image.id, prompt=f"[fault:{fault}] 湯呑み"))
        return job_for(await self.asset(image.id))


@pytest.fixture
async def bench(image_database: Database, standin: StandIn) -> AsyncIterator[ReplicateBench]:
    generator = ReplicateGenerator("token", standin.url, timeout_seconds=1.0)
    yield ReplicateBench(image_database, generator)
    await generator.aclose()


def _status(world: World) -> str | None:
    return next((run["status"] for run in world.predictions.values()), None)


@pytest.mark.parametrize(
    ("fault", "status", "billed", "charges"), [("queued", "starting", "no", 0), ("stuck", "processing", "unknown", 1)]
)
async def test_run_that_the_provider_has_is_stopped_there_and_its_worker_is_free_at_once(
    bench: ReplicateBench, world: World, fault: str, status: str, billed: str, charges: int
) -> None:
    job = await bench.job(fault)
    working = asyncio.create_task(bench.run(job))
    await eventually(lambda: len(world.requests) > 2 and _status(world) == status)
    await bench.cancel(job)
    await asyncio.wait_for(working, FREE_WITHIN)
    [end] = bench.told(JobCancelled)
    assert (_status(world), world.creates, world.charges) == ("canceled", 1, charges)
    assert (end.billed, bool(end.cost_yen), [one.cost_yen for one in end.attempts]) == (
        billed,
        bool(charges),
        [end.cost_yen],
    )
    assert (bench.told(JobFailed), bench.told(JobCompleted), bench.told(ImageRegenerated)) == ([], [], [])


@pytest.mark.parametrize(("fault", "billed"), [("hang", "no"), ("hang-uncharged", "unknown")])
async def test_order_under_way_is_seen_through_found_and_stopped(
    bench: ReplicateBench, world: World, fault: str, billed: str
) -> None:
    job = await bench.job(fault)
    working = asyncio.create_task(bench.run(job))
    await eventually(lambda: world.creates == 1)
    await bench.cancel(job)
    await asyncio.wait_for(working, FREE_WITHIN)
    [end] = bench.told(JobCancelled)
    assert (end.billed, world.creates, world.charges) == (billed, 1, 0)
    assert _status(world) == ("canceled" if fault == "hang" else None)


async def test_order_whose_answer_comes_after_the_cancel_is_stopped_by_its_id(
    bench: ReplicateBench, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed, submit = asyncio.Event(), ReplicateGenerator.submit

    async def slowly(self, request):
        run = await submit(self, request)
        placed.set()
        await asyncio.wait((cancelling,), timeout=ORDER_SECONDS / 4)
        return run

    async def cancelled(job: RunJob) -> None:
        await placed.wait()
        await bench.cancel(job)

    monkeypatch.setattr(ReplicateGenerator, "submit", slowly)
    job = await bench.job("queued")
    cancelling = asyncio.create_task(cancelled(job))
    await bench.run(job)
    await cancelling
    [end] = bench.told(JobCancelled)
    assert (end.billed, world.charges, _status(world)) == ("no", 0, "canceled")
    assert [happened for _, happened, _ in await bench.runs(job)] == ["intent", "submitted", "cancelled"]
