"""What can happen to a campaign's approval and its QA, for whoever projects it."""

from datetime import UTC, datetime

from contracts.approval import (
    ApprovalRulesChanged,
    ApprovalTransitioned,
    ApprovalVoided,
    AssetChange,
    ManifestEntry,
)
from contracts.qa import (
    SECTIONS,
    QaCompleted,
    QaOverridden,
    QaReport,
    QaRequested,
    QaRulesChanged,
    QaSuppressed,
    QaWithdrawn,
    SectionReport,
    Sections,
)

START = datetime(2026, 6, 1, tzinfo=UTC)
UNSAID = Sections(**dict.fromkeys(SECTIONS, SectionReport(passed=True)))


def approval_events(story):
    identity = {"campaign_id": story.id, "workflow_id": "w", "manifest": "a" * 64, "actor": "sato"}
    entry = ManifestEntry(asset_id=story.copy, kind="copy_variant", version=1, sha256="1" * 64)
    moves = (("submitted", "none", "pending_review"), ("voided", "pending_review", "draft"))
    steps = [
        ApprovalTransitioned.model_validate({**identity, "action": action, "from": was, "to": to, "version": n})
        for n, (action, was, to) in enumerate(moves, start=1)
    ]
    changed = AssetChange(asset_id=story.copy, kind="copy_variant", was=entry)
    voided = ApprovalVoided(
        campaign_id=story.id,
        workflow_id="w",
        version=2,
        was="pending_review",
        manifest="a" * 64,
        current_manifest="b" * 64,
        causes=(changed,),
        notify=("sato",),
    )
    rules = [
        ApprovalRulesChanged(revision=n, self_approval=own, one_admin_both_steps=False)
        for n, own in ((1, True), (2, False))
    ]
    return [steps[0].model_copy(update={"entries": (entry,)}), voided, steps[1], *rules]


def report_of(campaign_id, **fields):
    """A report by rules that found something; `fields` say what is otherwise."""
    usual = {
        "id": "p",
        "campaign_id": campaign_id,
        "manifest": "a" * 64,
        "mode": "rules",
        "number": 1,
        "requested_by": "sato",
        "brand_version": 1,
        "rule_set": "1",
        "overall_score": 80,
        "passed": False,
        "sections": UNSAID,
        "completed_at": START,
    }
    return QaReport.model_validate(usual | fields)


def qa_events(story):
    asked = [
        QaRequested(campaign_id=story.id, report_id=name, manifest="a" * 64, mode="rules", requested_by="sato")
        for name in "pq"
    ]
    report = report_of(story.id)
    later = [report.model_copy(update={"revision": n}) for n in (2, 3)]
    return [
        *asked,
        QaWithdrawn(campaign_id=story.id, report_id="q"),
        QaCompleted(campaign_id=story.id, report=report),
        QaSuppressed(campaign_id=story.id, report=later[0]),
        QaOverridden(campaign_id=story.id, report=later[1]),
        QaRulesChanged(revision=1, reviewing="always"),
        QaRulesChanged(revision=2, reviewing="on_request"),
    ]
