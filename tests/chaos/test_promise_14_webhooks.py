"""Promise 14: of webhooks that are forged, stale, replayed or out of order none makes a second transition."""

import asyncio
import base64
import signal
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from chassis.testing import eventually
from chassis.testing_proxy import Proxy
from contracts.jobs import JobCompleted, RunJob
from gateway.app import serve
from gateway.settings import Settings
from gateway.topology import TOPOLOGY
from saisei_local.embedded.ports import choose_ports
from saisei_local.provision.broker import declare

from .image_world import PATIENCE, ImageWorld

pytestmark = pytest.mark.long

OTHERS = f"whsec_{base64.b64encode(b'whoever else signs something').decode()}"
NOTICES = "SELECT webhook_id, status FROM image.run_notices WHERE provider_id = $1 ORDER BY webhook_id"
RARELY = 3
"""Once after the order, once when it is told of the end, and once more where the machine is slow to tell."""


@pytest.fixture
async def told_world(image_world: ImageWorld, role_url: Callable[[str], str]) -> AsyncIterator[ImageWorld]:
    """A world in which the provider reaches a gateway. Tests name runs alike, and no two webhooks."""
    await declare(image_world.amqp_url, [TOPOLOGY])
    await image_world.sql.execute("DELETE FROM image.run_notices")
    jwks, port = image_world.folder / "jwks.json", choose_ports(("gateway",), {})["gateway"]
    jwks.write_text('{"keys": []}')
    settings = Settings.model_validate(
        {
            "service": "gateway",
            "database_url": role_url("gateway"),
            "amqp_url": image_world.amqp_url,
            "blob_url": (image_world.folder / "blobs").as_uri(),
            "jwks_file": jwks,
            "port": port,
            "command_timeout_seconds": 5.0,
            "replicate_webhook_secret": await image_world.provider.secret(),
        }
    )
    async with serve(settings):
        image_world.webhook_url = f"http://127.0.0.1:{port}/api/webhooks/replicate"
        yield image_world


async def test_promise_14_told_run_completes_with_hardly_a_question_and_is_charged_once(
    told_world: ImageWorld,
) -> None:
    await told_world.provider.tells(times=2, run_seconds=2.0)
    job = await told_world.asked()
    async with told_world.worker():
        ended = await told_world.end_of(job)
    [run] = await told_world.provider.runs()
    assert isinstance(ended, JobCompleted)
    assert 1 <= await told_world.provider.polls() <= RARELY
    assert [row["status"] for row in await told_world.sql.fetch(NOTICES, run)] == ["succeeded"], (
        "told twice, noted once"
    )
    await _ended_once(told_world, job, ended)


async def test_promise_14_run_that_nobody_tells_of_completes_by_asking(told_world: ImageWorld) -> None:
    await told_world.provider.tells(times=0, run_seconds=1.0)
    job = await told_world.asked()
    async with told_world.worker():
        ended = await told_world.end_of(job)
    await _ended_once(told_world, job, ended)


async def test_promise_14_forged_stale_replayed_and_out_of_order_webhooks_make_no_second_transition(
    told_world: ImageWorld,
) -> None:
    provider = told_world.provider
    await provider.tells(times=0, run_seconds=None)
    job = await told_world.asked()
    async with told_world.worker() as worker:
        [run] = await eventually(provider.runs, PATIENCE)
        await eventually(provider.polls, PATIENCE)
        before = await _transitions(told_world, job)

        assert await provider.tell(run, status="succeeded", secret=OTHERS) == 401
        assert await provider.tell(run, status="succeeded", age=3600) == 401
        assert await provider.tell(run, status="succeeded", age=-3600) == 401
        assert await told_world.sql.fetch(NOTICES, run) == [], "what is refused leaves nothing"

        asked = await provider.polls()
        assert await provider.tell(run, status="succeeded", id="msg_early") == 200
        assert await provider.tell("run-of-nobody", status="failed", url=told_world.webhook_url) == 200
        await eventually(lambda: _asked_since(told_world, asked), PATIENCE)
        assert (await told_world.ends_of(job), await _transitions(told_world, job)) == ([], before)

        await provider.end(run)
        replayed = await asyncio.gather(*(provider.tell(run, id="msg_end") for _ in range(20)))
        assert set(replayed) == {200}
        ended = await told_world.end_of(job)
        after = await _transitions(told_world, job)

        assert await provider.tell(run, id="msg_end") == 200
        for status in ("processing", "failed", "canceled", "succeeded"):
            assert await provider.tell(run, status=status, id=f"msg_late_{status}") == 200
        worker.send(signal.SIGTERM)
        assert await worker.ended(PATIENCE) == 0, worker.log.read_text()
    assert await _transitions(told_world, job) == after
    noted = [row["webhook_id"] for row in await told_world.sql.fetch(NOTICES, run)]
    assert noted == ["msg_early", "msg_end", "msg_late_canceled", "msg_late_failed", "msg_late_succeeded"]
    await _ended_once(told_world, job, ended)


async def test_promise_14_webhook_and_poll_that_find_the_end_in_two_workers_make_one_transition(
    told_world: ImageWorld,
) -> None:
    provider = told_world.provider
    await provider.tells(times=1, run_seconds=None)
    job = await told_world.asked()
    async with (
        Proxy.before(told_world.amqp_url) as proxy,
        told_world.worker(point="after_provider_id", still=True, amqp_url=proxy.url) as first,
    ):
        await eventually(lambda: first.stands_still, PATIENCE)
        [run] = await provider.runs()
        async with told_world.worker() as second:
            await proxy.cut()
            await eventually(provider.polls, PATIENCE)
            first.send(signal.SIGCONT)
            await provider.end(run)
            ended = await told_world.end_of(job)
            for worker in (first, second):
                worker.send(signal.SIGTERM)
                assert await worker.ended(PATIENCE) == 0, worker.log.read_text()
    await _ended_once(told_world, job, ended)


async def test_promise_14_webhook_that_comes_while_the_service_is_away_is_sent_again_and_taken_once(
    told_world: ImageWorld,
) -> None:
    provider = told_world.provider
    await provider.tells(times=0, run_seconds=None)
    job = await told_world.asked()
    async with told_world.worker() as first:
        [run] = await eventually(provider.runs, PATIENCE)
        await eventually(provider.polls, PATIENCE)
        await first.kill()
    await provider.end(run)
    assert await provider.tell(run, id="msg_away") == 503
    async with told_world.worker():
        assert await provider.tell(run, id="msg_away") == 200
        ended = await told_world.end_of(job)
    assert len(await told_world.sql.fetch(NOTICES, run)) == 1
    await _ended_once(told_world, job, ended)


async def _asked_since(world: ImageWorld, polls: int) -> bool:
    return await world.provider.polls() > polls


async def _transitions(world: ImageWorld, job: RunJob) -> dict[str, Any]:
    """All that a webhook could have changed of a picture; that its own message was claimed is not among it."""
    standing = await world.standing(job)
    return {name: value for name, value in standing.items() if name != "claims"} | {"runs": await world.runs(job)}


async def _ended_once(world: ImageWorld, job: RunJob, ended: Any) -> None:
    assert isinstance(ended, JobCompleted)
    assert await world.ends_of(job) == [ended]
    assert (await world.standing(job))["versions"] == 1
    assert await world.provider.charges() == 1
    assert [happened for _, happened, *_ in await world.runs(job)] == ["intent", "submitted", "succeeded"]
    assert ended.cost_yen == max(cost for *_, cost in await world.runs(job)) > 0
