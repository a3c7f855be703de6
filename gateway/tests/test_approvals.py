"""Approvals over HTTP: how a workflow stands, and what is said when things moved on."""

import pytest

from contracts.approval import ActOnApproval
from contracts.envelope import Reply
from lineage.manifest import manifest_hash

from .workflow import Workflow


@pytest.fixture
def acting(services):
    """The approval service's answers, in order; gives the commands that it got."""

    def answer_with(*replies: Reply):
        left = list(replies)

        async def answer(_command, _services):
            return left.pop(0)

        services.on(ActOnApproval, answer)
        return lambda: [
            ActOnApproval.model_validate(one.data) for one in services.received if one.type == ActOnApproval.type
        ]

    return answer_with


def _step(workflow: Workflow, action: str, manifest: str, **fields) -> dict:
    return {"action": action, "version": workflow.version, "manifest": manifest, **fields}


async def test_campaign_without_a_workflow_can_be_submitted_with_its_own_manifest(client, workflow):
    told = await workflow.get()
    story = workflow.story
    contents = dict.fromkeys((story.copy, story.image, story.composite, story.size), f"{1:064x}")
    assert (told["status"], told["version"], told["manifest"]) == ("none", 0, None)
    assert told["currentManifest"] == manifest_hash(contents)
    assert (told["blockers"], told["history"], told["qa"]) == (
        [],
        [],
        {"verdict": "missing", "reportIds": [], "suppressedErrors": []},
    )
    campaign = (await client.get(f"/api/campaigns/{story.id}")).json()
    assert campaign["approvalStatus"] == "none"


async def test_step_carries_what_was_seen_and_is_answered_with_where_the_workflow_stands(
    client, workflow, acting, services, make_envelope
):
    asked = acting()
    manifest = (await workflow.get())["currentManifest"]

    async def answer(command, world):
        workflow.manifest = manifest
        told = make_envelope(workflow.move("submitted", "pending_review", "yamada"), cause=command.id)
        told = told.model_copy(update={"correlationid": command.correlationid})
        await world.publish(told)
        return Reply(status=200, body={}, emitted=(told.id,))

    services.on(ActOnApproval, answer)
    body = _step(workflow, "submit", manifest, comment="ご確認をお願いいたします。")
    answer_ = await client.post(f"/api/campaigns/{workflow.story.id}/approve", json=body)
    assert answer_.status_code == 200
    assert (answer_.json()["status"], answer_.json()["version"]) == ("pending_review", 1)
    [command] = asked()
    assert (command.act, command.version, command.manifest) == ("submit", 0, manifest)
    assert set(command.seen.values()) == {1}
    assert len(command.seen) == 4


async def test_kit_with_assets_that_are_stale_failed_missing_or_under_way_is_not_sent_to_anyone(
    client, stale_kit, acting, services
):
    asked = acting()
    told = (await client.get(f"/api/campaigns/{stale_kit.id}/approval")).json()
    reasons = {(one["kind"], one["reason"]) for one in told["blockers"]}
    assert reasons == {("copy_variant", "stale"), ("image", "stale"), ("platform_image", "running")}
    body = {"action": "submit", "version": 0, "manifest": told["currentManifest"]}
    answer = await client.post(f"/api/campaigns/{stale_kit.id}/approve", json=body)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/kit-not-ready")
    assert answer.json()["blockers"] == told["blockers"]
    assert asked() == []


async def test_round_is_shown_with_who_did_what_and_the_whole_history(workflow):
    await workflow.submitted()
    await workflow.moved("reviewed", "pending_approval", comment="問題ありません")
    await workflow.moved("approved", "approved", "kato")
    told = await workflow.get()
    assert [told[step]["by"] for step in ("submitted", "reviewed", "approved")] == ["yamada", "sato", "kato"]
    assert (told["status"], told["version"], told["manifest"]) == ("approved", 3, workflow.manifest)
    assert [(one["action"], one["fromStatus"], one["toStatus"]) for one in told["history"]] == [
        ("submitted", "none", "pending_review"),
        ("reviewed", "pending_review", "pending_approval"),
        ("approved", "pending_approval", "approved"),
    ]
    assert not any(one["outdated"] for one in told["history"])


async def test_voided_decisions_stay_in_the_history_as_outdated_with_both_manifests(workflow):
    await workflow.submitted()
    await workflow.moved("reviewed", "pending_approval")
    await workflow.rewritten()
    now = (await workflow.get())["currentManifest"]
    await workflow.moved("voided", "draft", current_manifest=now)
    told = await workflow.get()
    assert (told["status"], told["manifest"], told["submitted"]) == ("draft", None, None)
    assert [one["outdated"] for one in told["history"]] == [True, True, True]
    assert (told["history"][-1]["manifest"], told["history"][-1]["currentManifest"]) == (workflow.manifest, now)


async def test_decision_of_a_voided_round_stays_outdated_though_the_same_bytes_come_back(workflow):
    await workflow.submitted()
    await workflow.rewritten()
    await workflow.moved("voided", "draft", current_manifest="e" * 64)
    await workflow.rewritten(3, sha256=f"{1:064x}")
    told = await workflow.get()
    assert told["currentManifest"] == workflow.manifest
    assert [one["outdated"] for one in told["history"]] == [True, True]


async def test_events_in_any_order_make_the_same_workflow(client, workflow, settled, make_envelope):
    workflow.manifest = (await workflow.get())["currentManifest"]
    steps = [workflow.move("submitted", "pending_review"), workflow.move("withdrawn", "draft")]
    steps.append(workflow.move("submitted", "pending_review", "kato"))
    for step in (steps[2], steps[0], steps[1], steps[0]):
        await settled(make_envelope(step))
    told = await workflow.get()
    assert (told["status"], told["version"], told["submitted"]["by"]) == ("pending_review", 3, "kato")
    assert [one["action"] for one in told["history"]] == ["submitted", "withdrawn", "submitted"]


async def test_refusal_because_content_changed_says_what_changed(client, workflow, acting, refuse):
    await workflow.submitted()
    await workflow.rewritten()
    acting(refuse("manifest-changed", 409, "it changed", approvalStatus="draft", version=2))
    body = _step(workflow, "approve", workflow.manifest)
    answer = await client.post(f"/api/campaigns/{workflow.story.id}/approve", json=body)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/manifest-changed")
    diff = answer.json()["diff"]
    assert (diff["from"], [one["assetId"] for one in diff["changed"]]) == (workflow.manifest, [workflow.story.copy])


async def test_refusal_of_a_manifest_that_never_was_is_told_against_the_submitted_one(client, workflow, acting, refuse):
    await workflow.submitted()
    await workflow.rewritten()
    acting(refuse("manifest-changed", 409, "it changed"))
    answer = await client.post(f"/api/campaigns/{workflow.story.id}/approve", json=_step(workflow, "review", "e" * 64))
    assert answer.json()["diff"]["from"] == workflow.manifest
