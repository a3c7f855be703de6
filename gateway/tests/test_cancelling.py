"""Calling a job off over HTTP: under way 202, cancelled 200, ended otherwise 409."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.envelope import Reply
from contracts.jobs import (
    Attempt,
    CancelJob,
    JobCancelled,
    JobCompleted,
    JobRequested,
    JobStarted,
)
from contracts.values import JobOptions


@pytest.fixture
def job(story):
    return {"job_id": str(uuid4()), "campaign_id": story.id, "kind": "image", "target_id": story.image}


@pytest.fixture
def cascade():
    return uuid4()


@pytest.fixture
async def running(kit, settled, make_envelope, job, cascade):
    """A job at work, as the read model knows it."""
    asked = {"seq": 1, "options": JobOptions(), "requested_by": "yamada", "cascade_id": str(cascade)}
    events = (JobRequested(**job, **asked), JobStarted(**job, epoch=1))
    await settled(*(make_envelope(event, cascade=cascade) for event in events))
    return f"/api/jobs/{job['job_id']}/cancel"


@pytest.fixture
def cancelling(services, make_envelope, cascade):
    """The jobs service takes the cancel on, and its owner tells these events; gives what was asked."""

    def answer_with(*events):
        async def answer(_command, services):
            await services.publish(*(make_envelope(event, cascade=cascade) for event in events))
            return Reply(status=202, body={})

        services.on(CancelJob, answer)
        return lambda: [CancelJob.model_validate(one.data) for one in services.received if one.type == CancelJob.type]

    return answer_with


def _cancelled(job):
    attempt = Attempt(n=1, started_at=datetime(2026, 4, 1, tzinfo=UTC), outcome="unknown", cost_yen=6)
    return JobCancelled(**job, cancelled_by="sato", billed="unknown", attempts=(attempt,), cost_yen=6)


async def test_cancel_under_way_is_accepted_with_the_job_as_it_is(client, running, job, cancelling):
    asked = cancelling()
    answer = await client.post(running)
    assert (answer.status_code, answer.json()["status"], answer.json()["billed"]) == (202, "RUNNING", None)
    assert asked() == [CancelJob(job_id=job["job_id"])]


async def test_held_answer_is_the_cancelled_job_with_who_called_it_off_and_whether_it_was_charged(
    client, running, job, cancelling
):
    cancelling(_cancelled(job))
    answer = await client.post(running, headers={"Prefer": "wait=10"})
    told = answer.json()
    assert (answer.status_code, answer.headers["preference-applied"]) == (200, "wait=10")
    assert (told["status"], told["cancelledBy"], told["billed"], told["costYen"]) == ("CANCELLED", "sato", "unknown", 6)
    assert (told["error"], told["result"], told["attempts"][0]["outcome"]) == (None, None, "unknown")


async def test_held_answer_to_a_cancel_that_takes_longer_is_the_job_as_it_is(client, running, cancelling):
    cancelling()
    answer = await client.post(running, headers={"Prefer": "wait=1"})
    assert (answer.status_code, answer.json()["status"]) == (202, "RUNNING")


async def test_job_that_is_completed_first_is_a_conflict_that_says_so(client, running, job, cancelling):
    cancelling(JobCompleted(**job, version=2, sha256="2" * 64, changed=True))
    answer = await client.post(running, headers={"Prefer": "wait=10"})
    told = answer.json()
    assert (answer.status_code, told["type"], told["jobStatus"]) == (409, "/problems/job-ended", "COMPLETED")


async def test_refusal_of_the_ledger_is_told(client, services, running, refuse):
    async def refused(_envelope, _services):
        return refuse("job-ended", 409, "job x has ended as FAILED", jobStatus="FAILED")

    services.on(CancelJob, refused)
    answer = await client.post(running)
    assert (answer.status_code, answer.json()["jobStatus"]) == (409, "FAILED")


async def test_same_key_again_sends_the_same_command_and_gets_the_end(client, services, running, job, cancelling):
    asked, key = cancelling(_cancelled(job)), {"Idempotency-Key": str(uuid4())}
    answers = [await client.post(running, headers=key | {"Prefer": "wait=10"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(asked()) == 2
    assert len({one.id for one in services.received if one.type == CancelJob.type}) == 1


async def test_two_who_call_off_the_same_job_at_once_both_get_its_end(client, running, job, cancelling, make_token):
    cancelling(_cancelled(job))
    second = {"Authorization": f"Bearer {make_token(sub='sato', role='admin')}"}
    held = {"Prefer": "wait=10"}
    answers = await asyncio.gather(client.post(running, headers=held), client.post(running, headers=held | second))
    assert [answer.status_code for answer in answers] == [200, 200]


async def test_cancelled_jobs_cascade_has_settled_with_its_cost_in_the_tree(client, running, job, cancelling, cascade):
    cancelling(_cancelled(job))
    before = (await client.get(f"/api/cascades/{cascade}")).json()
    await client.post(running, headers={"Prefer": "wait=10"})
    after = (await client.get(f"/api/cascades/{cascade}")).json()
    assert (before["status"], after["status"], after["costYen"]) == ("running", "settled", 6)
    assert {node["type"] for node in after["root"]["children"]} == {"job.requested", "job.started", "job.cancelled"}
    requested = next(node for node in after["root"]["children"] if node["type"] == "job.requested")
    assert (requested["costYen"], requested["durationMs"] is not None) == (6, True)


async def test_asset_of_a_cancelled_job_is_as_it_was(client, running, job, kit, cancelling):
    cancelling(_cancelled(job))

    async def image():
        assets = (await client.get(f"/api/campaigns/{kit.id}")).json()["assets"]
        return next(asset for asset in assets if asset["id"] == kit.image)

    during = await image()
    await client.post(running, headers={"Prefer": "wait=10"})
    after = await image()
    assert (during["status"], after["status"], after["version"], after["error"]) == ("pending", "ready", 1, None)


async def test_viewer_may_not_and_another_team_finds_nothing(client, services, running, make_token):
    viewer = await client.post(running, headers={"Authorization": f"Bearer {make_token(role='viewer')}"})
    stranger = await client.post(running, headers={"Authorization": f"Bearer {make_token(team='team-b')}"})
    unknown = await client.post(f"/api/jobs/{uuid4()}/cancel")
    assert [answer.status_code for answer in (viewer, stranger, unknown)] == [403, 404, 404]
    assert services.received == []
