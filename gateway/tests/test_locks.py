"""While people decide, what could change content must say so."""

from uuid import uuid4

import pytest

from contracts.campaign import AddPhoto
from contracts.compositor import EditComposite, RenderAssets, RestoreRendered
from contracts.copy import EditCopy, RestoreCopy
from contracts.envelope import Reply
from contracts.image import RestoreImage, UploadImage
from contracts.jobs import ExecuteRetryIntent, JobRequested, RetryIntentCreated
from contracts.values import JobOptions

from .changing import CHANGES_NO_CONTENT, changes, retry_of

LOCKED = [("submitted", "pending_review"), ("reviewed", "pending_approval"), ("approved", "approved")]


@pytest.fixture
async def retry(workflow, settled, make_envelope):
    """An approved retry of the campaign's image."""
    intent = retry_of(workflow.story, "image", workflow.story.image)
    await settled(make_envelope(RetryIntentCreated(campaign_id=intent.campaign_id, intent=intent)))
    return intent


@pytest.fixture
def send(client, make_token, operations, workflow, retry):
    """Sends a request of the table as an admin, who may do all of it."""
    headers = {"Authorization": f"Bearer {make_token(role='admin')}"}

    async def sent(change, *, reopen=False, key=None):
        operation = operations[change.operation]
        keyed = headers | {"Idempotency-Key": key or str(uuid4())}
        url = operation.path.format(**change.path)
        return await client.request(operation.method, url, headers=keyed, **change.given(reopen=reopen))

    return sent


@pytest.fixture
def taking(services, ledger, workflow, make_envelope):
    """Services that do whatever they are asked to; gives the consent that came with each command."""

    async def taken(_command, _services):
        return Reply(status=202, body={"assetId": workflow.story.image, "jobs": [], "skipped": []})

    async def executed(command, _services):
        asked = {"campaign_id": workflow.story.id, "kind": "image", "target_id": workflow.story.image, "seq": 2}
        by = {"options": JobOptions(), "requested_by": command.actor, "cascade_id": str(command.correlationid)}
        event = JobRequested(job_id=str(uuid4()), **asked, **by)
        told = make_envelope(event, cause=command.id, cascade=command.correlationid)
        await services.publish(told)
        jobs = [{"jobId": event.job_id, "targetId": event.target_id}]
        return Reply(status=202, body={"jobs": jobs}, emitted=(told.id,))

    by_hand = (AddPhoto, UploadImage, EditCopy, EditComposite, RestoreCopy, RestoreImage, RestoreRendered)
    for command in by_hand:
        services.on(command, taken)
    services.on(RenderAssets, executed)
    services.on(ExecuteRetryIntent, executed)
    return lambda: [one.data["reopen"] for one in services.received]


def test_every_operation_that_writes_is_locked_or_said_to_change_no_content(operations, story):
    known = changes(story, retry_of(story, "image", story.image)).values()
    locked = {change.operation for change in known}
    writing = {name for name, operation in operations.items() if operation.method != "GET"}
    assert locked.isdisjoint(CHANGES_NO_CONTENT)
    assert locked | CHANGES_NO_CONTENT == writing


def test_every_operation_that_takes_consent_is_locked(operations, story):
    locked = {change.operation for change in changes(story, retry_of(story, "image", story.image)).values()}
    consenting = {name for name, operation in operations.items() if _takes_consent(operation)}
    assert consenting - CHANGES_NO_CONTENT == locked


@pytest.mark.parametrize("steps", [1, 2, 3])
async def test_while_people_decide_nothing_may_change_content_unless_it_says_so(workflow, services, retry, send, steps):
    await workflow.submitted()
    for action, to in LOCKED[1:steps]:
        await workflow.moved(action, to)
    for name, change in changes(workflow.story, retry).items():
        answer = await send(change)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/approval-locked"), name
        assert answer.json()["approvalStatus"] == LOCKED[steps - 1][1]
        assert answer.json()["decisions"][0] == {"action": "submitted", "by": "yamada"}
    assert [one.type for one in services.received] == []


