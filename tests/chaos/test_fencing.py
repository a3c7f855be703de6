"""Promise 10: a worker that stood still while another finished its job changes nothing, and keeps what it knows."""

import signal

import pytest

from chassis.testing import eventually
from chassis.testing_proxy import Proxy
from contracts.jobs import JobFailed, RunJob

from .image_world import PATIENCE, ImageWorld
from .processes import Process

pytestmark = pytest.mark.long

IN_THE_CALL = ("after_intent", "before_call", "before_provider_id")
LATE = ("call_seen_through", "message_already_done")
"""What a worker says once its call has ended although its message went to another: it may hear of either first."""


@pytest.mark.parametrize(
    ("point", "end", "charges"),
    [
        ("after_intent", "SPEND_UNKNOWN", 0),
        # Between the last look and the order nothing can stop it, so what it buys is unknown and in the ledger.
        ("before_call", "SPEND_UNKNOWN", 1),
        ("before_provider_id", "COMPLETED", 1),
        ("after_provider_id", "COMPLETED", 1),
        ("before_end", "COMPLETED", 1),
    ],
)
async def test_promise_10_worker_that_stood_still_changes_nothing(
    image_world: ImageWorld, point: str, end: str, charges: int
) -> None:
    job = await image_world.asked()
    async with (
        Proxy.before(image_world.amqp_url) as proxy,
        image_world.worker(point=point, still=True, amqp_url=proxy.url) as first,
    ):
        await eventually(lambda: first.stands_still, PATIENCE)
        async with image_world.worker() as second:
            # A broker gives up on a silent worker after minutes; its connection's end tells it at once.
            await proxy.cut()
            ended = await image_world.end_of(job)
            finished = await image_world.standing(job)
            first.send(signal.SIGCONT)
            await eventually(lambda: _has_gone_on(image_world, job, first, charges, point), PATIENCE)
            for worker in (first, second):
                worker.send(signal.SIGTERM)
                assert await worker.ended(PATIENCE) == 0, worker.log.read_text()
    assert end == (ended.code if isinstance(ended, JobFailed) else "COMPLETED")
    assert await image_world.ends_of(job) == [ended]
    assert await image_world.standing(job) == finished
    assert finished["versions"] == (1 if end == "COMPLETED" else 0)
    assert await image_world.provider.charges() == charges
    bought = {provider_id for _, _, provider_id, _ in await image_world.runs(job) if provider_id}
    assert len(bought) == charges, "every run that was charged is in the ledger by its id"
    assert ended.cost_yen == max(cost for *_, cost in await image_world.runs(job)) > 0


async def _has_gone_on(image_world: ImageWorld, job: RunJob, worker: Process, charges: int, point: str) -> bool:
    """Whether all that was bought is in the ledger; who bought nothing says that it has noticed."""
    if point not in IN_THE_CALL:
        return True
    if charges:
        return len({provider_id for _, _, provider_id, _ in await image_world.runs(job) if provider_id}) == charges
    told = worker.log.read_text()
    return any(word in told for word in LATE)
