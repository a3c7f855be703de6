"""A job is called off while processes are killed: it ends once, and says of the charge what the provider says."""

import signal

import pytest

from chassis.testing import eventually
from contracts.jobs import JobCancelled, JobCompleted, RunJob

from .image_world import PATIENCE, ImageWorld

pytestmark = pytest.mark.long


@pytest.mark.parametrize(("fault", "billed", "charges"), [("queued", "no", 0), ("stuck", "unknown", 1)])
@pytest.mark.parametrize("point", ["after_cancel_mark", "before_cancel_end", "before_end"])
async def test_cancel_whose_process_is_killed_between_its_steps_is_gone_on_with(
    image_world: ImageWorld, point: str, fault: str, billed: str, charges: int
) -> None:
    await image_world.provider.meets(fault)
    job = await image_world.asked()
    async with image_world.worker(point=point) as first:
        await eventually(lambda: _is_ordered(image_world, job), PATIENCE)
        await image_world.called_off(job)
        await first.crashed()
    assert await image_world.ends_of(job) == []
    async with image_world.worker():
        ended = await image_world.end_of(job)
    assert isinstance(ended, JobCancelled)
    assert (ended.billed, await image_world.provider.charges()) == (billed, charges)
    assert bool(ended.cost_yen) == bool(charges)
    assert await image_world.ends_of(job) == [ended]
    assert (await image_world.standing(job))["versions"] == 0


async def test_job_called_off_in_the_instant_of_its_end_ends_once_whichever_was_first(image_world: ImageWorld) -> None:
    """Two processes share the work, so the one that cancels is often not the one that makes the picture."""
    async with image_world.worker() as one, image_world.worker() as other:
        jobs = [await _called_off_at(image_world, happened) for happened in ("intent", "submitted", "succeeded") * 4]
        ended = [await image_world.end_of(job) for job in jobs]
        for worker in (one, other):
            worker.send(signal.SIGTERM)
            assert await worker.ended(PATIENCE) == 0, worker.log.read_text()
    assert [await image_world.ends_of(job) for job in jobs] == [[end] for end in ended]
    assert {type(end) for end in ended} <= {JobCancelled, JobCompleted}
    versions = [(await image_world.standing(job))["versions"] for job in jobs]
    assert versions == [isinstance(end, JobCompleted) for end in ended]


async def _called_off_at(world: ImageWorld, happened: str) -> RunJob:
    job = await world.asked()
    await eventually(lambda: _has_happened(world, job, happened), PATIENCE)
    await world.called_off(job)
    return job


async def _has_happened(world: ImageWorld, job: RunJob, happened: str) -> bool:
    return happened in {what for _, what, _, _ in await world.runs(job)}


async def _is_ordered(world: ImageWorld, job: RunJob) -> bool:
    return await _has_happened(world, job, "submitted")
