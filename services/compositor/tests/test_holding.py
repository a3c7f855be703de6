"""While a campaign is pending approval or approved nothing of it renders by itself; let go, it catches up."""

from typing import get_args

import pytest

from contracts.approval import LOCKED, ApprovalStatus, ApprovalTransitioned
from contracts.assets import PinAsset
from contracts.compositor import (
    CascadesReleased,
    CompositeInvalidated,
    CompositeRendered,
    CompositeSettingsChanged,
    EditComposite,
    PlatformImageRendered,
    RenderAssets,
    RestoreRendered,
)

from .compositor_bench import CompositorBench, Kit

NEW_HEADLINE = "夜桜のほうじ茶ラテ"


def moved(kit: Kit, to: ApprovalStatus, version: int) -> ApprovalTransitioned:
    """The approval service's word that a campaign's workflow moved."""
    identity = {"campaign_id": kit.created.campaign_id, "workflow_id": "w", "actor": "editor-1", "manifest": "a" * 64}
    return ApprovalTransitioned.model_validate(
        {**identity, "action": "submitted", "from": "draft", "to": to, "version": version}
    )


@pytest.fixture
async def held(bench: CompositorBench) -> Kit:
    """A rendered kit that was submitted."""
    made = await bench.rendered()
    await bench.hear(moved(made, "pending_review", 1))
    bench.said.clear()
    return made


@pytest.mark.parametrize("status", [one for one in get_args(ApprovalStatus) if one in LOCKED])
async def test_change_beneath_a_locked_campaign_is_told_as_held_and_renders_nothing(bench: CompositorBench, status):
    made = await bench.rendered()
    await bench.hear(moved(made, status, 1))
    before = await bench.versions(made)
    for event in (bench.copy(made, 2, headline=NEW_HEADLINE), bench.brand(made, 2, name="茶舗あおば")):
        await bench.hear(event)
    await bench.settle(made)
    assert [one.held for one in bench.told(CompositeInvalidated, made.composite)] == [False, True, True]
    assert await bench.versions(made) == before
    assert not await bench.all_fresh(made)


@pytest.mark.parametrize("status", [one for one in get_args(ApprovalStatus) if one not in LOCKED])
async def test_change_beneath_any_other_campaign_renders_at_once(bench: CompositorBench, status):
    made = await bench.rendered()
    await bench.hear(moved(made, status, 1))
    await bench.hear(bench.copy(made, 2, headline=NEW_HEADLINE))
    await bench.settle(made)
    assert await bench.all_fresh(made)
    assert await bench.versions(made) == [2, 2, 2]


async def test_what_was_held_renders_once_when_the_campaign_is_let_go(bench: CompositorBench, held: Kit):
    await bench.hear(bench.copy(held, 2, headline=NEW_HEADLINE))
    await bench.hear(bench.brand(held, 2, name="茶舗あおば"))
    await bench.hear(moved(held, "draft", 2))
    await bench.settle(held)
    assert await bench.all_fresh(held)
    assert await bench.versions(held) == [2, 2, 2]
    assert len(bench.told(CompositeRendered, held.composite)) == 1
    assert await bench.claims(held) == 0


async def test_letting_go_a_campaign_in_which_nothing_changed_renders_nothing(bench: CompositorBench, held: Kit):
    await bench.hear(moved(held, "draft", 2))
    await bench.settle(held)
    assert bench.told(CompositeInvalidated) == []
    assert await bench.versions(held) == [1, 1, 1]


async def test_older_word_of_a_workflow_never_lets_go_what_a_newer_one_holds(bench: CompositorBench):
    made = await bench.rendered()
    await bench.hear(moved(made, "pending_review", 3))
    await bench.hear(moved(made, "draft", 2))
    await bench.hear(bench.copy(made, 2, headline=NEW_HEADLINE))
    assert bench.told(CompositeInvalidated, made.composite)[-1].held
    assert bench.told(CascadesReleased) == []


async def test_change_that_consents_to_reopening_renders_through_to_the_sizes(bench: CompositorBench, held: Kit):
    image = await bench.image(held, 2, "#3a4b6c")
    await bench.hear(image.model_copy(update={"reopen": True}))
    await bench.settle(held)
    assert await bench.versions(held) == [2, 2, 2]
    told = [*bench.told(CompositeRendered), *bench.told(PlatformImageRendered)]
    assert [one.reopen for one in told] == [True, True, True]


async def test_choosing_a_variant_with_consent_renders_and_says_so(bench: CompositorBench, held: Kit):
    await bench.hear(bench.copy(held, 1, which=1, headline=NEW_HEADLINE))
    await bench.ask(EditComposite(asset_id=held.composite, copy_variant_id=held.copies[1], reopen=True))
    await bench.settle(held)
    assert len(bench.told(CompositeSettingsChanged)) == 1
    [rendered] = bench.told(CompositeRendered)
    assert (rendered.version, rendered.reopen) == (2, True)
    assert await bench.all_fresh(held)


async def test_job_and_restore_carry_the_consent_that_they_were_asked_with(bench: CompositorBench, held: Kit):
    await bench.hear(bench.copy(held, 2, headline=NEW_HEADLINE))
    campaign_id = held.created.campaign_id
    await bench.ask(RenderAssets(campaign_id=campaign_id, asset_ids=(held.composite,), reopen=True))
    await bench.settle(held)
    await bench.ask(RestoreRendered(asset_id=held.composite, version=1, reopen=True))
    assert [(one.version, one.reopen) for one in bench.told(CompositeRendered)] == [(2, True), (3, True)]


async def test_render_on_its_way_when_the_campaign_is_submitted_is_left_until_it_is_let_go(bench: CompositorBench):
    made = await bench.rendered()
    await bench.hear(bench.copy(made, 2, headline=NEW_HEADLINE))
    on_its_way = bench.taken(made)
    await bench.hear(moved(made, "pending_review", 1))
    for message_id, content in on_its_way:
        await bench.work(content, message_id)
    assert await bench.versions(made) == [1, 1, 1]
    assert await bench.claims(made) == 0
    await bench.hear(moved(made, "draft", 2))
    await bench.settle(made)
    assert await bench.versions(made) == [2, 2, 2]


async def test_sizes_that_became_stale_by_themselves_are_cut_when_the_campaign_is_let_go(bench: CompositorBench):
    """A composite that was rendered just before the hold: its sizes wait, and no new render tells of them."""
    made = await bench.rendered()
    await bench.hear(bench.copy(made, 2, headline=NEW_HEADLINE))
    [(message_id, invalidated)] = bench.taken(made)
    await bench.work(invalidated, message_id)
    await bench.hear(moved(made, "pending_review", 1))
    await bench.settle(made)
    assert await bench.versions(made) == [2, 1, 1]
    await bench.hear(moved(made, "draft", 2))
    await bench.settle(made)
    assert await bench.versions(made) == [2, 2, 2]
    assert await bench.all_fresh(made)


async def test_unpinned_assets_of_a_held_campaign_wait_as_well(bench: CompositorBench, held: Kit):
    for asset_id in (held.composite, held.sizes[0]):
        await bench.ask(PinAsset(asset_id=asset_id, pinned=True))
    await bench.hear(bench.copy(held, 2, headline=NEW_HEADLINE))
    for asset_id in (held.composite, held.sizes[0]):
        await bench.ask(PinAsset(asset_id=asset_id, pinned=False))
    await bench.settle(held)
    assert await bench.versions(held) == [1, 1, 1]
    assert bench.told(CompositeInvalidated, held.composite)[-1].held
