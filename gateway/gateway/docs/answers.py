"""Answers that the documentation shows, each such as its route gives; made from the views, so they fit them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contracts.values import Brief, JobOptions
from gateway.docs import decision_samples as decided
from gateway.docs import kit_samples as kit
from gateway.docs.kit_samples import LATER, MOMENT, changed
from gateway.schemas import samples
from gateway.schemas.assets import HistoryView, VersionList
from gateway.schemas.base import View
from gateway.schemas.brands import BrandList, BrandView
from gateway.schemas.campaigns import CampaignList, CampaignSummary, CampaignView
from gateway.schemas.jobs import JobView, PreviewView, RegenerateDirtyView, Skipped, TouchedAsset

NEW_TONE = [*samples.BRAND["toneTags"], "遊び心"]
NEW_BRIEF = {"creativeDirection": samples.DIRECTION, "moodTags": ["夕涼み"]}

SUMMARY = CampaignSummary(
    id=samples.CAMPAIGN_ID,
    team_id="demo",
    brand_id=samples.BRAND_ID,
    name="夏のアイスコーヒー",
    brief=Brief.model_validate(samples.BRIEF),
    brief_version=1,
    status="ready",
    approval_status="none",
    created_by="yamada",
    created_at=MOMENT,
    updated_at=LATER,
    stream_position=128,
)
COMMON = SUMMARY.model_dump()
BEGUN = COMMON | {"status": "pending", "updated_at": MOMENT, "stream_position": 1}
CREATED = CampaignView(**BEGUN, assets=(kit.AWAITED_COPY, kit.AWAITED_IMAGE))
READY = CampaignView(**COMMON, assets=(kit.COPY_VARIANT, kit.IMAGE))
OUTDATED = CampaignView(
    **COMMON
    | {
        "brief": Brief.model_validate(samples.BRIEF | NEW_BRIEF),
        "brief_version": 2,
        "status": "pending",
        "stream_position": 131,
    },
    assets=(kit.OUTDATED_COPY, kit.OUTDATED_IMAGE),
)

BRANDED = BrandView.model_validate(samples.BRAND)
PLAIN = changed(BRANDED, logo=None, version=1, updated_at=MOMENT)

BEGUN_JOB = JobView(
    id=samples.JOB_ID,
    kind="image",
    status="PENDING",
    target_id=samples.IMAGE_ID,
    campaign_id=samples.CAMPAIGN_ID,
    cascade_id=samples.CASCADE_ID,
    options=JobOptions.model_validate(samples.OPTIONS),
    requested_by="yamada",
    attempts=(),
    cost_yen=0,
    created_at=MOMENT,
)
CANCELLING_JOB = changed(BEGUN_JOB, status="RUNNING", started_at=datetime.fromisoformat(samples.ATTEMPT["startedAt"]))
CANCELLED_JOB = changed(CANCELLING_JOB, status="CANCELLED", cancelled_by="sato", billed="no", ended_at=LATER)
RETRIED_JOB = changed(BEGUN_JOB, retry_of_job_id=samples.COPY_JOB_ID, retry_intent_id=samples.INTENT_ID)
DIRTY_BEGUN = RegenerateDirtyView(
    cascade_id=samples.CASCADE_ID,
    jobs=(changed(BEGUN_JOB, options=JobOptions()),),
    skipped=(Skipped(asset_id=samples.COPY_ID, reason="pinned"),),
)
PREVIEW = PreviewView(
    target_id=samples.IMAGE_ID,
    assets=(
        TouchedAsset(id=samples.IMAGE_ID, kind="image", version=1, why="it is regenerated", paid=True),
        TouchedAsset(
            id=samples.COMPOSITE_ID,
            kind="composited_image",
            platform="instagram",
            version=1,
            why="it rests on image 1",
            paid=False,
        ),
    ),
    paid_calls=1,
    estimated_yen=6,
    plan_hash=samples.INPUT_HASH,
)

ANSWERS: Mapping[tuple[str, int], View] = {
    ("createCampaign", 202): CREATED,
    ("getCampaign", 200): READY,
    ("updateCampaign", 200): OUTDATED,
    ("listCampaigns", 200): CampaignList(items=(SUMMARY,)),
    ("createBrand", 201): PLAIN,
    ("getBrand", 200): BRANDED,
    ("updateBrand", 200): changed(PLAIN, tone_tags=NEW_TONE, version=2, updated_at=LATER),
    ("putBrandLogo", 200): BRANDED,
    ("deleteBrandLogo", 200): changed(PLAIN, version=3, updated_at=LATER),
    ("listBrands", 200): BrandList(items=(BRANDED,)),
    ("regenerate", 202): BEGUN_JOB,
    ("cancelJob", 202): CANCELLING_JOB,
    ("cancelJob", 200): CANCELLED_JOB,
    ("executeRetryIntent", 202): RETRIED_JOB,
    ("regenerateDirty", 202): DIRTY_BEGUN,
    ("previewRegeneration", 200): PREVIEW,
    ("updateCopyVariant", 200): kit.EDITED_COPY,
    ("updateImage", 200): kit.PROMPTED_IMAGE,
    ("updateComposite", 200): kit.COMPOSITE,
    ("uploadImage", 202): kit.PHOTO,
    ("restoreVersion", 200): kit.RESTORED,
    ("listVersions", 200): VersionList(items=kit.VERSIONS),
    ("getApproval", 200): decided.REVIEWED,
    ("actOnApproval", 200): decided.SUBMITTED,
    ("listApprovals", 200): decided.WAITING,
    ("compareManifests", 200): decided.DIFF,
    ("getApprovalRules", 200): decided.NOBODY_SAID,
    ("setApprovalRules", 200): decided.BOTH_STEPS,
    ("requestQa", 202): decided.ASKED,
    ("requestQa", 200): decided.FAILING,
    ("listQaReports", 200): decided.REPORTS,
    ("getQaReport", 200): decided.FAILING,
    ("suppressQaIssue", 201): decided.PASSING,
    ("overrideQaReport", 201): decided.OVERRIDDEN,
    ("getQaRules", 200): decided.ON_REQUEST,
    ("setQaRules", 200): decided.ALWAYS,
    ("getHistory", 200): HistoryView(campaign_id=samples.CAMPAIGN_ID, items=kit.VERSIONS),
}
"""By operation and status; every other answer is made of its schema's own examples."""


def show(operation: Mapping[str, Any]) -> None:
    """Puts the answers of an operation into its part of the document."""
    for status, response in operation["responses"].items():
        view = ANSWERS.get((operation["operationId"], int(status)))
        if view is not None:
            response["content"]["application/json"]["example"] = view.model_dump(mode="json", by_alias=True)
