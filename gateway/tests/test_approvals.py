"""Approvals over HTTP: how a workflow stands, what is locked meanwhile, and what is said when things moved on."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.approval import (
    ActOnApproval,
    ApprovalRulesChanged,
    ApprovalTransitioned,
    ManifestEntry,
    SetApprovalRules,
)
from contracts.compositor import EditComposite, PlatformImageRendered
from contracts.copy import CopyRegenerated, EditCopy
from contracts.envelope import Reply
from contracts.jobs import RequestJobs
from contracts.qa import SECTIONS, QaCompleted, QaReport, SectionReport
from contracts.values import CopyText, UpstreamRef
from lineage.manifest import manifest_hash

from .conftest import produced

WORDS = CopyText(headline="涼しい朝は、水出しから。", body="水出しの一杯を。", cta="詳しく")


class Workflow:
    """One campaign's workflow, as the approval service tells of it."""

    def __init__(self, story, settled, make_envelope, client) -> None:
        self.story, self._settled, self._envelope, self._client = story, settled, make_envelope, client
        self.version, self.status, self.manifest = 0, "none", None

    async def get(self) -> dict:
        answer = await self._client.get(f"/api/campaigns/{self.story.id}/approval")
        assert answer.status_code == 200
        return answer.json()

    def move(self, action: str, to: str, actor: str = "sato", **told) -> ApprovalTransitioned:
        self.version += 1
        moved = {"action": action, "from": self.status, "to": to, "version": self.version, "manifest": self.manifest}
        identity = {"campaign_id": self.story.id, "workflow_id": "w-1", "actor": actor, "at": datetime.now(UTC)}
        event = ApprovalTransitioned.model_validate({**identity, **moved, **told})
        self.status = to
        return event

    async def moved(self, action: str, to: str, actor: str = "sato", **told) -> None:
        await self._settled(self._envelope(self.move(action, to, actor, **told)))

    async def submitted(self, actor: str = "yamada") -> None:
        self.manifest = (await self.get())["currentManifest"]
        entries = tuple(
            ManifestEntry.model_validate({"asset_id": asset_id, "kind": kind, "version": 1, "sha256": f"{1:064x}"})
            for asset_id, kind in (
                (self.story.copy, "copy_variant"),
                (self.story.image, "image"),
                (self.story.composite, "composited_image"),
                (self.story.size, "platform_image"),
            )
        )
        await self.moved("submitted", "pending_review", actor, comment="お願いします", entries=entries)

    async def rewritten(self, version: int = 2, **fields) -> None:
        sources = {
            "brief": UpstreamRef(id=self.story.id, version=1, sha256=self.story.brief.sha256),
            "brand": UpstreamRef(id=self.story.brand.id, version=1, sha256=self.story.brand.sha256),
        }
        words = {"platform": "instagram", "variant_label": "A案", "text": WORDS, "register_used": "standard"}
        told = CopyRegenerated(**produced(self.story, self.story.copy, version, sources, **fields), **words)
        await self._settled(self._envelope(told))


@pytest.fixture
async def finished(kit, settled, make_envelope):
    """A kit of which everything was made."""
    composite = UpstreamRef(id=kit.composite, version=1, sha256=f"{1:064x}")
    fields = produced(kit, kit.size, 1, {"composite": composite}, provider="compositor", offline=True)
    cut = PlatformImageRendered(**fields, placement="instagram.feed_square", composite_id=kit.composite)
    await settled(make_envelope(cut))
    return kit


@pytest.fixture
def workflow(finished, settled, make_envelope, client):
    return Workflow(finished, settled, make_envelope, client)


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
    assert (told["blockers"], told["history"], told["qa"]) == ([], [], {"verdict": "missing", "reportIds": []})
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


async def test_any_two_manifests_are_compared_with_versions_pictures_and_words(client, workflow):
    await workflow.submitted()
    await workflow.rewritten(sha256="c" * 64)
    url = f"/api/campaigns/{workflow.story.id}/manifests/compare"
    told = (await client.get(url)).json()
    assert (told["from"], told["added"], told["removed"]) == (workflow.manifest, [], [])
    [changed] = told["changed"]
    assert (changed["assetId"], changed["was"]["version"], changed["now"]["version"]) == (workflow.story.copy, 1, 2)
    assert (changed["was"]["contentHash"], changed["now"]["contentHash"]) == (f"{1:064x}", "c" * 64)
    [headline] = changed["text"]
    assert (headline["field"], headline["was"], headline["now"]) == ("headline", "涼しい朝", WORDS.headline)
    assert "".join(one["text"] for one in headline["segments"] if one["op"] != "removed") == WORDS.headline
    assert "".join(one["text"] for one in headline["segments"] if one["op"] != "added") == "涼しい朝"
    back = (await client.get(url, params={"from": told["to"], "to": told["from"]})).json()
    assert (back["changed"][0]["was"]["version"], back["changed"][0]["now"]["version"]) == (2, 1)


