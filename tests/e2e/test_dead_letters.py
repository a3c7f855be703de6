"""Dead letters over HTTP and on the command line: seen by their team, replayed once, and recorded."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import aio_pika
import pytest

from chassis.messages import persistent, to_bytes
from chassis.topology import DEAD
from contracts.envelope import Envelope
from contracts.jobs import JobStarted
from tests.e2e.conftest import Api, Saisei, broker_url, find, until

URL = "/api/admin/dead-letters"
REASON = "LookupError: it was not there"


@pytest.fixture(scope="module")
def broker(saisei: Saisei) -> str:
    """The administrator's URL of the instance's broker."""
    return broker_url(saisei)


@pytest.fixture(scope="module")
def job(saisei: Saisei) -> dict[str, Any]:
    """A job that has ended."""
    api = saisei.api(team="team-dead")
    campaign = api.new_campaign(platforms=["x"])
    return api.regenerate(campaign["id"], find(api.kit(campaign["id"]), kind="image"))


@pytest.fixture
def admin(saisei: Saisei) -> Api:
    return saisei.api("admin", team="team-dead", user="sato")


def _saisei(saisei: Saisei, *arguments: str, status: int = 0) -> str:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SAISEI_")}
    command = [sys.executable, "-m", "saisei_local", *arguments]
    env = ours | {"SAISEI_STATE_DIR": str(saisei.state), "COLUMNS": "250"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    return done.stdout


def bury(url: str, queue: str, job: dict[str, Any], team: str = "team-dead", *, copies: int = 1) -> str:
    """Puts a message of this job's where a consumer would have put it; its id."""
    event = JobStarted(
        job_id=job["id"], campaign_id=job["campaignId"], kind="image", target_id=job["targetId"], epoch=1
    )
    envelope = Envelope(
        id=uuid4(),
        source="/saisei/image",
        type=event.type,
        time=datetime.now(UTC),
        data=event.model_dump(mode="json", by_alias=True),
        correlationid=uuid4(),
        teamid=team,
        actor="editor-1",
    )

    async def put() -> None:
        async with await aio_pika.connect(url) as connection:
            exchange = await (await connection.channel()).get_exchange(DEAD, ensure=False)
            for _ in range(copies):
                message = persistent(to_bytes(envelope), envelope.id, envelope.type, None)
                message.headers |= {
                    "x-saisei-queue": queue,
                    "x-saisei-reason": REASON,
                    "x-saisei-tries": 5,
                    "x-saisei-dead-at": datetime.now(UTC).isoformat(),
                }
                await exchange.publish(message, queue)

    asyncio.run(put())
    return f"{queue}:{envelope.id}"


def _ids(admin: Api) -> set[str]:
    return {letter["id"] for letter in admin.get(URL)["items"]}


def _acts(admin: Api, letter: str) -> list[dict[str, Any]]:
    lines = admin.http.get("/api/admin/audit", params={"targetId": letter}).text.splitlines()
    return [json.loads(line) for line in lines]


def test_team_sees_its_own_letter_with_everything_there_is_to_know(saisei: Saisei, broker, job, admin) -> None:
    letter_id = bury(broker, "jobs.events", job, copies=2)
    [letter] = [one for one in admin.get(URL)["items"] if one["id"] == letter_id]
    assert (letter["queue"], letter["type"], letter["reason"]) == ("jobs.events", "job.started", REASON)
    assert (letter["tries"], letter["count"], letter["whole"]) == (5, 2, True)
    assert letter["firstDeadAt"] <= letter["lastDeadAt"]
    assert json.loads(letter["body"])["data"]["jobId"] == job["id"]
    assert letter_id in _ids(admin), "looking takes nothing away"
    assert admin.get(URL, queue="image.jobs")["items"] == []
    assert {one["queue"] for one in admin.get(URL, queue="jobs.events")["items"]} == {"jobs.events"}
    assert letter_id not in _ids(saisei.api("admin", team="team-b"))
    for role in ("viewer", "editor"):
        assert saisei.api(role, team="team-dead").http.get(URL).status_code == 403


@pytest.mark.parametrize("queue", ["jobs.events", "gateway.projection"])
def test_replayed_letter_is_handled_and_gone_and_the_audit_log_has_it(queue, broker, job, admin) -> None:
    letter_id = bury(broker, queue, job)
    answer = admin.http.post(f"{URL}/{letter_id}/replay", headers={"Idempotency-Key": str(uuid4())})
    assert (answer.status_code, answer.json()) == (202, {"replayed": [letter_id]})
    until(lambda: _ids(admin), lambda ids: letter_id not in ids)
    [act] = until(lambda: _acts(admin, letter_id), bool)
    assert (act["actor"], act["role"], act["before"]) == ("sato", "admin", {"reason": REASON})
    gone = admin.http.post(f"{URL}/{letter_id}/replay", headers={"Idempotency-Key": str(uuid4())})
    assert (gone.status_code, gone.json()["type"]) == (404, "/problems/unknown-dead-letter")


def test_many_are_replayed_at_once_or_none(broker, job, admin) -> None:
    letters = [bury(broker, "jobs.events", job), bury(broker, "campaign.events", job)]
    for service in ("jobs", "image"):
        unknown = f"{service}.events:{uuid4()}"
        refused = admin.http.post(f"{URL}/replay", json={"ids": [*letters, unknown]})
        assert (refused.status_code, unknown in refused.json()["detail"]) == (404, True)
        assert set(letters) <= _ids(admin)
    assert sorted(admin.post(f"{URL}/replay", {"ids": letters})["replayed"]) == sorted(letters)
    until(lambda: _ids(admin), lambda ids: not ids & set(letters))


def test_another_teams_letter_cannot_be_replayed(saisei: Saisei, broker, job, admin) -> None:
    letter_id = bury(broker, "jobs.events", job)
    other = saisei.api("admin", team="team-b").http.post(f"{URL}/{letter_id}/replay")
    assert other.status_code == 404
    assert letter_id in _ids(admin)
    admin.post(f"{URL}/{letter_id}/replay")


def test_command_line_replays_a_queues_letters_and_says_who_did(saisei: Saisei, broker, job, admin) -> None:
    letter_id = bury(broker, "copy.events", job)
    listed = _saisei(saisei, "dead", "list")
    assert letter_id.split(":")[1] in listed
    assert "copy.events job.started: 1, from" in listed
    assert _saisei(saisei, "dead", "replay", "--queue", "copy.events") == "replayed 1\n"
    assert letter_id not in _ids(admin)
    [act] = until(lambda: _acts(admin, letter_id), bool)
    assert (act["action"], act["role"]) == ("dead_letters.replay_by_operator", "operator")
    assert _saisei(saisei, "dead", "replay", status=1) == ""
