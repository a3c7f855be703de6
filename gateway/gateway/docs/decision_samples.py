"""How the documentation's campaign is judged, suppressed, submitted, approved and changed, as its answers tell it."""

from datetime import timedelta
from typing import Any

from contracts.approval import ApprovalAction, ApprovalStatus, QaOverride
from contracts.qa import Sections
from contracts.values import CopyText
from gateway.docs.kit_samples import COMPOSITE, IMAGE, LATER, WORDS, blob, changed
from gateway.schemas import samples
from gateway.schemas.approvals import (
    ApprovalItem,
    ApprovalList,
    ApprovalRulesView,
    ApprovalView,
    HistoryEntry,
    QaStanding,
    StepBy,
)
from gateway.schemas.manifests import ChangedAsset, ManifestDiff, Side, TextChange
from gateway.schemas.qa import ISSUE, PASSED, SECTIONS, SUPPRESSION, QaReportList, QaReportView, QaRulesView
from gateway.wording import segments

SUPPRESSED_AT, SUBMITTED_AT, REVIEWED_AT = (LATER + timedelta(minutes=minutes) for minutes in (3, 5, 20))

ASKED = QaReportView(
    id=samples.REPORT_ID,
    campaign_id=samples.CAMPAIGN_ID,
    status="pending",
    mode="rules",
    manifest=samples.KIT_SHA256,
    stale=False,
    requested_by="yamada",
    requested_at=LATER,
)
FAILING = changed(
    ASKED,
    status="completed",
    revision=1,
    overall_score=80,
    passed=False,
    sections=Sections.model_validate(SECTIONS),
    discarded=0,
    brand_version=2,
    rule_set="qa-rules/2",
    offline=False,
    completed_at=LATER + timedelta(seconds=1),
)
_SUPPRESSED: dict[str, Any] = {**ISSUE, "suppressed": {"by": "yamada", "at": SUPPRESSED_AT, **SUPPRESSION}}
PASSING = changed(
    FAILING,
    revision=2,
    overall_score=100,
    passed=True,
    sections=Sections.model_validate({**SECTIONS, "legal": PASSED | {"issues": [_SUPPRESSED]}}),
)
OVERRIDDEN = changed(
    FAILING, revision=2, override=QaOverride(by="tanaka", reason=samples.OVERRIDE_REASON, at=SUPPRESSED_AT)
)
REPORTS = QaReportList(items=(PASSING,), review_yen=9)


def _entry(
    action: ApprovalAction, came: tuple[ApprovalStatus, ApprovalStatus], version: int, step: StepBy
) -> HistoryEntry:
    return HistoryEntry(
        action=action,
        from_status=came[0],
        to_status=came[1],
        version=version,
        actor=step.by,
        comment=step.comment,
        manifest=samples.KIT_SHA256,
        current_manifest=samples.KIT_SHA256,
        outdated=False,
        qa_report_id=samples.REPORT_ID,
        at=step.at,
    )


SUBMISSION = StepBy(by="yamada", at=SUBMITTED_AT, comment=samples.SUBMIT_COMMENT)
REVIEW = StepBy(by="sato", at=REVIEWED_AT, comment="内容を確認しました。")
SUBMITTED = ApprovalView(
    campaign_id=samples.CAMPAIGN_ID,
    workflow_id=samples.WORKFLOW_ID,
    status="pending_review",
    stands=True,
    version=1,
    manifest=samples.KIT_SHA256,
    current_manifest=samples.KIT_SHA256,
    qa_report_id=samples.REPORT_ID,
    qa=QaStanding(verdict="passed", report_ids=(samples.REPORT_ID,)),
    submitted=SUBMISSION,
    blockers=(),
    history=(_entry("submitted", ("none", "pending_review"), 1, SUBMISSION),),
)
REVIEWED = changed(
    SUBMITTED,
    status="pending_approval",
    version=2,
    reviewed=REVIEW,
    history=(*SUBMITTED.history, _entry("reviewed", ("pending_review", "pending_approval"), 2, REVIEW)),
)
WAITING = ApprovalList(
    items=(
        ApprovalItem(
            campaign_id=samples.CAMPAIGN_ID,
            campaign_name="夏のアイスコーヒー",
            status="pending_approval",
            version=2,
            manifest=samples.KIT_SHA256,
            submitted=SUBMISSION,
            reviewed=REVIEW,
            last_action="reviewed",
            last_actor="sato",
            moved_at=REVIEWED_AT,
        ),
    ),
    count=1,
)

NEW_WORDS = CopyText.model_validate({**samples.COPY, "headline": "朝いちばんに、涼しさを。"})


def _side(version: int, sha256: str, **fields: Any) -> Side:
    return Side(version=version, content_hash=sha256, **fields)


_OLD_PLACE = blob(samples.OLD_COMPOSITE_SHA256, "image/png", 1080, 902113)
_NEW_IMAGE = blob(samples.PHOTO_SHA256, "image/jpeg", 2048, 731022)
DIFF = ManifestDiff(
    campaign_id=samples.CAMPAIGN_ID,
    from_manifest=samples.KIT_SHA256,
    to_manifest=samples.NEW_KIT_SHA256,
    added=(),
    removed=(),
    changed=(
        ChangedAsset(
            asset_id=samples.COPY_ID,
            kind="copy_variant",
            ordinal=1,
            platform="instagram",
            variant_label="A案",
            was=_side(1, samples.COPY_SHA256, copy_text=WORDS),
            now=_side(2, samples.NEW_COPY_SHA256, copy_text=NEW_WORDS),
            text=(
                TextChange(
                    field="headline",
                    was=WORDS.headline,
                    now=NEW_WORDS.headline,
                    segments=segments(WORDS.headline, NEW_WORDS.headline),
                ),
            ),
        ),
        ChangedAsset(
            asset_id=samples.IMAGE_ID,
            kind="image",
            ordinal=1,
            was=_side(1, samples.SHA256, thumbnail=IMAGE.blob),
            now=_side(2, samples.PHOTO_SHA256, thumbnail=_NEW_IMAGE),
        ),
        ChangedAsset(
            asset_id=samples.COMPOSITE_ID,
            kind="composited_image",
            ordinal=1,
            platform="instagram",
            was=_side(1, samples.OLD_COMPOSITE_SHA256, thumbnail=_OLD_PLACE),
            now=_side(2, samples.COMPOSITE_SHA256, thumbnail=COMPOSITE.blob),
        ),
    ),
)

NOBODY_SAID = ApprovalRulesView(self_approval=False, one_admin_both_steps=False, revision=0)
BOTH_STEPS = ApprovalRulesView(self_approval=False, one_admin_both_steps=True, revision=1)
ON_REQUEST = QaRulesView(reviewing="on_request", revision=0)
ALWAYS = QaRulesView(reviewing="always", revision=1)
