"""Governed retries over HTTP: admins only, every fault by its field, one intent for one new job."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.envelope import Reply
from contracts.jobs import (
    CreateRetryIntent,
    ExecuteRetryIntent,
    JobRequested,
    RejectRetryIntent,
    RetryIntent,
    RetryIntentConsumed,
    RetryIntentCreated,
    RetryIntentRejected,
)
from contracts.values import JobOptions

URL = "/api/admin/retry-intents"
WHY = "人物の手が崩れるため"


@pytest.fixture
def admin(make_token):
    return {"Authorization": f"Bearer {make_token(role='admin', sub='sato')}"}


@pytest.fixture
def intent(story):
    now = datetime.now(UTC)
    return RetryIntent(
        id=str(uuid4()),
        campaign_id=story.id,
        source_job_id=str(uuid4()),
        kind="image",
        target_id=story.image,
        reason_code="TRANSIENT_FAILURE",
        reason_text=WHY,
        approved_by="sato",
        approved_at=now,
        created_at=now,
    )


@pytest.fixture
def answering(services, make_envelope):
    """The jobs service answers a command so, once it has told what happened; gives what it was asked."""

    def answer_to(model, body, *events):
        async def answer(command, services):
            told = [make_envelope(event, cause=command.id, cascade=command.correlationid) for event in events]
            await services.publish(*told)
            return Reply(status=200, body=body, emitted=tuple(one.id for one in told))

        services.on(model, answer)
        return lambda: [model.model_validate(one.data) for one in services.received if one.type == model.type]

    return answer_to


def _body(intent, **fields):
    return {"sourceJobId": intent.source_job_id, "reasonCode": "TRANSIENT_FAILURE", "reasonText": WHY} | fields


def _told(model, intent, **fields):
    return model(campaign_id=intent.campaign_id, intent=intent.model_copy(update=fields))


async def test_created_intent_is_answered_whole_and_its_command_carries_what_was_said(
    client, services, admin, intent, answering, make_envelope
):
    asked = answering(CreateRetryIntent, {"id": intent.id}, _told(RetryIntentCreated, intent))
    body = _body(intent, reasonCode="IMPROVED_PROMPT", correction={"prompt": "手元を写さない"}, sourceOutputRef="v1")
    answer = await client.post(URL, json=body, headers=admin)
    assert (answer.status_code, answer.headers["location"]) == (201, f"{URL}/{intent.id}")
    assert (answer.json()["status"], answer.json()["reasonText"]) == ("PENDING", WHY)
    [command] = asked()
    assert (command.reason_code, command.correction.prompt, command.source_output_ref) == (
        "IMPROVED_PROMPT",
        "手元を写さない",
        "v1",
    )


async def test_executed_intent_is_answered_with_its_new_job(client, admin, intent, answering):
    job_id = str(uuid4())
    requested = JobRequested(
        job_id=job_id,
        campaign_id=intent.campaign_id,
        kind="image",
        target_id=intent.target_id,
        seq=2,
        options=JobOptions(),
        requested_by="sato",
        cascade_id=str(uuid4()),
        retry_of_job_id=intent.source_job_id,
        retry_intent_id=intent.id,
    )
    consumed = {"status": "CONSUMED", "job_id": job_id, "consumed_by": "sato", "consumed_at": datetime.now(UTC)}
    told = (requested, _told(RetryIntentConsumed, intent, **consumed))
    answering(ExecuteRetryIntent, {"jobs": [{"jobId": job_id, "targetId": intent.target_id}]}, *told)
    answer = await client.post(f"{URL}/{intent.id}/execute", headers=admin)
    assert (answer.status_code, answer.headers["location"]) == (202, f"/api/jobs/{job_id}")
    job = answer.json()
    assert (job["retryOfJobId"], job["retryIntentId"], job["status"]) == (intent.source_job_id, intent.id, "PENDING")
    shown = (await client.get(f"{URL}/{intent.id}", headers=admin)).json()
    assert (shown["status"], shown["jobId"], shown["consumedBy"]) == ("CONSUMED", job_id, "sato")


async def test_second_execution_is_a_conflict_that_names_the_job(client, services, admin, intent, refuse):
    async def refused(_envelope, _services):
        return refuse("retry-intent-ended", 409, "this intent was executed by sato", jobId="job-1")

    services.on(ExecuteRetryIntent, refused)
    answer = await client.post(f"{URL}/{intent.id}/execute", headers=admin)
    told = answer.json()
    assert (answer.status_code, told["type"], told["jobId"]) == (409, "/problems/retry-intent-ended", "job-1")


async def test_rejected_intent_says_who_and_why(client, admin, intent, answering):
    rejected = {"status": "REJECTED", "rejected_by": "sato", "reject_reason": "不要", "rejected_at": datetime.now(UTC)}
    answering(RejectRetryIntent, {}, _told(RetryIntentRejected, intent, **rejected))
    answer = await client.post(f"{URL}/{intent.id}/reject", json={"reason": "不要"}, headers=admin)
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["rejectReason"]) == ("REJECTED", "不要")


async def test_end_of_an_intent_that_is_heard_of_before_its_beginning_stays(
    client, settled, admin, intent, make_envelope
):
    rejected = {"status": "REJECTED", "rejected_by": "sato", "reject_reason": "不要", "rejected_at": datetime.now(UTC)}
    await settled(make_envelope(_told(RetryIntentRejected, intent, **rejected)))
    await settled(make_envelope(_told(RetryIntentCreated, intent)))
    assert (await client.get(f"{URL}/{intent.id}", headers=admin)).json()["status"] == "REJECTED"


async def test_list_is_newest_first_by_pages_and_of_one_job_when_it_is_named(
    client, settled, admin, intent, make_envelope
):
    intents = [intent.model_copy(update={"id": str(uuid4()), "created_at": datetime.now(UTC)}) for _ in range(3)]
    await settled(*(make_envelope(_told(RetryIntentCreated, one)) for one in intents))
    params = {"jobId": intent.source_job_id, "limit": 2}
    first = (await client.get(URL, params=params, headers=admin)).json()
    rest = (await client.get(URL, params=params | {"cursor": first["nextCursor"]}, headers=admin)).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [one.id for one in reversed(intents)]
    assert rest["nextCursor"] is None
    assert (await client.get(URL, params={"jobId": "another"}, headers=admin)).json()["items"] == []


@pytest.mark.parametrize("role", ["viewer", "editor"])
async def test_who_is_no_admin_may_neither_look_nor_act(client, services, make_token, intent, role):
    headers = {"Authorization": f"Bearer {make_token(role=role)}"}
    calls = [
        client.post(URL, json=_body(intent), headers=headers),
        client.get(URL, headers=headers),
        client.get(f"{URL}/{intent.id}", headers=headers),
        client.post(f"{URL}/{intent.id}/execute", headers=headers),
        client.post(f"{URL}/{intent.id}/reject", json={"reason": "x"}, headers=headers),
    ]
    assert [(await call).status_code for call in calls] == [403] * 5
    assert services.received == []


async def test_another_teams_intent_is_not_there(client, settled, make_token, intent, make_envelope):
    await settled(make_envelope(_told(RetryIntentCreated, intent)))
    headers = {"Authorization": f"Bearer {make_token(role='admin', team='team-b')}"}
    assert (await client.get(f"{URL}/{intent.id}", headers=headers)).status_code == 404
    assert (await client.get(URL, headers=headers)).json()["items"] == []


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"reasonText": ""}, "reasonText"),
        ({"reasonText": " \u3000"}, "reasonText"),
        ({"reasonCode": "BORED"}, "reasonCode"),
        ({"correction": {"prompt": "x"}}, "correction.prompt"),
        ({"reasonCode": "IMPROVED_PROMPT", "correction": {"options": {}}}, "correction.options"),
        (
            {"reasonCode": "BAD_INPUT", "correction": {"options": {"preservePrompt": True, "customPrompt": "x"}}},
            "correction.options",
        ),
        ({"sourceJobId": "a b"}, "sourceJobId"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_fault_is_named_by_its_field_and_nothing_is_sent(client, services, admin, intent, fields, path):
    answer = await client.post(URL, json=_body(intent, **fields), headers=admin)
    assert (answer.status_code, path in {fault["path"] for fault in answer.json()["errors"]}) == (422, True)
    assert services.received == []
