"""What the approval service publishes and accepts."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from contracts.envelope import Command, Event
from contracts.values import AssetKind, Fact, Sha256

ApprovalStatus = Literal[
    "none", "draft", "pending_review", "pending_approval", "approved", "revision_requested", "rejected"
]
ApprovalAct = Literal["submit", "withdraw", "review", "approve", "request_revision", "reject", "revise"]
ApprovalAction = Literal[
    "submitted",
    "withdrawn",
    "reviewed",
    "approved",
    "revision_requested",
    "rejected",
    "revised",
    "reopened",
    "voided",
]
LOCKED: tuple[ApprovalStatus, ...] = ("pending_review", "pending_approval", "approved")
"""While a workflow is in one of these, cascades are held, and what would change content must say `reopen`."""


class ManifestEntry(Fact):
    """One asset of a manifest: which version of it, by the hash of its bytes or words."""

    asset_id: str
    kind: AssetKind
    version: int
    sha256: Sha256


class AssetChange(Fact):
    """One asset in which two manifests differ; `was` is None for one that was added, `now` for one that is gone."""

    asset_id: str
    kind: AssetKind
    was: ManifestEntry | None = None
    now: ManifestEntry | None = None


class QaOverride(Fact):
    """An admin's word that a QA report does not stand in the way, with the reason."""

    by: str
    reason: str
    at: AwareDatetime


class ApprovalTransitioned(Event):
    """A workflow moved on. `version` rises by one with every move, so an older word never replaces a newer one.

    `manifest` is what the move was about: what was submitted and pinned, or stood pinned until then; None where nothing
    was. `current_manifest` is the kit's own at that moment. `entries` are those of `manifest`, with a submission only,
    as are `makers`: who had any of these versions made. `current_entries` are those of what took a decision back.
    `qa_report_id` is the report that an approval rested on, or that lay before the one who submitted.
    """

    type: ClassVar[str] = "approval.transitioned"

    campaign_id: str
    workflow_id: str
    action: ApprovalAction
    from_: ApprovalStatus = Field(alias="from")
    to: ApprovalStatus
    version: int
    manifest: Sha256 | None
    actor: str
    on_behalf_of: str | None = None
    comment: str | None = None
    current_manifest: Sha256 | None = None
    entries: tuple[ManifestEntry, ...] = ()
    current_entries: tuple[ManifestEntry, ...] = ()
    makers: tuple[str, ...] = ()
    qa_report_id: str | None = None
    qa_override: QaOverride | None = None
    at: AwareDatetime | None = None


class ApprovalVoided(Event):
    """Content changed beneath a pending step or an approval without anybody's consent, so it counts no more.

    `causes` is what changed. `notify` names the people whose decision it was: who submitted, reviewed and approved.
    """

    type: ClassVar[str] = "approval.voided"

    campaign_id: str
    workflow_id: str
    version: int
    was: ApprovalStatus
    manifest: Sha256
    current_manifest: Sha256
    causes: tuple[AssetChange, ...]
    notify: tuple[str, ...]
    job_id: str | None = None


class ApprovalRulesChanged(Event):
    """A team's own rules on who may act; `revision` rises with every change."""

    type: ClassVar[str] = "approval.rules_changed"

    revision: int
    self_approval: bool
    one_admin_both_steps: bool


class SeenQa(Fact):
    """A QA report as a person saw it, at one of its revisions."""

    report_id: str
    revision: int


class ActOnApproval(Command):
    """One step of a workflow, named with the workflow's version and the manifest that the person saw.

    `seen` are the versions that make up the kit as it was shown, and `qa` the reports that count: a service that has
    not heard of them yet waits until it has. Brand and brief are those that QA must have held the kit to.
    """

    type: ClassVar[str] = "approval.act"
    queue: ClassVar[str] = "approval.commands"

    campaign_id: str
    act: ApprovalAct
    version: int
    manifest: Sha256
    comment: str | None = None
    seen: dict[str, int] = Field(default_factory=dict)
    qa: tuple[SeenQa, ...] = ()
    brand_version: int = 0
    brief_version: int = 0


class SetApprovalRules(Command):
    """Sets a team's rules: whether one may approve one's own, and whether one admin may both review and approve."""

    type: ClassVar[str] = "approval.set_rules"
    queue: ClassVar[str] = "approval.commands"

    self_approval: bool
    one_admin_both_steps: bool
