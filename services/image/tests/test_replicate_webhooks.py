"""Orders with a webhook: what Replicate is asked for, and that the stand-in tells as Replicate's own SDK expects."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from pytest_httpserver import HTTPServer
from replicate.webhook import Webhooks, WebhookSigningSecret
from werkzeug import Request, Response

from assets.provider_errors import OutcomeUnknown
from assets.testing import Bench, job_for
from chassis.testing import eventually
from contracts.image import NoteRunEnded
from contracts.jobs import JobCompleted
from image_service.handlers import subscriptions
from image_service.replicate import ReplicateGenerator
from image_service.replicate_models import CATALOGUE
from image_service.worker import ImageWorker

from .replicate_webhooks import SECRET, Telling
from .test_replicate import order

PATH = "/api/webhooks/replicate"


@pytest.fixture
def told(httpserver: HTTPServer):
    """What arrived at the webhook's address."""
    requests: list[Request] = []
    arrived = threading.Lock()

    def take(request: Request) -> Response:
        with arrived:
            requests.append(request)
            request.get_data()
        return Response("", 200 if len(requests) > 1 else 503)

    httpserver.expect_request(PATH).respond_with_handler(take)
    return requests


@pytest.fixture
async def replicate(standin, httpserver):
    generator = ReplicateGenerator("token", standin.url, webhook_url=httpserver.url_for(PATH), timeout_seconds=5)
    yield generator
    await generator.aclose()


async def control(standin, what, **body):
    async with httpx2.AsyncClient(trust_env=False) as http:
        return (await http.post(f"{standin.url}/control/{what}", json=body)).raise_for_status()


async def test_order_names_the_webhook_and_wants_only_ends_told(replicate, world, httpserver):
    world.telling = Telling(times=0)
    run = await replicate.submit(order())
    told_of = world.predictions[run.provider_id]
    assert (told_of["webhook"], told_of["webhook_events_filter"]) == (httpserver.url_for(PATH), ["completed"])
    assert replicate.tells_ends


async def test_order_without_a_webhook_names_none(standin, world):
    generator = ReplicateGenerator("token", standin.url)
    run = await generator.submit(order())
    await generator.aclose()
    assert "webhook" not in world.predictions[run.provider_id]
    assert not generator.tells_ends


async def test_lost_order_with_a_webhook_is_found_by_its_request(replicate, world):
    world.telling = Telling(times=0)
    before = datetime.now(UTC) - timedelta(seconds=5)
    with pytest.raises(OutcomeUnknown):
        await replicate.submit(order("[fault:charged-504]"))
    found = await replicate.find(order("[fault:charged-504]"), before)
    assert found is not None
    assert (found.provider_id in world.predictions, world.charges) == (True, 1)


async def test_end_is_told_until_it_is_taken_under_one_id_and_signed_as_the_sdk_expects(replicate, world, told):
    run = await replicate.submit(order())
    await eventually(lambda: len(told) >= 2)
    first, second = told[:2]
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    for request in (first, second):
        headers, body = dict(request.headers), request.get_data(as_text=True)
        Webhooks.validate(headers=headers, body=body, secret=WebhookSigningSecret(key=SECRET), tolerance=300)
        assert (request.json["id"], request.json["status"]) == (run.provider_id, "succeeded")


async def test_job_completes_on_the_providers_word_after_two_questions(play, replicate, standin, world):
    world.telling = Telling(times=0, run_seconds=None)
    planned = play()
    worker = ImageWorker(replicate, CATALOGUE[-1].id, planned.blobs)
    bench = Bench(planned.database, subscriptions(worker, 2))
    running = asyncio.create_task(bench.run(job_for(await planned.planned())))
    [run_id] = await eventually(lambda: list(world.predictions))
    poll = f"GET /v1/predictions/{run_id}"
    await eventually(lambda: world.requests.count(poll) == 1)
    await control(standin, "end", runId=run_id)
    await bench.ask(NoteRunEnded(provider_id=run_id, status="succeeded", webhook_id="msg_of_the_end"))
    await asyncio.wait_for(running, 4)
    assert world.requests.count(poll) == 2
    assert (len(bench.told(JobCompleted)), world.charges) == (1, 1)
