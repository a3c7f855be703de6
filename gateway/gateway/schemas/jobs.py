"""Jobs, regenerations and their previews."""

from typing import Annotated, Any, Literal

from pydantic import Field

from contracts.approval import ApprovalAction, ApprovalStatus
from contracts.jobs import Attempt, Billed, JobStatus
from contracts.values import AssetKind, Cause, JobKind, JobOptions
from gateway.schemas import samples
from gateway.schemas.assets import REOPEN, AssetStatus, ErrorView
from gateway.schemas.base import (
    AssetId,
    Body,
    CampaignId,
    CascadeId,
    Count,
    Cursor,
    Hash,
    Identifier,
    JobId,
    Later,
    Moment,
    Person,
    PromptText,
    Started,
    View,
    Yen,
    YesOrNo,
    with_examples,
)
from gateway.schemas.rules import REGENERATE_OPTIONS, REGENERATION

RegenerateType = Literal["copy_variant", "image", "composited_image", "platform_image", "video", "audio"]


Paid = Annotated[bool, Field(examples=[True], description="A paid call would be made for it now.")]


class JobResult(View):
    """What a job made; `changed` is false when its bytes equalled the current version's."""

    asset_id: AssetId
    version: Count
    changed: bool = Field(examples=[True])


class JobView(View):
    """One requested execution of one generator."""

    id: JobId
    kind: JobKind = Field(examples=["image"])
    status: JobStatus = Field(examples=["COMPLETED"])
    target_id: AssetId
    campaign_id: CampaignId
    cascade_id: CascadeId
    retry_of_job_id: JobId | None = Field(
        default=None, examples=[None], description="The failed job that this one brings back."
    )
    retry_intent_id: Identifier | None = Field(
        default=None, examples=[None], description="The retry intent that was executed for this job."
    )
    options: JobOptions = Field(examples=[samples.OPTIONS])
    requested_by: Person | None = None
    attempts: tuple[Attempt, ...] = Field(examples=[[samples.ATTEMPT]])
    cost_yen: Yen
    cancelled_by: Person | None = Field(default=None, examples=[None], description="Who called off a CANCELLED job.")
    billed: Billed | None = Field(
        default=None,
        examples=[None],
        description="Whether a CANCELLED job was charged all the same; `costYen` says how much, or may have been.",
    )
    progress: str | None = None
    error: ErrorView | None = Field(default=None, examples=[None])
    result: JobResult | None = None
    created_at: Moment
    started_at: Started | None = None
    ended_at: Later | None = None


class JobList(View):
    """A page of jobs, newest first."""

    items: tuple[JobView, ...]
    next_cursor: Cursor | None = None


class RegenerateOptions(Body):
    """How this regeneration differs from the last: the same prompt with a new seed, or another prompt."""

    model_config = with_examples(**REGENERATE_OPTIONS)

    preserve_prompt: YesOrNo = Field(default=False, description="Keeps the prompt exactly and takes a new seed.")
    custom_prompt: PromptText | None = Field(
        default=None,
        examples=[samples.DIRECTION],
        description="Replaces an image's prompt; for copy, extra direction for the writer.",
    )


REGENERATIONS: list[Any] = [
    {"type": "image", "assetId": samples.IMAGE_ID, "options": {"customPrompt": samples.DIRECTION}},
    {"type": "copy_variant", "platform": "instagram", "variantLabel": "B案"},
]


class RegenerateBody(Body):
    """One asset to be made again. copy_variant takes copyVariantId, or platform and variantLabel; others assetId."""

    model_config = with_examples(*REGENERATIONS, **REGENERATION)

    type: RegenerateType = Field(description="What to make again. video and audio not yet: they are refused.")
    asset_id: Identifier | None = Field(default=None, description="The asset; needed for all but copy_variant.")
    copy_variant_id: Identifier | None = Field(default=None, description="The copy variant, for copy_variant.")
    platform: Annotated[str, Field(max_length=40)] | None = Field(
        default=None, description="One of the campaign's platforms, for copy_variant without copyVariantId."
    )
    variant_label: Annotated[str, Field(max_length=10)] | None = Field(
        default=None, examples=["B案"], description="One of A案, B案, C案, D案, along with platform."
    )
    options: RegenerateOptions = RegenerateOptions()
    reopen: YesOrNo = Field(default=False, description=REOPEN)
    plan_hash: Annotated[str, Field(max_length=64)] | None = Field(
        default=None, description="`planHash` of a preview: anything else than that plan is refused with 409."
    )


class TouchedAsset(View):
    """One asset that a regeneration touches, and why."""

    id: AssetId
    kind: AssetKind = Field(examples=["image"])
    platform: str | None = None
    variant_label: str | None = None
    placement: str | None = None
    version: Count | None = None
    why: str = Field(examples=["it is regenerated"])
    paid: Paid


class Decision(View):
    """What somebody decided about the kit as it is."""

    action: ApprovalAction = Field(examples=["approved"])
    by: Person
    at: Moment


class VoidedApproval(View):
    """A workflow that goes back to draft once other bytes are there."""

    workflow_id: str = Field(examples=[samples.EVENT_ID])
    status: ApprovalStatus = Field(examples=["approved"])
    version: Count
    decisions: tuple[Decision, ...]


class PreviewView(View):
    """What a regeneration touches and costs; it changes nothing. Name `planHash` to regenerate exactly this."""

    target_id: AssetId
    assets: tuple[TouchedAsset, ...]
    paid_calls: int = Field(
        examples=[1],
        description="0 while an offline twin stands in for the provider, whoever made the current version.",
    )
    estimated_yen: Yen
    approvals_voided: tuple[VoidedApproval, ...] = Field(
        default=(), description="Whose decisions count no more once other bytes come of it; needs `reopen`."
    )
    plan_hash: Hash


class DirtyAsset(View):
    """One stale asset with the causes."""

    id: AssetId
    kind: AssetKind = Field(examples=["image"])
    status: AssetStatus = Field(examples=["ready"])
    version: Count
    platform: str | None = None
    variant_label: str | None = None
    placement: str | None = None
    stale: Literal[True] = True
    pending_upstream: bool
    pinned: bool
    causes: tuple[Cause, ...] = Field(examples=[[samples.CAUSE]])
    paid: Paid
    estimated_yen: Yen


class DirtyList(View):
    """All stale assets of a campaign."""

    items: tuple[DirtyAsset, ...]
    next_cursor: None = None
    estimated_yen: Yen


class RegenerateDirtyBody(Body):
    """Which kinds of stale assets to make again."""

    kinds: Annotated[tuple[AssetKind, ...], Field(min_length=1, max_length=4)] = Field(
        examples=[["copy_variant", "image"]], description="Which kinds of stale assets to make again."
    )
    reopen: YesOrNo = Field(default=False, description=REOPEN)


class Skipped(View):
    """A stale asset that was left as it is, and why."""

    asset_id: AssetId
    reason: str = Field(examples=["pinned"])


class RegenerateDirtyView(View):
    """What was started."""

    cascade_id: CascadeId
    jobs: tuple[JobView, ...]
    skipped: tuple[Skipped, ...]