async def test_manifest_that_nobody_submitted_is_found_in_the_kits_past(client, workflow):
    first = (await workflow.get())["currentManifest"]
    await workflow.rewritten(2)
    second = (await workflow.get())["currentManifest"]
    await workflow.rewritten(3)
    url = f"/api/campaigns/{workflow.story.id}/manifests/compare"
    told = (await client.get(url, params={"from": first, "to": second})).json()
    assert [(one["was"]["version"], one["now"]["version"]) for one in told["changed"]] == [(1, 2)]
    begun = (await client.get(url, params={"from": manifest_hash({workflow.story.copy: f"{1:064x}"})})).json()
    assert {one["kind"] for one in begun["added"]} == {"image", "composited_image", "platform_image"}
    assert begun["added"][0]["now"]["thumbnail"]["url"].startswith("/api/blobs/")
    assert (await client.get(url, params={"from": "f" * 64})).status_code == 404
    assert (await client.get(url, params={"from": "F"})).status_code == 422


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


async def test_qa_of_the_submitted_manifest_is_shown_with_the_workflow(workflow, settled, make_envelope):
    await workflow.submitted()
    sections = dict.fromkeys(SECTIONS, SectionReport(passed=True))
    report = QaReport(
        id="r-1",
        campaign_id=workflow.story.id,
        manifest=workflow.manifest,
        mode="rules",
        number=1,
        requested_by="yamada",
        brand_version=1,
        rule_set="qa-rules/1",
        overall_score=80,
        passed=False,
        sections=sections,
        completed_at=datetime.now(UTC),
    )
    await settled(make_envelope(QaCompleted(campaign_id=workflow.story.id, report=report)))
    assert (await workflow.get())["qa"] == {"verdict": "failing", "reportIds": ["r-1"]}


async def test_list_counts_what_waits_and_tells_admins_what_waits_for_them(
    client, make_token, settled, make_envelope, make_story
):
    team = f"team-{uuid4()}"
    stories = [make_story() for _ in range(4)]
    # Submitted by yamada; reviewed by sato, or by kato, or not yet; the last one is approved.
    reviewers = [None, "sato", "kato", "kato"]
    flows = [Workflow(story, settled, lambda event: make_envelope(event, team=team), client) for story in stories]
    for flow, story, reviewer in zip(flows, stories, reviewers, strict=True):
        flow.manifest = "a" * 64
        await settled(make_envelope(story.created, team=team))
        await flow.moved("submitted", "pending_review", "yamada")
        if reviewer:
            await flow.moved("reviewed", "pending_approval", reviewer)
    await flows[-1].moved("approved", "approved", "sato")

    async def listed(sub: str, role: str, **params):
        headers = {"Authorization": f"Bearer {make_token(sub=sub, role=role, team=team)}"}
        answer = (await client.get("/api/approvals", headers=headers, params=params)).json()
        return answer["count"], [one["campaignId"] for one in answer["items"]]

    ids = [story.id for story in stories]
    assert await listed("sato", "admin") == (4, ids[::-1])
    assert await listed("sato", "admin", state="pending") == (3, [ids[2], ids[1], ids[0]])
    assert await listed("sato", "admin", state="pending", mine=True) == (2, [ids[2], ids[0]])
    assert await listed("yamada", "admin", state="pending", mine=True) == (1, [ids[0]])
    assert await listed("yamada", "editor", state="pending", mine=True) == (3, [ids[2], ids[1], ids[0]])
    assert await listed("suzuki", "editor", state="pending", mine=True) == (0, [])
    count, page = await listed("sato", "admin", limit=3)
    assert (count, page) == (4, ids[:0:-1])
    other = {"Authorization": f"Bearer {make_token(team=f'team-{uuid4()}')}"}
    assert (await client.get("/api/approvals", headers=other)).json() == {"items": [], "count": 0, "nextCursor": None}


async def test_team_rules_are_unset_until_an_admin_sets_them(client, services, make_token, settled, make_envelope):
    team = f"team-{uuid4()}"
    admin = {"Authorization": f"Bearer {make_token(role='admin', team=team)}"}
    told = await client.get("/api/admin/approval-rules", headers=admin)
    assert told.json() == {"selfApproval": False, "oneAdminBothSteps": False, "revision": 0}

    async def answer(command, world):
        event = ApprovalRulesChanged(revision=1, self_approval=True, one_admin_both_steps=False)
        envelope = make_envelope(event, team=team, cause=command.id, cascade=command.correlationid)
        await world.publish(envelope)
        return Reply(status=200, body={}, emitted=(envelope.id,))

    services.on(SetApprovalRules, answer)
    body = {"selfApproval": True, "oneAdminBothSteps": False}
    answer_ = await client.put("/api/admin/approval-rules", headers=admin, json=body)
    assert answer_.json() == {**body, "revision": 1}
    assert (await client.put("/api/admin/approval-rules", json=body)).status_code == 403


async def test_full_review_is_a_job_of_the_campaign_and_shown_before_anybody_began(client, workflow, ledger, services):
    answer = await client.post(f"/api/campaigns/{workflow.story.id}/qa", json={"mode": "full"})
    assert (answer.status_code, answer.json()["status"], answer.json()["mode"]) == (202, "pending", "full")
    [asked] = [RequestJobs.model_validate(one.data) for one in services.received if one.type == RequestJobs.type]
    assert [(one.kind, one.asset_id) for one in asked.targets] == [("qa", workflow.story.id)]
    shown = (await client.get(answer.headers["location"])).json()
    assert (shown["id"], shown["jobId"]) == (answer.json()["id"], answer.json()["id"])
    kit = (await client.get(f"/api/campaigns/{workflow.story.id}")).json()["assets"]
    assert {one["kind"] for one in kit} == {"copy_variant", "image", "composited_image", "platform_image"}
