"""Reducers of approvals and QA reports. Versions and revisions decide what is newer, never the order of arrival."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from contracts.approval import (
    ApprovalAction,
    ApprovalRulesChanged,
    ApprovalStatus,
    ApprovalTransitioned,
    ApprovalVoided,
    ManifestEntry,
)
from contracts.envelope import Envelope, Event
from contracts.qa import (
    QaCompleted,
    QaMode,
    QaOverridden,
    QaReport,
    QaReportEvent,
    QaRequested,
    QaRulesChanged,
    QaSuppressed,
    QaWithdrawn,
)
from gateway.projection.state import State

DECISIONS: tuple[type[Event], ...] = (
    *(ApprovalTransitioned, ApprovalVoided, ApprovalRulesChanged),
    *(QaRequested, QaWithdrawn, QaCompleted, QaSuppressed, QaOverridden, QaRulesChanged),
)


class ApprovalState(State):
    """A campaign's workflow: every move of it by the version that it led to. Entries of manifests are kept apart."""

    campaign_id: str
    team_id: str
    workflow_id: str
    steps: dict[int, ApprovalTransitioned]

    @property
    def newest(self) -> ApprovalTransitioned:
        """The last move."""
        return self.steps[max(self.steps)]

    @property
    def status(self) -> ApprovalStatus:
        """Where the workflow stands."""
        return self.newest.to

    @property
    def round(self) -> dict[ApprovalAction, ApprovalTransitioned]:
        """The moves since the last submission, by action; empty in a draft."""
        found: dict[ApprovalAction, ApprovalTransitioned] = {}
        for _, step in sorted(self.steps.items()):
            found = {} if step.to == "draft" or step.action == "submitted" else found
            if step.to != "draft":
                found[step.action] = step
        return found

    @property
    def last_submitted(self) -> ApprovalTransitioned | None:
        """The newest submission, whatever became of it."""
        submissions = [version for version, step in self.steps.items() if step.action == "submitted"]
        return self.steps[max(submissions)] if submissions else None

    @property
    def pinned(self) -> str | None:
        """The hash of the manifest that was submitted; None in a draft."""
        submitted = self.round.get("submitted")
        return submitted.manifest if submitted else None


class ReportState(State):
    """A QA report, asked for or done."""

    id: str
    campaign_id: str
    team_id: str
    manifest: str
    mode: QaMode
    requested_by: str
    requested_at: datetime
    withdrawn: bool = False
    report: QaReport | None = None


class TeamRules(State):
    """What a team has set for its approvals or its QA, at one revision."""

    team_id: str
    revision: int
    rules: ApprovalRulesChanged | QaRulesChanged


@dataclass
class Decisions:
    """The rows of approvals and QA that a batch touches; `manifests` and the rules are only what the batch told."""

    approvals: dict[str, ApprovalState] = field(default_factory=dict)
    manifests: dict[tuple[str, str], tuple[ManifestEntry, ...]] = field(default_factory=dict)
    reports: dict[str, ReportState] = field(default_factory=dict)
    rules: dict[tuple[str, str], TeamRules] = field(default_factory=dict)

    def apply(self, event: Event, envelope: Envelope) -> None:
        """Takes one event in; what a voided approval adds to its own move is for those who read the stream."""
        match event:
            case ApprovalTransitioned():
                self._moved(event, envelope)
            case ApprovalRulesChanged() | QaRulesChanged():
                self._ruled(event, envelope)
            case QaRequested():
                self._requested(event, envelope)
            case QaWithdrawn():
                self._withdrawn(event, envelope)
            case QaReportEvent():
                self._reported(event, envelope)
            case _:
                return

    def _moved(self, event: ApprovalTransitioned, envelope: Envelope) -> None:
        at = event.at or envelope.time
        step = event.model_copy(update={"entries": (), "current_entries": (), "at": at})
        known = self.approvals.get(event.campaign_id)
        steps = {**(known.steps if known else {}), event.version: step}
        self.approvals[event.campaign_id] = ApprovalState(
            campaign_id=event.campaign_id, team_id=envelope.teamid, workflow_id=event.workflow_id, steps=steps
        )
        for sha256, entries in ((event.manifest, event.entries), (event.current_manifest, event.current_entries)):
            if sha256 and entries:
                self.manifests[(event.campaign_id, sha256)] = entries

    def _ruled(self, event: ApprovalRulesChanged | QaRulesChanged, envelope: Envelope) -> None:
        key = (envelope.teamid, event.type)
        if key not in self.rules or self.rules[key].revision < event.revision:
            self.rules[key] = TeamRules(team_id=envelope.teamid, revision=event.revision, rules=event)

    def _requested(self, event: QaRequested, envelope: Envelope) -> None:
        known = self.reports.get(event.report_id)
        self.reports[event.report_id] = ReportState(
            id=event.report_id,
            campaign_id=event.campaign_id,
            team_id=envelope.teamid,
            manifest=event.manifest,
            mode=event.mode,
            requested_by=event.requested_by,
            requested_at=envelope.time,
            withdrawn=known.withdrawn if known else False,
            report=known.report if known else None,
        )

    def _withdrawn(self, event: QaWithdrawn, envelope: Envelope) -> None:
        blank = ReportState(
            id=event.report_id,
            campaign_id=event.campaign_id,
            team_id=envelope.teamid,
            manifest="",
            mode="rules",
            requested_by=envelope.actor,
            requested_at=envelope.time,
        )
        known = self.reports.get(event.report_id, blank)
        self.reports[event.report_id] = known.model_copy(update={"withdrawn": True})

    def _reported(self, event: QaReportEvent, envelope: Envelope) -> None:
        told = event.report
        known = self.reports.get(told.id) or ReportState(
            id=told.id,
            campaign_id=event.campaign_id,
            team_id=envelope.teamid,
            manifest=told.manifest,
            mode=told.mode,
            requested_by=told.requested_by,
            requested_at=envelope.time,
        )
        if known.report is None or known.report.revision < told.revision:
            self.reports[told.id] = known.model_copy(update={"report": told})


def touched_decisions(events: Iterable[Event | None]) -> dict[str, set[str]]:
    """Ids of the approvals and reports that these events may change; an approval's is its campaign's."""
    ids: dict[str, set[str]] = {"approvals": set(), "reports": set()}
    for event in events:
        match event:
            case ApprovalTransitioned():
                ids["approvals"].add(event.campaign_id)
            case QaRequested() | QaWithdrawn():
                ids["reports"].add(event.report_id)
            case QaReportEvent():
                ids["reports"].add(event.report.id)
            case _:
                continue
    return ids
