"""Approvals (稟議) as the API shows and takes them."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.approval import ApprovalAct, ApprovalAction, ApprovalStatus, QaOverride
from contracts.qa import Issue
from contracts.values import AssetKind
from gateway.schemas import samples
from gateway.schemas.base import (
    SHA256,
    AssetId,
    Body,
    CampaignId,
    Cursor,
    Hash,
    Later,
    Moment,
    Person,
    View,
    Whole,
    YesOrNo,
    with_examples,
)
from gateway.schemas.text import Visible

BlockedBy = Literal["missing", "running", "failed", "stale"]
QaVerdict = Literal["missing", "failing", "overridden", "suppressed", "passed"]
WorkflowId = Annotated[str, Field(examples=[samples.WORKFLOW_ID])]
WorkflowVersion = Annotated[int, Field(examples=[2], description="Rises by one with every step; 0 before the first.")]


class StepBy(View):
    """Who took a step, when, and what they said."""

    by: Person
    at: Moment
    comment: str | None = Field(default=None, examples=["ご確認をお願いいたします。"])


class Blocker(View):
    """One asset that keeps the kit from being submitted."""

    asset_id: AssetId
    kind: AssetKind = Field(examples=["image"])
    platform: str | None = None
    variant_label: str | None = None
    placement: str | None = None
    reason: BlockedBy = Field(examples=["stale"])


class QaStanding(View):
    """What QA says of the manifest that counts: the submitted one, or in a draft the kit as it is."""

    verdict: QaVerdict = Field(
        examples=["passed"],
        description="`missing` and `failing` stand in the way of approving; `suppressed` and `overridden` pass on "
        "somebody's word. That rules found nothing is no legal clearance.",
    )
    report_ids: tuple[str, ...] = Field(
        examples=[[samples.REPORT_ID]],
        description="The reports that count: the newest by rules, and every one by the reviewer.",
    )
    suppressed_errors: tuple[Issue, ...] = Field(
        default=(), examples=[[]], description="Errors that somebody said do not count, with whom and why."
    )


class HistoryEntry(View):
    """One step. `outdated`: what it was about is not what the kit is now, or the round it belongs to was voided."""

    action: ApprovalAction = Field(examples=["submitted"])
    from_status: ApprovalStatus = Field(examples=["draft"])
    to_status: ApprovalStatus = Field(examples=["pending_review"])
    version: WorkflowVersion
    actor: Person
    on_behalf_of: str | None = Field(default=None, examples=[None])
    comment: str | None = Field(default=None, examples=["ご確認をお願いいたします。"])
    manifest: Hash | None = None
    current_manifest: Hash | None = Field(
        default=None, description="What the kit was at that moment; another than `manifest` where content had changed."
    )
    outdated: bool = Field(examples=[False])
    qa_report_id: str | None = Field(default=None, examples=[samples.REPORT_ID])
    qa_override: QaOverride | None = Field(default=None, examples=[None])
    at: Moment


class ApprovalView(View):
    """Where a campaign's workflow stands. A step names `version`, and `manifest` or in a draft `currentManifest`."""

    campaign_id: CampaignId
    workflow_id: WorkflowId | None = None
    status: ApprovalStatus = Field(examples=["pending_review"])
    stands: bool = Field(
        examples=[True],
        description="Whether what was submitted or approved is what the kit is now. False in a draft, and for the "
        "moment between other bytes and the workflow's move.",
    )
    version: WorkflowVersion
    manifest: Hash | None = Field(default=None, description="What was submitted; null in a draft.")
    current_manifest: Hash = Field(description="What the kit is now.")
    qa_report_id: str | None = Field(
        default=None, examples=[samples.REPORT_ID], description="The QA report that lay before the one who submitted."
    )
    qa: QaStanding
    submitted: StepBy | None = None
    reviewed: StepBy | None = None
    approved: StepBy | None = None
    blockers: tuple[Blocker, ...] = Field(
        examples=[[]], description="What keeps the kit from being submitted: missing, running, failed or stale assets."
    )
    history: tuple[HistoryEntry, ...] = Field(description="Every step there ever was, the first one first.")


class ApprovalItem(View):
    """A campaign's workflow in a list."""

    campaign_id: CampaignId
    campaign_name: str = Field(examples=["夏のアイスコーヒー"])
    status: ApprovalStatus = Field(examples=["pending_review"])
    version: WorkflowVersion
    manifest: Hash | None = None
    submitted: StepBy | None = None
    reviewed: StepBy | None = None
    last_action: ApprovalAction = Field(examples=["submitted"])
    last_actor: Person
    last_comment: str | None = Field(default=None, examples=["ご確認をお願いいたします。"])
    moved_at: Later


class ApprovalList(View):
    """A page of workflows, the one that moved last first; `count` is how many there are on all pages."""

    items: tuple[ApprovalItem, ...]
    count: int = Field(examples=[1])
    next_cursor: Cursor | None = None


class ApprovalBody(Body):
    """One step, with the version and manifest that were looked at; anything else by now is 409 with what changed."""

    model_config = with_examples(
        {
            "action": "submit",
            "version": 0,
            "manifest": samples.KIT_SHA256,
            "comment": samples.SUBMIT_COMMENT,
        },
        {
            "action": "request_revision",
            "version": 1,
            "manifest": samples.KIT_SHA256,
            "comment": "2枚目の見出しが商品名と重なっています。",
        },
    )

    action: ApprovalAct = Field(
        description="none/draft → submit → pending_review → review → pending_approval → approve → approved. From "
        "either pending state request_revision (差戻し) or reject, then revise → draft. withdraw (引戻し) before the "
        "review. Editors submit, withdraw and revise; admins do all."
    )
    version: Annotated[
        int, Field(ge=0, le=2**31 - 1, description="The workflow's `version`, as GET …/approval told it."), Whole
    ]
    manifest: Annotated[
        str,
        Field(pattern=SHA256, description="As GET …/approval told it: in a draft `currentManifest`, later `manifest`."),
    ]
    comment: Annotated[str, Field(min_length=1, max_length=2000), Visible] | None = Field(
        default=None, description="Needed to reject and to request a revision."
    )


class ApprovalRulesBody(Body):
    """Who may act. Without anybody's word, nobody approves their own, and no admin takes both steps."""

    model_config = with_examples({"selfApproval": False, "oneAdminBothSteps": True})

    self_approval: YesOrNo = Field(description="Whether those who submitted, or had a version made, may approve it.")
    one_admin_both_steps: YesOrNo = Field(description="Whether one admin may both review and approve.")


class ApprovalRulesView(View):
    """Who may act; `revision` rises whenever it is set, 0 for never."""

    self_approval: bool = Field(examples=[False])
    one_admin_both_steps: bool = Field(examples=[True])
    revision: int = Field(examples=[1])
