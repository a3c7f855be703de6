"""Other bytes beneath a decision take it back to draft, once; equal bytes and old news change nothing."""

import pytest

from chassis.errors import TellUser
from contracts.approval import ApprovalTransitioned, ApprovalVoided
from contracts.campaign import BriefState, CampaignDeleted, CampaignUpdated
from contracts.values import Brief, KitAsset

from .approval_desk import PATHS, Desk, digest, everything, of

LOCKED = ("pending_review", "pending_approval", "approved")
DECIDERS = {
    "pending_review": ("sato",),
    "pending_approval": ("sato", "mori"),
    "approved": ("sato", "mori", "kato"),
}


def updated(desk: Desk, *added: KitAsset) -> CampaignUpdated:
    brief = Brief(objective="retention", product="玉露", target_audience="30代", platforms=("x",))
    state = BriefState(version=2, sha256="9" * 64, brief=brief)
    return CampaignUpdated(
        campaign_id=desk.campaign_id, revision=2, name="初夏", brand_id="b", brief=state, added=added
    )


@pytest.mark.parametrize("state", LOCKED)
async def test_other_bytes_void_a_decision_and_notify_whose_it_was(desk: Desk, state: str):
    await desk.reach(state)
    before, pinned, asset = await desk.workflow(), desk.manifest, desk.kit[1]
    said = await desk.hear(desk.version(asset, "other", job_id="job-1"), "yamada")
    [told], [voided] = of(said, ApprovalTransitioned), of(said, ApprovalVoided)
    assert (told.action, told.from_, told.to, told.actor) == ("voided", state, "draft", "yamada")
    assert (told.version, told.manifest, told.current_manifest) == (before["version"] + 1, pinned, desk.manifest)
    assert (voided.was, voided.version, voided.notify, voided.job_id) == (state, told.version, DECIDERS[state], "job-1")
    assert (voided.manifest, voided.current_manifest) == (pinned, desk.manifest)
    [cause] = voided.causes
    assert (cause.asset_id, cause.kind, cause.was.version, cause.now.version) == (asset.id, "image", 1, 2)
    assert cause.now.sha256 == digest("other")
    after = await desk.workflow()
    assert (after["status"], after["manifest"], after["version"]) == ("draft", None, told.version)
    [*_, row] = await desk.history()
    assert (row["action"], row["manifest"], row["current_manifest"]) == ("voided", pinned, desk.manifest)


async def test_one_person_who_took_every_step_is_notified_once(desk: Desk):
    await desk.make()
    await desk.rules(self_approval=True, one_admin_both_steps=True)
    await desk.judge()
    for act in ("submit", "review", "approve"):
        await desk.act(act, "kato")
    [voided] = of(await desk.hear(desk.version(desk.kit[0], "other")), ApprovalVoided)
    assert voided.notify == ("kato",)


@pytest.mark.parametrize("state", LOCKED)
async def test_other_bytes_that_somebody_consented_to_reopen_and_notify_nobody(desk: Desk, state: str):
    await desk.reach(state)
    said = await desk.hear(desk.version(desk.kit[0], "other", reopen=True))
    [told] = of(said, ApprovalTransitioned)
    assert (told.action, told.to, len(said)) == ("reopened", "draft", 1)
    assert (await desk.history())[-1]["action"] == "reopened"


async def test_first_of_a_cascade_reopens_and_what_follows_finds_a_draft(desk: Desk):
    await desk.reach("approved")
    said = [await desk.hear(desk.version(asset, "other", reopen=asset is desk.kit[1])) for asset in desk.kit[1:]]
    assert [len(one) for one in said] == [1, 0, 0, 0]
    assert await desk.status() == "draft"
    assert len(await desk.history()) == 4


@pytest.mark.parametrize("state", LOCKED)
async def test_new_version_of_equal_bytes_leaves_the_decision_standing(desk: Desk, state: str):
    await desk.reach(state)
    before = await desk.workflow()
    asset = desk.kit[2]
    assert await desk.hear(desk.version(asset, f"{asset.id} 1", reopen=True)) == []
    assert await desk.workflow() == before


@pytest.mark.parametrize("state", sorted(PATHS.keys() - set(LOCKED)))
async def test_where_nothing_is_decided_content_may_change(desk: Desk, state: str):
    await desk.reach(state)
    before = await desk.workflow()
    assert await desk.hear(desk.version(desk.kit[0], "other")) == []
    assert await desk.workflow() == before


async def test_old_versions_and_duplicates_undo_nothing(desk: Desk):
    await desk.make()
    old, new = (desk.version(desk.kit[0], word) for word in ("second", "third"))
    await desk.hear(new)
    await desk.judge()
    for actor, role, act in PATHS["approved"]:
        await desk.act(act, actor, role)
    before = await desk.workflow()
    for event in (old, new, old, new):
        assert await desk.hear(event) == []
    assert await desk.workflow() == before


async def test_two_changes_that_end_at_the_approved_bytes_undo_nothing_when_the_later_one_is_heard_first(desk: Desk):
    await desk.reach("approved")
    asset = desk.kit[0]
    other, restored = desk.version(asset, "other"), desk.version(asset, f"{asset.id} 1")
    assert [await desk.hear(restored), await desk.hear(other)] == [[], []]
    assert await desk.status() == "approved"


async def test_change_heard_twice_voids_once(desk: Desk):
    await desk.reach("pending_review")
    event = desk.version(desk.kit[0], "other")
    assert [len(await desk.hear(event)) for _ in range(3)] == [2, 0, 0]


async def test_brief_is_no_content(desk: Desk):
    await desk.reach("approved")
    assert await desk.hear(updated(desk)) == []
    assert await desk.status() == "approved"


async def test_asset_that_joins_the_kit_counts_once_it_is_made(desk: Desk):
    await desk.reach("approved")
    photo = KitAsset(id="photo " + desk.campaign_id, kind="image", ordinal=9)
    assert await desk.hear(updated(desk, photo)) == []
    assert await desk.status() == "approved"
    [voided] = of(await desk.hear(desk.version(photo, "photo")), ApprovalVoided)
    assert [(cause.asset_id, cause.was) for cause in voided.causes] == [(photo.id, None)]


async def test_contents_heard_of_before_their_campaign_are_kept(desk: Desk):
    for asset in desk.kit:
        await desk.hear(desk.version(asset, asset.id))
    with pytest.raises(TellUser) as caught:
        await desk.act("submit")
    assert caught.value.problem.type == "not-caught-up"
    await desk.hear(desk.created())
    reply, _ = await desk.act("submit")
    assert (reply.body or {})["manifest"] == desk.manifest


async def test_nobody_is_told_of_what_happens_to_a_deleted_campaign(desk: Desk):
    await desk.reach("approved")
    await desk.hear(CampaignDeleted(campaign_id=desk.campaign_id))
    assert await desk.hear(desk.version(desk.kit[0], "other")) == []
    with pytest.raises(TellUser) as caught:
        await desk.act("submit")
    assert caught.value.problem.status == 404


async def test_reading_the_news_again_from_the_start_changes_nothing(desk: Desk):
    news = [desk.created(), *(desk.version(asset, asset.id) for asset in desk.kit)]
    for event in news:
        await desk.hear(event)
    await desk.act("submit", "sato", "editor")
    before = await everything(desk.database)
    for event in reversed(news):
        assert await desk.hear(event) == []
    assert await everything(desk.database) == before