async def test_edits_that_change_no_content_are_taken_while_people_decide(client, workflow, services):
    await workflow.submitted()

    async def taken(_command, _services):
        return Reply(status=200, body={})

    for command in ("image.edit_prompt", "asset.pin", "asset.accept", "brand.update"):
        services.answers[command] = taken
    story = workflow.story
    for url, body in (
        (f"/api/images/{story.image}", {"prompt": "夕暮れの縁側"}),
        (f"/api/composites/{story.composite}", {"pinned": True}),
        (f"/api/copy-variants/{story.copy}", {"accept": {"reason": "表記のみ"}}),
        (f"/api/brands/{story.brand.id}", {"name": "森の珈琲店"}),
    ):
        assert (await client.patch(url, json=body)).status_code == 200, url


async def test_consent_to_reopen_goes_with_every_command_while_people_decide(workflow, retry, send, taking):
    await workflow.submitted()
    for name, change in changes(workflow.story, retry).items():
        before = len(taking())
        answer = await send(change, reopen=True)
        assert answer.is_success, (name, answer.text)
        assert set(taking()[before:]) == {True}, name


async def test_where_nobody_consented_no_command_says_so(workflow, retry, send, taking):
    for name, change in changes(workflow.story, retry).items():
        before = len(taking())
        answer = await send(change)
        assert answer.is_success, (name, answer.text)
        assert set(taking()[before:]) == {False}, name


async def test_retry_of_a_review_changes_no_content_and_is_taken_while_people_decide(
    workflow, settled, make_envelope, send, taking
):
    intent = retry_of(workflow.story, "qa", workflow.story.id)
    await settled(make_envelope(RetryIntentCreated(campaign_id=intent.campaign_id, intent=intent)))
    await workflow.submitted()
    assert (await send(changes(workflow.story, intent)["retry"])).status_code == 202
    assert taking() == [False]


async def test_request_that_came_before_the_lock_is_answered_again_as_it_was(client, workflow, ledger):
    url, key = f"/api/campaigns/{workflow.story.id}/regenerate", {"Idempotency-Key": str(uuid4())}
    body = {"type": "image", "assetId": workflow.story.image}
    first = await client.post(url, json=body, headers=key)
    await workflow.submitted()
    again = await client.post(url, json=body, headers=key)
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert (await client.post(url, json=body)).status_code == 409


async def test_preview_names_whose_decisions_it_would_void_and_is_another_plan_by_that(client, workflow, ledger):
    url = f"/api/campaigns/{workflow.story.id}/regenerate"
    body = {"type": "image", "assetId": workflow.story.image}
    before = (await client.post(f"{url}/preview", json=body)).json()
    assert before["approvalsVoided"] == []
    await workflow.submitted()
    await workflow.moved("reviewed", "pending_approval")
    told = (await client.post(f"{url}/preview", json=body)).json()
    [voided] = told["approvalsVoided"]
    assert (voided["status"], voided["version"]) == ("pending_approval", 2)
    assert [(one["action"], one["by"]) for one in voided["decisions"]] == [
        ("submitted", "yamada"),
        ("reviewed", "sato"),
    ]
    agreed = {**body, "reopen": True, "planHash": before["planHash"]}
    assert (await client.post(url, json=agreed)).json()["type"] == "/problems/plan-changed"
    assert (await client.post(url, json={**agreed, "planHash": told["planHash"]})).status_code == 202


async def test_retry_that_was_executed_before_the_lock_is_answered_again(workflow, retry, send, taking):
    change, key = changes(workflow.story, retry)["retry"], str(uuid4())
    first = await send(change, key=key)
    await workflow.submitted()
    again = await send(change, key=key)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json()["id"] == first.json()["id"]
    assert (await send(change)).status_code == 409


def _takes_consent(operation):
    in_query = any(one["name"] == "reopen" for one in operation.content.get("parameters", ()))
    return in_query or operation.schema_at(("reopen",)) is not None
