"""Governed retries: an admin approves bringing a failed job back, and says why."""

from typing import Annotated

from pydantic import Field

from contracts.jobs import RetryReason, RetryStatus
from contracts.values import JobKind
from gateway.schemas import samples
from gateway.schemas.base import (
    AssetId,
    Body,
    CampaignId,
    Cursor,
    Identifier,
    JobId,
    Later,
    Moment,
    Person,
    PromptText,
    View,
    with_examples,
)
from gateway.schemas.jobs import RegenerateOptions
from gateway.schemas.rules import RETRY_CORRECTION
from gateway.schemas.text import Visible

ReasonText = Annotated[str, Field(min_length=1, max_length=2000), Visible]
IntentId = Annotated[str, Field(examples=[samples.INTENT_ID])]
APPROVAL = {
    "sourceJobId": samples.JOB_ID,
    "reasonCode": "IMPROVED_PROMPT",
    "reasonText": samples.RETRY_REASON,
    "correction": {"prompt": samples.DIRECTION},
}


class CorrectionBody(Body):
    """What the new job does otherwise: a new prompt with IMPROVED_PROMPT, other options with BAD_INPUT."""

    prompt: PromptText | None = None
    options: RegenerateOptions | None = None


class RetryIntentBody(Body):
    """Which failed job may be brought back, and why. A correction goes with IMPROVED_PROMPT or BAD_INPUT only."""

    model_config = with_examples(APPROVAL, **RETRY_CORRECTION)

    source_job_id: Identifier
    source_output_ref: Identifier | None = Field(
        default=None, description="What the admin looked at, such as an asset's version; kept as it is given."
    )
    reason_code: RetryReason
    reason_text: ReasonText
    correction: CorrectionBody | None = None


class RejectionBody(Body):
    """Why an approval is withdrawn."""

    model_config = with_examples({"reason": samples.REJECTION})

    reason: ReasonText


class CorrectionView(View):
    """What the new job does otherwise."""

    prompt: str | None = None
    options: RegenerateOptions | None = None


class RetryIntentView(View):
    """An approved retry: PENDING until it is executed, once, or rejected. `jobId` is the new job."""

    id: IntentId
    campaign_id: CampaignId
    source_job_id: JobId
    source_output_ref: str | None = None
    kind: JobKind = Field(examples=["image"])
    target_id: AssetId
    reason_code: RetryReason = Field(examples=["IMPROVED_PROMPT"])
    reason_text: str = Field(examples=[samples.RETRY_REASON])
    correction: CorrectionView | None = Field(default=None, examples=[{"prompt": samples.DIRECTION, "options": None}])
    status: RetryStatus = Field(examples=["PENDING"])
    approved_by: Person
    approved_at: Moment
    created_at: Moment
    job_id: JobId | None = Field(default=None, examples=[None])
    consumed_by: Person | None = Field(default=None, examples=[None])
    consumed_at: Later | None = Field(default=None, examples=[None])
    rejected_by: Person | None = Field(default=None, examples=[None])
    rejected_at: Later | None = Field(default=None, examples=[None])
    reject_reason: str | None = None


class RetryIntentList(View):
    """A page of retry intents, newest first."""

    items: tuple[RetryIntentView, ...]
    next_cursor: Cursor | None = None
