"""Promise 13: a worker is killed around the paid call; one charge and a finished job, or a person is asked."""

from typing import Any

import pytest

from chassis.testing import eventually
from contracts.jobs import JobCompleted, JobFailed, RunJob

from .image_world import PATIENCE, ImageWorld

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("point", "charges"),
    [("after_intent", 0), ("before_call", 0), ("before_provider_id", 1), ("after_provider_id", 1), ("before_end", 1)],
)
async def test_promise_13_worker_killed_around_the_paid_call_pays_at_most_once(
    image_world: ImageWorld, point: str, charges: int
) -> None:
    job = await image_world.asked()
    async with image_world.worker(point=point) as first:
        await first.crashed()
    assert await image_world.provider.charges() == charges
    async with image_world.worker():
        ended = await image_world.end_of(job)
    await _account_is_settled(image_world, job, ended, charges)


async def test_promise_13_worker_killed_while_it_waits_for_the_providers_answer_pays_once(
    image_world: ImageWorld,
) -> None:
    await image_world.provider.meets("hang")
    job = await image_world.asked()
    async with image_world.worker() as first:

        async def accepted() -> bool:
            return await image_world.provider.charges() == 1

        await eventually(accepted, PATIENCE)
        await first.kill()
    async with image_world.worker():
        ended = await image_world.end_of(job)
    await _account_is_settled(image_world, job, ended, 1)


async def test_promise_13_worker_killed_during_every_take_over_pays_once(image_world: ImageWorld) -> None:
    job = await image_world.asked()
    for point in ("before_provider_id", "before_provider_id", "after_provider_id", "before_end"):
        async with image_world.worker(point=point) as worker:
            await worker.crashed()
    async with image_world.worker():
        ended = await image_world.end_of(job)
    await _account_is_settled(image_world, job, ended, 1)


async def _account_is_settled(world: ImageWorld, job: RunJob, ended: Any, charges: int) -> None:
    assert await world.provider.charges() == charges
    runs = await world.runs(job)
    bought = {provider_id for _, _, provider_id, _ in runs if provider_id}
    assert len(bought) == charges, "every charge is in the ledger"
    assert ended.cost_yen == max(cost for *_, cost in runs) > 0
    if charges:
        assert isinstance(ended, JobCompleted)
        assert (await world.standing(job))["versions"] == 1
    else:
        assert isinstance(ended, JobFailed)
        assert ended.code == "SPEND_UNKNOWN"
    assert await world.ends_of(job) == [ended]
