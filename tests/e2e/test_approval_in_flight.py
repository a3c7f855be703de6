"""A job that was under way when the kit was submitted lands afterwards: what was decided counts no more."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import aio_pika
import httpx2
import pytest

from chassis.testing import enveloped
from chassis.topology import COMMANDS
from contracts.approval import ActOnApproval
from contracts.envelope import CONTENT_TYPE
from tests.e2e.conftest import Saisei, broker_url, find, resting_on, running, stand_in, until
from tests.e2e.test_approval import Desk


@pytest.fixture(scope="module")
def provider() -> Iterator[httpx2.Client]:
    with (
        stand_in("services/image/tests/replicate_standin.py") as url,
        httpx2.Client(base_url=url, trust_env=False) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def saisei(provider: httpx2.Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saisei]:
    keys = {"REPLICATE_API_TOKEN": "test-token", "REPLICATE_BASE_URL": str(provider.base_url)}
    with running(tmp_path_factory.mktemp("in-flight"), **keys) as saisei:
        yield saisei


@pytest.fixture
def desk(saisei: Saisei) -> Desk:
    return Desk(saisei)


def _under_way(desk: Desk, provider: httpx2.Client) -> dict[str, Any]:
    """An image that is being made anew, and stays with the provider until it is let go."""
    image = desk.asset(kind="image", ordinal=1)
    orders = provider.get("/control/ledger").json()["predictions"]
    body = {"type": "image", "assetId": image["id"], "options": {"customPrompt": f"[fault:stuck] {uuid4()}"}}
    desk.editor.post(f"{desk.path}/regenerate", body)
    until(lambda: provider.get("/control/ledger").json()["predictions"], lambda now: now > orders)
    return image


def _submit_as_a_gateway_that_lags_behind(desk: Desk) -> None:
    """The step as it is sent by a replica of the gateway that has not heard of the job yet."""
    told = desk.approval()
    kit = desk.editor.kit(desk.id)
    seen = {key: asset["version"] for key, asset in kit.items()}
    command = ActOnApproval(
        campaign_id=desk.id, act="submit", version=told["version"], manifest=told["currentManifest"], seen=seen
    )
    envelope = enveloped(command).model_copy(update={"actor": "yamada", "actorrole": "editor", "teamid": "team-a"})
    body = envelope.model_dump_json(exclude_none=True).encode()
    message = aio_pika.Message(body, content_type=CONTENT_TYPE, message_id=str(envelope.id), type=envelope.type)

    async def send() -> None:
        async with await aio_pika.connect(broker_url(desk.saisei)) as connection:
            exchange = await (await connection.channel()).get_exchange(COMMANDS, ensure=False)
            await exchange.publish(message, routing_key=command.queue, mandatory=True)

    asyncio.run(send())


def test_running_job_keeps_the_kit_from_being_submitted(desk: Desk, provider: httpx2.Client) -> None:
    desk.judged()
    image = _under_way(desk, provider)
    refused = desk.step("submit")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/kit-not-ready")
    assert (image["id"], "running") in {(one["assetId"], one["reason"]) for one in refused.json()["blockers"]}
    provider.post("/control/release")
    desk.editor.settled(desk.id)
    desk.judged()
    assert desk.stepped("submit")["status"] == "pending_review"


def test_job_that_lands_after_the_submission_voids_it_and_everybody_concerned_is_told(
    desk: Desk, provider: httpx2.Client
) -> None:
    desk.judged()
    before, image = desk.editor.kit(desk.id), _under_way(desk, provider)
    _submit_as_a_gateway_that_lags_behind(desk)
    pending = desk.stands("pending_review")
    desk.stepped("review", desk.admin("sato"))
    provider.post("/control/release")
    told = desk.stands("draft")
    assert [(step["action"], step["outdated"]) for step in told["history"]] == [
        ("submitted", True),
        ("reviewed", True),
        ("voided", True),
    ]
    voided = told["history"][-1]
    assert voided["manifest"] == pending["manifest"] != voided["currentManifest"]
    stream = _streamed(desk, "approval.voided")
    assert set(stream["notify"]) == {"yamada", "sato"}
    assert [one["assetId"] for one in stream["causes"]] == [image["id"]]
    desk.editor.settled(desk.id)
    diff = desk.editor.get(f"{desk.path}/manifests/compare", **{"from": pending["manifest"]})
    changed = {one["assetId"] for one in diff["changed"]}
    assert changed == {image["id"]} | resting_on(before, image["id"])
    assert not [asset for asset in desk.editor.kit(desk.id).values() if asset["stale"]]
    assert find(desk.editor.kit(desk.id), id=image["id"])["version"] == 2


def _streamed(desk: Desk, event_type: str) -> dict[str, Any]:
    """What the campaign's stream told of the first event of this type."""
    with desk.editor.http.stream("GET", f"{desk.path}/events", headers={"Last-Event-ID": "0"}) as response:
        for line in response.iter_lines():
            if line.startswith("data:") and f'"{event_type}"' in line:
                return json.loads(line.removeprefix("data:"))["data"]
    raise AssertionError(f"nobody told of {event_type}")
