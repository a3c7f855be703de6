"""How a campaign's workflow looks from outside. No I/O."""

from collections.abc import Sequence

from contracts.approval import ApprovalAction, ApprovalTransitioned
from contracts.qa import QaReport
from gateway.projection.decisions import ApprovalState, ReportState
from gateway.projection.state import AssetState
from gateway.readmodel.reader import CampaignNow
from gateway.readmodel.standing import Standing
from gateway.schemas.approvals import (
    ApprovalItem,
    ApprovalView,
    BlockedBy,
    Blocker,
    HistoryEntry,
    QaStanding,
    StepBy,
)
from lineage.gate import Basis, governing, suppressed_errors, verdict

ENDED = ("reopened", "voided")
KEPT: tuple[ApprovalAction, ...] = ("submitted", "reviewed", "approved")


def approval_view(now: CampaignNow, reports: Sequence[ReportState]) -> ApprovalView:
    """The workflow of a campaign as it is; `reports` are those on the manifest that counts."""
    approval = now.approval
    return ApprovalView(
        campaign_id=now.campaign.id,
        workflow_id=approval.workflow_id if approval else None,
        status=now.approval_status,
        stands=now.kit.held,
        version=approval.newest.version if approval else 0,
        manifest=approval.pinned if approval else None,
        current_manifest=now.manifest,
        qa_report_id=_report_of(approval),
        qa=qa_standing(reports, now),
        **_round(approval),
        blockers=blockers(now.standings),
        history=history(approval, now.manifest) if approval else (),
    )


def approval_item(approval: ApprovalState, name: str) -> ApprovalItem:
    """The same in a list."""
    newest, steps = approval.newest, _round(approval)
    assert newest.at is not None, "the projection fills it in"
    return ApprovalItem(
        campaign_id=approval.campaign_id,
        campaign_name=name,
        status=approval.status,
        version=newest.version,
        manifest=approval.pinned,
        submitted=steps["submitted"],
        reviewed=steps["reviewed"],
        last_action=newest.action,
        last_actor=newest.actor,
        last_comment=newest.comment,
        moved_at=newest.at,
    )


def counting(now: CampaignNow) -> str:
    """The manifest that people decide about: the submitted one, or in a draft the kit as it is."""
    return (now.approval.pinned if now.approval else None) or now.manifest


def held_to(now: CampaignNow) -> Basis:
    """What QA must have judged for its word to count."""
    return Basis(counting(now), now.head.brand_version or 0, now.campaign.brief_version)


def counted(reports: Sequence[ReportState], now: CampaignNow) -> list[QaReport]:
    """The reports that count for a campaign as it is."""
    return governing([one.report for one in reports if one.report is not None], held_to(now))


def qa_standing(reports: Sequence[ReportState], now: CampaignNow) -> QaStanding:
    """What QA says of the manifest that counts, and which errors people suppressed in it."""
    counting_now = counted(reports, now)
    return QaStanding(
        verdict=verdict(counting_now, held_to(now)),
        report_ids=tuple(report.id for report in counting_now),
        suppressed_errors=tuple(suppressed_errors(counting_now)),
    )


def blockers(standings: Sequence[Standing]) -> tuple[Blocker, ...]:
    """The assets that keep a kit from being submitted."""
    told: list[tuple[AssetState, BlockedBy | None]] = [(one.asset, _blocked_by(one)) for one in standings]
    return tuple(
        Blocker(
            asset_id=asset.id,
            kind=asset.kind,
            platform=asset.platform,
            variant_label=asset.variant_label,
            placement=asset.placement,
            reason=reason,
        )
        for asset, reason in told
        if reason is not None
    )


def history(approval: ApprovalState, manifest: str) -> tuple[HistoryEntry, ...]:
    """Every step. One is outdated when it was about other content, or its round ended because content changed."""
    steps = [step for _, step in sorted(approval.steps.items())]
    last_end = max((step.version for step in steps if step.action in ENDED), default=0)
    return tuple(_entry(step, manifest, last_end) for step in steps)


def _entry(step: ApprovalTransitioned, manifest: str, last_end: int) -> HistoryEntry:
    assert step.at is not None, "the projection fills it in"
    return HistoryEntry(
        action=step.action,
        from_status=step.from_,
        to_status=step.to,
        version=step.version,
        actor=step.actor,
        on_behalf_of=step.on_behalf_of,
        comment=step.comment,
        manifest=step.manifest,
        current_manifest=step.current_manifest,
        outdated=step.manifest is not None and (step.manifest != manifest or step.version <= last_end),
        qa_report_id=step.qa_report_id,
        qa_override=step.qa_override,
        at=step.at,
    )


def _round(approval: ApprovalState | None) -> dict[str, StepBy | None]:
    steps = approval.round if approval else {}
    return {name: _step(steps.get(name)) for name in KEPT}


def _step(step: ApprovalTransitioned | None) -> StepBy | None:
    if step is None or step.at is None:
        return None
    return StepBy(by=step.actor, at=step.at, comment=step.comment)


def _report_of(approval: ApprovalState | None) -> str | None:
    """What the newest step of the round rested on: an approval's own report, else the submission's."""
    steps = approval.round if approval else {}
    return next((steps[one].qa_report_id for one in ("approved", "submitted") if one in steps), None)


def _blocked_by(one: Standing) -> BlockedBy | None:
    if one.status == "failed":
        return "failed"
    if one.status == "pending":
        return "running"
    if one.asset.current is None:
        return "missing"
    return "stale" if one.stale else None
