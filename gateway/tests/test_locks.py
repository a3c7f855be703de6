"""While people decide, what could change content must say so."""

from uuid import uuid4

import pytest

from contracts.compositor import EditComposite
from contracts.copy import EditCopy
from contracts.envelope import Reply

LOCKED = [("submitted", "pending_review"), ("reviewed", "pending_approval"), ("approved", "approved")]


@pytest.mark.parametrize("steps", [1, 2, 3])
async def test_while_people_decide_nothing_may_change_content_unless_it_says_so(client, workflow, services, steps):
    await workflow.submitted()
    for action, to in LOCKED[1:steps]:
        await workflow.moved(action, to)
    story = workflow.story
    requests = [
        ("POST", f"/api/campaigns/{story.id}/regenerate", {"type": "image", "assetId": story.image}),
        ("POST", f"/api/campaigns/{story.id}/regenerate-dirty", {"kinds": ["image", "composited_image"]}),
        ("POST", f"/api/assets/{story.copy}/versions/1/restore", None),
        ("PATCH", f"/api/copy-variants/{story.copy}", {"headline": "別の見出し"}),
        ("PATCH", f"/api/composites/{story.composite}", {"layout": "band_top"}),
    ]
    for method, url, body in requests:
        answer = await client.request(method, url, json=body)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/approval-locked"), url
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


async def test_consent_to_reopen_goes_with_the_command(client, workflow, services, ledger):
    await workflow.submitted()

    async def taken(_command, _services):
        return Reply(status=200, body={})

    services.on(EditCopy, taken)
    services.on(EditComposite, taken)
    story = workflow.story
    body = {"type": "image", "assetId": story.image, "reopen": True}
    assert (await client.post(f"/api/campaigns/{story.id}/regenerate", json=body)).status_code == 202
    for url, body in (
        (f"/api/copy-variants/{story.copy}", {"headline": "別の見出し", "reopen": True}),
        (f"/api/composites/{story.composite}", {"layout": "band_top", "reopen": True}),
    ):
        assert (await client.patch(url, json=body)).status_code == 200
    assert [one.data["reopen"] for one in services.received] == [True, True, True]


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
