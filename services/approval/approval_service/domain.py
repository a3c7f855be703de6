"""The workflow of an approval: which step leads where, who may take it, and in what two kits differ."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, get_args

from pydantic import AwareDatetime

from contracts.approval import (
    LOCKED,
    ApprovalAct,
    ApprovalAction,
    ApprovalStatus,
    AssetChange,
    ManifestEntry,
)
from contracts.values import Fact
from lineage.manifest import manifest_hash

Entries = tuple[ManifestEntry, ...]

TRANSITIONS: Mapping[tuple[ApprovalStatus, ApprovalAct], tuple[ApprovalStatus, ApprovalAction]] = {
    ("none", "submit"): ("pending_review", "submitted"),
    ("draft", "submit"): ("pending_review", "submitted"),
    ("pending_review", "withdraw"): ("draft", "withdrawn"),
    ("pending_review", "review"): ("pending_approval", "reviewed"),
    ("pending_review", "request_revision"): ("revision_requested", "revision_requested"),
    ("pending_review", "reject"): ("rejected", "rejected"),
    ("pending_approval", "approve"): ("approved", "approved"),
    ("pending_approval", "request_revision"): ("revision_requested", "revision_requested"),
    ("pending_approval", "reject"): ("rejected", "rejected"),
    ("revision_requested", "revise"): ("draft", "revised"),
    ("rejected", "revise"): ("draft", "revised"),
}
"""Every move that a person can make. Nobody's act leaves `approved`; other content does."""

MAY: Mapping[str, frozenset[ApprovalAct]] = {
    "editor": frozenset({"submit", "withdraw", "revise"}),
    "admin": frozenset(get_args(ApprovalAct)),
}
COMMENTED: frozenset[ApprovalAct] = frozenset({"request_revision", "reject"})


class Step(Fact):
    """Who took one step of the round at hand, when, and with what words."""

    by: str
    at: AwareDatetime
    comment: str | None = None


@dataclass(frozen=True)
class Workflow:
    """One campaign's approval. `manifest` and `qa_report_id` are pinned from a submission until it is draft again.

    An approval pins the report that it rests on. The steps are those of the newest round, and stay until the next
    submission.
    """

    id: str
    campaign_id: str
    team_id: str
    status: ApprovalStatus = "none"
    version: int = 0
    manifest: str | None = None
    qa_report_id: str | None = None
    submitted: Step | None = None
    reviewed: Step | None = None
    approved: Step | None = None

    @property
    def is_locked(self) -> bool:
        """True while somebody's decision is pending or stands, so that other content undoes it."""
        return self.status in LOCKED

    @property
    def deciders(self) -> tuple[str, ...]:
        """Who submitted, reviewed and approved, each once."""
        steps = (self.submitted, self.reviewed, self.approved)
        return tuple(dict.fromkeys(step.by for step in steps if step is not None))

    def told(self) -> dict[str, Any]:
        """How it stands, as replies and the audit log say it."""
        return {"status": self.status, "version": self.version, "manifest": self.manifest}

    def standing(self, current: str) -> dict[str, Any]:
        """The same for a refusal, whose own `status` is another, with the kit's manifest."""
        stands = {"approvalStatus": self.status, "version": self.version, "manifest": self.manifest}
        return {**stands, "currentManifest": current}


def moved(workflow: Workflow, to: ApprovalStatus, action: ApprovalAction, step: Step) -> Workflow:
    """The workflow after a person's step; what is pinned by a submission is set by whoever knows it."""
    after = replace(workflow, status=to, version=workflow.version + 1)
    match action:
        case "submitted":
            return replace(after, submitted=step, reviewed=None, approved=None)
        case "reviewed":
            return replace(after, reviewed=step)
        case "approved":
            return replace(after, approved=step)
    return unpinned(after) if to == "draft" else after


def back_to_draft(workflow: Workflow) -> Workflow:
    """The workflow once other content was committed beneath it."""
    return unpinned(replace(workflow, status="draft", version=workflow.version + 1))


def unpinned(workflow: Workflow) -> Workflow:
    """Without what only a submission holds."""
    return replace(workflow, manifest=None, qa_report_id=None)


def manifest_of(entries: Iterable[ManifestEntry]) -> str:
    """The manifest that these assets make."""
    return manifest_hash({entry.asset_id: entry.sha256 for entry in entries})


def changes(was: Iterable[ManifestEntry], now: Iterable[ManifestEntry]) -> tuple[AssetChange, ...]:
    """The assets in which two kits differ by their bytes, sorted by id."""
    before, after = ({entry.asset_id: entry for entry in entries} for entries in (was, now))
    found = ((one, before.get(one), after.get(one)) for one in sorted(before.keys() | after.keys()))
    return tuple(
        AssetChange(asset_id=asset_id, kind=known.kind, was=old, now=new)
        for asset_id, old, new in found
        if (known := new or old) is not None and not (old and new and old.sha256 == new.sha256)
    )


def counts(workflow: Workflow, act: ApprovalAct, named: str, current: str) -> bool:
    """True when the manifest that an act names is the one that it is about.

    A submission is about the kit as it is. What follows is about the one pinned, as long as the kit is still that.
    Whoever takes a kit back in hand decides about no bytes, so `revise` may name either.
    """
    if act == "submit":
        return named == current
    if act == "revise":
        return named in (workflow.manifest, current)
    return named == workflow.manifest == current


def is_late(told_at: datetime | None, now: datetime, patience: float) -> bool:
    """True when who asked has waited `patience` seconds or longer; also when nobody says since when."""
    return told_at is None or (now - told_at).total_seconds() >= patience
