"""The read model is the same whatever order events arrive in."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.assets import AssetAccepted, AssetPinned
from contracts.budgets import BudgetChanged, BudgetWarned
from contracts.campaign import BrandUpdated, BriefState, CampaignDeleted, CampaignUpdated
from contracts.compositor import (
    CompositeInvalidated,
    CompositeRendered,
    CompositeSettingsChanged,
    PlatformImageRendered,
    RenderFailed,
)
from contracts.copy import CopyRegenerated, CopySettingsChanged
from contracts.image import ImagePromptChanged, ImageRegenerated
from contracts.jobs import (
    Attempt,
    GeneratorAnnounced,
    JobCancelled,
    JobCompleted,
    JobFailed,
    JobProgressed,
    JobRequested,
    JobStarted,
    JobSuperseded,
    RetryIntent,
    RetryIntentConsumed,
    RetryIntentCreated,
    RetryIntentRejected,
)
from contracts.values import Cause, CopyText, InputSet, JobOptions, UpstreamRef, Wanted
from gateway.projection.working import KNOWN, Told, WorkingSet
from lineage.staleness import input_hash

from .decisions_told import approval_events, qa_events

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def made(asset_id, version, wanted, upstream=None, **fields):
    """The fields of a `Produced` event, consistent with one another."""
    inputs = InputSet(upstream=upstream or {}, parameters=wanted.parameters)
    return {
        "asset_id": asset_id,
        "version": version,
        "sha256": f"{version:064x}",
        "media_type": "image/jpeg",
        "input_hash": input_hash(inputs),
        "inputs": inputs,
        "wanted": wanted,
        "provider": "offline",
        "offline": True,
        "reason": "initial" if version == 1 else "regenerate",
    } | fields


def job(story, kind, target, number):
    return {"job_id": f"job-{target}-{number}", "campaign_id": story.id, "kind": kind, "target_id": target}


def requested(story, kind, target, number):
    fields = job(story, kind, target, number)
    return JobRequested(**fields, seq=number, options=JobOptions(), requested_by="yamada", cascade_id="c")


def copy_events(story):
    text = CopyText(headline="涼しい朝", body="水出しの一杯を。", cta="詳しく見る")
    at = {"platform": "instagram", "variant_label": "A案", "text": text, "register_used": "standard"}
    wanted = Wanted(revision=0, upstream={"brief": story.id})
    narrower = Wanted(revision=1, upstream={"brief": story.id}, parameters={"limits": "2"})
    identity = job(story, "copy_variant", story.copy, 1)
    attempt = Attempt(n=1, started_at=START, outcome="succeeded", cost_yen=2)
    second = job(story, "copy_variant", story.copy, 2)
    return [
        requested(story, "copy_variant", story.copy, 1),
        JobStarted(**identity, epoch=1),
        JobProgressed(**identity, message="書いています"),
        CopyRegenerated(campaign_id=story.id, **made(story.copy, 1, wanted), **at),
        JobCompleted(**identity, version=1, sha256=f"{1:064x}", changed=True, attempts=(attempt,), cost_yen=2),
        requested(story, "copy_variant", story.copy, 2),
        JobSuperseded(**second, by_seq=3),
        requested(story, "copy_variant", story.copy, 3),
        JobStarted(**job(story, "copy_variant", story.copy, 3), epoch=1),
        JobFailed(**job(story, "copy_variant", story.copy, 3), code="REFUSED", message="書けませんでした"),
        CopySettingsChanged(campaign_id=story.id, asset_id=story.copy, wanted=narrower),
        CopyRegenerated(campaign_id=story.id, **made(story.copy, 2, narrower, reason="edited"), **at),
    ]


def image_events(story):
    first = Wanted(revision=0, parameters={"prompt": "derived"})
    edited = Wanted(revision=1, parameters={"prompt": "朝の光"})
    return [
        requested(story, "image", story.image, 1),
        ImageRegenerated(campaign_id=story.id, **made(story.image, 1, first, prompt="d"), prompt_origin="derived"),
        ImagePromptChanged(campaign_id=story.id, asset_id=story.image, prompt="朝の光", origin="edited", wanted=edited),
        ImageRegenerated(campaign_id=story.id, **made(story.image, 2, edited, prompt="朝の光"), prompt_origin="edited"),
        requested(story, "image", story.image, 2),
        JobStarted(**job(story, "image", story.image, 2), epoch=1),
        JobCancelled(**job(story, "image", story.image, 2), cancelled_by="sato", billed="unknown", cost_yen=6),
    ]


def render_events(story):
    def ref(asset_id, version):
        return UpstreamRef(id=asset_id, version=version, sha256=f"{version:064x}")

    wanted = Wanted(revision=0, upstream={"image": story.image, "copy": story.copy})
    other = Wanted(revision=1, upstream={"image": story.image, "copy": story.copy}, parameters={"layout": "side"})
    identity = {"campaign_id": story.id, "composite_id": story.composite}
    causes = (Cause(upstream_id=story.image, text="image"),)
    seen = {"layout": "bottom", "contrast": 700, "focal_x": 500, "focal_y": 500}
    upstream = {"image": ref(story.image, 1), "copy": ref(story.copy, 1)}
    later = {"image": ref(story.image, 2), "copy": ref(story.copy, 1)}
    size = Wanted(revision=0, upstream={"composite": story.composite})
    accepted = InputSet(upstream=later, parameters={})
    return [
        CompositeInvalidated(**identity, version=0, causes=causes, held=False, wanted=wanted),
        CompositeRendered(campaign_id=story.id, **made(story.composite, 1, wanted, upstream), **seen),
        CompositeSettingsChanged(campaign_id=story.id, asset_id=story.composite, wanted=other),
        CompositeInvalidated(**identity, version=1, causes=causes, held=True, wanted=other),
        CompositeRendered(campaign_id=story.id, **made(story.composite, 2, other, later), **seen),
        AssetAccepted(
            campaign_id=story.id,
            asset_id=story.composite,
            kind="composited_image",
            version=2,
            sha256=f"{2:064x}",
            input_hash=input_hash(accepted),
            inputs=accepted,
            wanted=other,
            reason="同じ絵",
            by="yamada",
        ),
        RenderFailed(
            campaign_id=story.id,
            asset_id=story.size,
            kind="platform_image",
            code="LAYOUT_OVERFLOW",
            message="入りません",
            wanted=size,
        ),
        PlatformImageRendered(
            campaign_id=story.id,
            **made(story.size, 1, size, {"composite": ref(story.composite, 2)}),
            placement="instagram.story",
            composite_id=story.composite,
        ),
        *(
            AssetPinned(
                campaign_id=story.id, asset_id=story.size, kind="platform_image", pinned=pinned, revision=number
            )
            for number, pinned in enumerate((True, False, True), start=1)
        ),
    ]


def generator_events():
    twin = {"provider": "offline", "model": "studio-1", "offline": True, "yen_per_call": 0}
    paid = {"provider": "replicate", "model": "flux", "offline": False, "yen_per_call": 6}
    return [GeneratorAnnounced(kind="image", **word) for word in (twin, paid)]


def intent_events(story):
    fields = {"campaign_id": story.id, "kind": "image", "target_id": story.image, "source_job_id": "job-1"}
    said = {"reason_code": "OTHER", "reason_text": "もう一度", "approved_by": "sato", "approved_at": START}
    first, second = (RetryIntent.model_validate({**fields, **said, "id": name, "created_at": START}) for name in "ab")
    used = {"status": "CONSUMED", "job_id": "job-2", "consumed_by": "sato", "consumed_at": START}
    refused = {"status": "REJECTED", "rejected_by": "sato", "rejected_at": START, "reject_reason": "不要"}
    return [
        RetryIntentCreated(campaign_id=story.id, intent=first),
        RetryIntentCreated(campaign_id=story.id, intent=second),
        RetryIntentConsumed(campaign_id=story.id, intent=first.model_copy(update=used)),
        RetryIntentRejected(campaign_id=story.id, intent=second.model_copy(update=refused)),
    ]


def budget_events():
    figures = {"month": "2026-11", "soft_limit_yen": 80, "spent_yen": 90, "reserved_yen": 0}
    limits = ((1, 50), (2, None), (3, 100))
    changed = [BudgetChanged(revision=n, soft_limit_yen=None, hard_limit_yen=hard) for n, hard in limits]
    return [*changed, *(BudgetWarned.model_validate(figures) for _ in range(2))]


def campaign_events(story):
    brief = story.brief.brief.model_copy(update={"product": "水出し紅茶"})
    second = BriefState(version=2, sha256="b" * 64, brief=brief)
    profile = story.brand.profile.model_copy(update={"name": "森の紅茶"})
    brand = story.brand.model_copy(update={"version": 2, "sha256": "c" * 64, "profile": profile})
    update = {"campaign_id": story.id, "brand_id": story.brand.id}
    return [
        story.brand_created,
        story.created,
        CampaignUpdated(**update, revision=2, name="秋", brief=second),
        CampaignUpdated(**update, revision=3, name="冬", brief=second, added=(story.kit[1],)),
        BrandUpdated(brand=brand),
        CampaignDeleted(campaign_id=story.id),
    ]


@pytest.fixture(scope="module")
def happened(make_story, make_envelope):
    """One of everything that can happen to a campaign, in the order in which it did."""
    story = make_story()
    events = [*campaign_events(story), *copy_events(story), *image_events(story), *render_events(story)]
    events += [*generator_events(), *intent_events(story), *budget_events()]
    events += [*approval_events(story), *qa_events(story)]
    return [make_envelope(event, at=START + timedelta(seconds=n)) for n, event in enumerate(events)]


def project(envelopes):
    rows = WorkingSet()
    for envelope in envelopes:
        rows.apply(Told.of(envelope))
    return rows


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_order_of_arrival_gives_the_same_read_model(happened, data):
    assert project(data.draw(st.permutations(happened))) == project(happened)


def test_story_tells_every_event_that_the_read_model_knows(happened):
    assert {envelope.type for envelope in happened} == set(KNOWN)


def test_newest_version_wins_over_a_late_older_one(happened):
    rows = project(reversed(happened))
    assert {asset.current.version for asset in rows.assets.values() if asset.current} == {1, 2}
    assert {row.status for row in rows.jobs.values()} == {"COMPLETED", "SUPERSEDED", "FAILED", "CANCELLED", "PENDING"}


def test_generators_newest_word_wins(happened):
    (generator,) = project(reversed(happened)).generators.values()
    assert (generator.provider, generator.yen_per_call) == ("replicate", 6)


def test_late_request_fills_in_a_finished_job_and_leaves_its_status(happened):
    finished = next(one for one in happened if one.type == "job.completed")
    asked = next(one for one in happened if one.type == "job.requested")
    (row,) = project([finished, asked]).jobs.values()
    assert (row.status, row.seq, row.requested_by) == ("COMPLETED", 1, "yamada")
