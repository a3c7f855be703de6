"""What is refused for what the person saw: in words, with how it stands, and without a trace."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from chassis.errors import RetryLater, TellUser
from contracts.approval import ApprovalTransitioned, AssetChange
from contracts.envelope import AuditRecorded, Problem

from .approval_desk import Desk, digest, everything, of


async def refused(desk: Desk, act: Any, *args: Any, **given: Any) -> Problem:
    """The refusal of an act that left nothing behind."""
    before = await everything(desk.database)
    with pytest.raises(TellUser) as caught:
        await desk.act(act, *args, **given)
    assert await everything(desk.database) == before
    return caught.value.problem


def changed(problem: Problem) -> list[AssetChange]:
    return [AssetChange.model_validate(one) for one in problem.extras["changes"]]


@pytest.mark.parametrize("given", [{"campaign_id": str(uuid4())}, {"team": "others"}], ids=["nobody's", "another's"])
async def test_campaign_that_the_team_does_not_have_is_not_found(desk: Desk, given: dict[str, Any]):
    await desk.make()
    problem = await refused(desk, "submit", **given)
    assert (problem.type, problem.status) == ("unknown-campaign", 404)


@pytest.mark.parametrize("act", ["request_revision", "reject"])
@pytest.mark.parametrize("comment", [None, "", " 　"])
async def test_sending_back_needs_words(desk: Desk, act: Any, comment: str | None):
    await desk.reach("pending_review")
    problem = await refused(desk, act, comment=comment)
    assert (problem.type, problem.status) == ("comment-required", 422)


async def test_old_version_is_refused_and_told_the_new_one(desk: Desk):
    await desk.reach("pending_review")
    for version in (0, 2):
        problem = await refused(desk, "review", version=version)
        assert (problem.type, problem.status, problem.extras["version"]) == ("approval-conflict", 409, 1)


async def test_submission_of_what_was_seen_before_a_change_tells_what_changed(desk: Desk):
    await desk.make()
    saw, seen = desk.manifest, dict(desk.versions)
    await desk.hear(desk.version(desk.kit[0], "other"))
    problem = await refused(desk, "submit", manifest=saw, seen=seen)
    assert (problem.type, problem.status) == ("manifest-changed", 409)
    told = {name: problem.extras[name] for name in ("approvalStatus", "version", "manifest", "currentManifest")}
    assert told == {"approvalStatus": "none", "version": 0, "manifest": None, "currentManifest": desk.manifest}
    [change] = changed(problem)
    assert change.was is not None
    assert change.now is not None
    assert (change.asset_id, change.was.version, change.now.sha256) == (desk.kit[0].id, 1, digest("other"))


async def test_what_was_pinned_once_is_known_without_its_versions(desk: Desk):
    await desk.reach("draft")
    saw = desk.manifest
    await desk.hear(desk.version(desk.kit[3], "other"))
    problem = await refused(desk, "submit", manifest=saw)
    assert [change.asset_id for change in changed(problem)] == [desk.kit[3].id]


@pytest.mark.parametrize("act", ["withdraw", "review", "request_revision", "reject"])
async def test_step_that_names_another_manifest_than_the_pinned_one_is_refused(desk: Desk, act: Any):
    await desk.reach("pending_review")
    problem = await refused(desk, act, manifest="0" * 64)
    assert (problem.type, problem.extras["manifest"], problem.extras["changes"]) == (
        "manifest-changed",
        desk.manifest,
        [],
    )


async def test_kit_is_taken_back_in_hand_also_when_it_was_changed_meanwhile(desk: Desk):
    await desk.reach("revision_requested")
    pinned = desk.manifest
    await desk.hear(desk.version(desk.kit[0], "other"))
    assert (await refused(desk, "revise", manifest="0" * 64)).type == "manifest-changed"
    reply, said = await desk.act("revise", "sato", "editor")
    [told] = of(said, ApprovalTransitioned)
    assert (told.manifest, told.current_manifest) == (pinned, desk.manifest)
    assert (reply.body or {})["status"] == "draft"


async def test_kit_is_submitted_whole(desk: Desk):
    await desk.hear(desk.created())
    for asset in desk.kit[:3]:
        await desk.hear(desk.version(asset, asset.id))
    problem = await refused(desk, "submit")
    assert (problem.type, problem.status) == ("kit-incomplete", 409)
    assert {one["assetId"] for one in problem.extras["missing"]} == {asset.id for asset in desk.kit[3:]}
    assert {one["kind"] for one in problem.extras["missing"]} == {"platform_image"}


async def test_kit_of_nothing_is_not_submitted(desk: Desk):
    await desk.hear(desk.created(kit=()))
    assert (await refused(desk, "submit")).type == "kit-incomplete"


async def test_what_the_person_saw_is_waited_for_and_then_refused(desk: Desk):
    await desk.make()
    ahead = {**desk.versions, desk.kit[0].id: 2}
    report = desk.report()
    await desk.judge(id=report.id)
    unheard: list[dict[str, Any]] = [
        {"seen": ahead},
        {"qa": (desk.qa_seen(report, 2),)},
        {"seen": {"never heard of": 1}},
    ]
    for given in unheard:
        with pytest.raises(RetryLater):
            await desk.act("submit", told_at=datetime.now(UTC), **given)
        late = datetime.now(UTC) - timedelta(seconds=6)
        problem = await refused(desk, "submit", told_at=late, **given)
        assert (problem.type, problem.status) == ("not-caught-up", 409)
        assert problem.extras["currentManifest"] == desk.manifest
    reply, _ = await desk.act("submit", seen=desk.versions, qa=(desk.qa_seen(report),))
    assert reply.status == 200


async def test_campaign_that_is_not_heard_of_yet_is_waited_for(desk: Desk):
    seen = {"campaign_id": str(uuid4()), "seen": {"a": 1}}
    with pytest.raises(RetryLater):
        await desk.act("submit", told_at=datetime.now(UTC), **seen)
    assert (await refused(desk, "submit", **seen)).status == 404


async def test_submission_pins_its_entries_and_who_acted_is_audited(desk: Desk):
    await desk.make()
    report = await desk.judge()
    reply, said = await desk.act("submit", "sato", "editor", comment=" 初回です ")
    [told], [audited] = of(said, ApprovalTransitioned), of(said, AuditRecorded)
    assert {entry.asset_id: entry.sha256 for entry in told.entries} == desk.contents
    assert (told.qa_report_id, told.comment, told.at is None) == (report.id, "初回です", False)
    body = reply.body or {}
    assert (body["workflowId"], body["qaReportId"], body["manifest"]) == (told.workflow_id, report.id, desk.manifest)
    assert (audited.target_kind, audited.target_id, audited.about) == ("approval", told.workflow_id, desk.campaign_id)
    assert (audited.before, audited.after) == (
        {"status": "none", "version": 0, "manifest": None},
        {"status": "pending_review", "version": 1, "manifest": desk.manifest, "act": "submit", "comment": "初回です"},
    )
