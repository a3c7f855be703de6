"""Replicate's webhooks at the gateway: signed ones become one command each, all others leave no trace."""

import asyncio
import json
import time
from uuid import uuid4

import httpx2
import pytest
from structlog.testing import capture_logs

from chassis.errors import SettingsError
from chassis.settings import load
from contracts.envelope import EVERY_TEAM, Reply
from contracts.image import NoteRunEnded
from gateway.app import create_app
from gateway.edge import WEBHOOK_LIMIT
from gateway.settings import Settings

from .webhook_sender import Sender, new_secret

URL = "/api/webhooks/replicate"
OLD, NEW, OTHERS = (Sender(new_secret(seed)) for seed in ("old", "new", "others"))


@pytest.fixture
def settings(settings):
    return Settings.model_validate(settings.model_dump() | {"replicate_webhook_secret": f"{OLD.secret},{NEW.secret}"})


@pytest.fixture
async def replicate(app):
    """Whoever calls from outside, without a token."""
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as http:
        yield http


@pytest.fixture
def noting(services):
    """The image service takes what it is told; gives what it was told, as envelopes."""

    async def answer(command, _services):
        return Reply(status=200, body={"providerId": command.data["providerId"]})

    services.on(NoteRunEnded, answer)
    return lambda: [one for one in services.received if one.type == NoteRunEnded.type]


def prediction(run="run1", status="succeeded", **fields):
    return json.dumps({"id": run, "status": status, "output": "https://replicate.delivery/x.png"} | fields).encode()


async def send(http, body=None, *, sender=OLD, webhook_id=None, at=None, **headers):
    body = prediction() if body is None else body
    signed = sender.headers(body, webhook_id or f"msg_{uuid4().hex}", at)
    return await http.post(URL, content=body, headers=signed | {"Content-Type": "application/json"} | headers)


def assert_problem(answer, status, type_):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"/problems/{type_}"


async def test_signed_webhook_becomes_a_command_without_its_output_and_is_answered_once_it_is_taken(replicate, noting):
    answer = await send(replicate, webhook_id="msg_1")
    assert (answer.status_code, answer.json()) == (200, {"id": "run1", "noted": True})
    [envelope] = noting()
    command = NoteRunEnded.model_validate(envelope.data)
    assert command == NoteRunEnded(provider_id="run1", status="succeeded", webhook_id="msg_1")
    assert "replicate.delivery" not in envelope.model_dump_json()
    assert (envelope.teamid, envelope.actor) == (EVERY_TEAM, "gateway")


async def test_same_webhook_again_is_the_same_command_and_another_one_is_not(replicate, noting):
    webhook_id = f"msg_{uuid4().hex}"
    answers = await asyncio.gather(*(send(replicate, webhook_id=webhook_id, at=time.time() - n) for n in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    await send(replicate)
    ids = [envelope.id for envelope in noting()]
    assert (len(ids), len(set(ids))) == (6, 2)


@pytest.mark.parametrize("sender", [OLD, NEW])
async def test_old_and_new_secret_are_taken_during_a_change(replicate, noting, sender):
    assert (await send(replicate, sender=sender)).status_code == 200


REFUSED = {
    "forged": {"sender": OTHERS},
    "stale": {"at": time.time() - 3600},
    "of the future": {"at": time.time() + 3600},
    "of another body": {"webhook-signature": OLD.signature(b"{}", "msg_1", str(int(time.time())))},
    "of another id": {"webhook-id": "msg_of_another"},
    "unsigned": {"webhook-signature": ""},
    "without an id": {"webhook-id": ""},
    "without a time": {"webhook-timestamp": ""},
    "of nonsense": {"webhook-timestamp": "yesterday"},
}


@pytest.mark.parametrize("how", REFUSED)
async def test_webhook_that_is_not_replicates_of_now_is_refused_logged_and_told_to_nobody(replicate, noting, how):
    with capture_logs() as logs:
        assert_problem(await send(replicate, **REFUSED[how]), 401, "not-signed")
    assert noting() == []
    [refused] = [entry for entry in logs if entry["event"] == "webhook_refused"]
    assert refused["log_level"] == "warning"
    assert "webhook-" in refused["reason"]
    told = json.dumps(logs)
    assert not any(secret in told for secret in ("run1", OLD.secret, NEW.secret))


async def test_token_is_no_signature(client, noting):
    assert_problem(await client.post(URL, content=prediction()), 401, "not-signed")
    assert noting() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"id": "run1"}',
        b'{"id": 1, "status": "succeeded"}',
        b'{"id": "", "status": "succeeded"}',
        b'{"id": "a\\u0000b", "status": "succeeded"}',
        b'{"id": "run1", "status": "' + b"x" * 41 + b'"}',
    ],
)
async def test_signed_body_that_is_no_prediction_is_malformed(replicate, noting, body):
    assert_problem(await send(replicate, body), 400, "malformed-request")
    assert noting() == []


