"""Jobs, regenerations and their previews."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from contracts.jobs import Attempt, JobStatus
from contracts.values import AssetKind, Cause, JobOptions
from gateway.schemas.assets import AssetStatus, ErrorView
from gateway.schemas.base import Body, Identifier, PromptText, View

RegenerateType = Literal["copy_variant", "image", "composited_image", "platform_image", "video", "audio"]


class JobResult(View):
    """What a job made; `changed` is false when its bytes equalled the current version's."""

    asset_id: str
    version: int
    changed: bool


class JobView(View):
    """One requested execution of one generator."""

    id: str
    kind: AssetKind
    status: JobStatus
    target_id: str
    campaign_id: str
    cascade_id: str
    retry_of_job_id: None = None
    retry_intent_id: None = None
    options: JobOptions
    requested_by: str | None = None
    attempts: tuple[Attempt, ...]
    cost_yen: int
    progress: str | None = None
    error: ErrorView | None = None
    result: JobResult | None = None
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None


class JobList(View):
    """A page of jobs, newest first."""

    items: tuple[JobView, ...]
    next_cursor: str | None = None


class RegenerateOptions(Body):
    """How this regeneration differs from the last: the same prompt with a new seed, or another prompt."""

    preserve_prompt: bool = False
    custom_prompt: PromptText | None = Field(default=None, examples=["夕暮れの縁側、湯気の立つ湯呑み"])


class RegenerateBody(Body):
    """One asset to be made again. copy_variant takes copyVariantId, or platform and variantLabel; others assetId."""

    type: RegenerateType
    asset_id: Identifier | None = None
    copy_variant_id: Identifier | None = None
    platform: Annotated[str, Field(max_length=40)] | None = None
    variant_label: Annotated[str, Field(max_length=10)] | None = Field(default=None, examples=["B案"])
    options: RegenerateOptions = RegenerateOptions()
    reopen: bool = False
    plan_hash: Annotated[str, Field(max_length=64)] | None = None


class TouchedAsset(View):
    """One asset that a regeneration touches, and why."""

    id: str
    kind: AssetKind
    version: int | None = None
    why: str
    paid: bool


class PreviewView(View):
    """What a regeneration touches and costs; it changes nothing. Name `planHash` to regenerate exactly this."""

    target_id: str
    assets: tuple[TouchedAsset, ...]
    paid_calls: int
    estimated_yen: int
    approvals_voided: tuple[()] = ()
    plan_hash: str


class DirtyAsset(View):
    """One stale asset with the causes."""

    id: str
    kind: AssetKind
    status: AssetStatus
    version: int
    platform: str | None = None
    variant_label: str | None = None
    placement: str | None = None
    stale: Literal[True] = True
    pending_upstream: bool
    pinned: bool
    causes: tuple[Cause, ...]
    paid: bool
    estimated_yen: int


class DirtyList(View):
    """All stale assets of a campaign."""

    items: tuple[DirtyAsset, ...]
    next_cursor: None = None
    estimated_yen: int


class RegenerateDirtyBody(Body):
    """Which kinds of stale assets to make again."""

    kinds: Annotated[tuple[AssetKind, ...], Field(min_length=1, max_length=4)]
    reopen: bool = False


class Skipped(View):
    """A stale asset that was left as it is, and why."""

    asset_id: str
    reason: str


class RegenerateDirtyView(View):
    """What was started."""

    cascade_id: str
    jobs: tuple[JobView, ...]
    skipped: tuple[Skipped, ...]