@pytest.mark.parametrize("is_told", [True, False])
async def test_large_body_is_refused_before_it_is_read_whether_its_length_is_told_or_not(replicate, noting, is_told):
    body = prediction(logs="x" * WEBHOOK_LIMIT)

    async def chunks():
        for start in range(0, len(body), 50_000):
            yield body[start : start + 50_000]

    headers = OLD.headers(body, "msg_large")
    answer = await replicate.post(URL, content=body if is_told else chunks(), headers=headers)
    assert_problem(answer, 413, "too-large")
    assert noting() == []


async def test_body_of_the_size_that_predictions_have_is_taken(replicate, noting):
    assert (await send(replicate, prediction(logs="x" * 100_000))).status_code == 200


@pytest.mark.parametrize("status", ["starting", "processing"])
async def test_run_that_goes_on_is_answered_and_not_noted(replicate, noting, status):
    answer = await send(replicate, prediction(status=status))
    assert (answer.status_code, answer.json()["noted"]) == (200, False)
    assert noting() == []


@pytest.mark.parametrize("status", ["failed", "canceled", "aborted"])
async def test_run_that_ended_otherwise_is_noted(replicate, noting, status):
    assert (await send(replicate, prediction(status=status))).json()["noted"]
    assert [envelope.data["status"] for envelope in noting()] == [status]


async def test_webhook_that_nobody_takes_is_to_be_sent_again_and_is_then_taken_once(replicate, services):
    answer = await send(replicate, webhook_id="msg_retried")
    assert_problem(answer, 503, "no-answer")
    assert int(answer.headers["retry-after"]) > 0

    async def takes(_command, _services):
        return Reply(status=200, body={})

    services.on(NoteRunEnded, takes)
    assert (await send(replicate, webhook_id="msg_retried")).status_code == 200
    assert len({one.id for one in services.received if one.type == NoteRunEnded.type}) == 1


async def test_without_a_secret_there_is_no_such_thing_and_the_answer_says_why(settings, noting):
    app = create_app(settings.model_copy(update={"replicate_webhook_secret": None}))
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx2.AsyncClient(transport=transport, base_url="http://g") as http:
        answer = await send(http)
    assert_problem(answer, 404, "not-found")
    assert "SAISEI_GATEWAY_REPLICATE_WEBHOOK_SECRET" in answer.json()["detail"]
    assert noting() == []


async def test_nothing_of_a_webhook_is_written_here(replicate, noting, gateway):
    count = "SELECT (SELECT count(*) FROM requests) + (SELECT count(*) FROM events)"
    before = await gateway.database.pool.fetchval(count)
    await send(replicate)
    await send(replicate, sender=OTHERS)
    assert await gateway.database.pool.fetchval(count) == before


def test_malformed_secret_is_told_at_start_by_its_variable_and_is_not_shown(settings):
    environment = {
        "SAISEI_DATABASE_URL": "postgresql://",
        "SAISEI_AMQP_URL": "amqp://",
        "SAISEI_BLOB_URL": "memory://",
        "SAISEI_JWKS_URL": "https://example.com/jwks",
        "SAISEI_GATEWAY_REPLICATE_WEBHOOK_SECRET": "whsec_very-secret",
    }
    with pytest.raises(SettingsError, match=r"SAISEI_GATEWAY_REPLICATE_WEBHOOK_SECRET.*must be whsec_") as caught:
        load(Settings, "gateway", environment)
    assert "very-secret" not in f"{caught.value} {caught.value.__cause__}"
    assert "whsec_" not in repr(settings)
