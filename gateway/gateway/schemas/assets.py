"""Assets as the API shows them, and how they are edited."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.produced import Reason
from contracts.values import AssetKind, Cause, CopyText, InputSet, LayoutId
from gateway.schemas import samples
from gateway.schemas.base import (
    SHA256,
    AssetId,
    Body,
    BodyText,
    CampaignId,
    CascadeId,
    Count,
    Cursor,
    Hash,
    HashtagText,
    Identifier,
    JobId,
    LongText,
    Moment,
    PromptText,
    SpokenText,
    View,
    YesOrNo,
    with_examples,
)
from gateway.schemas.rules import given, named, one_standing_change

REOPEN = (
    "Agrees that a campaign which is pending approval or approved goes back to draft, should other bytes come of this. "
    "Without it, that is 409 `approval-locked`."
)
AssetStatus = Literal["missing", "pending", "ready", "failed"]


class BlobView(View):
    """Where the bytes of an asset or a logo are."""

    sha256: Hash
    url: str = Field(examples=[f"/api/blobs/{samples.SHA256}"])
    media_type: str = Field(examples=["image/jpeg"])
    width: int | None = Field(default=None, examples=[1024])
    height: int | None = Field(default=None, examples=[1024])
    bytes: int | None = Field(default=None, examples=[182340])


class ErrorView(View):
    """Why something failed."""

    code: str = Field(examples=["PROVIDER_REFUSED"])
    message: str = Field(examples=["the provider refused the prompt"])


class AssetView(View):
    """One asset as it stands."""

    id: AssetId
    campaign_id: CampaignId
    kind: AssetKind = Field(examples=["image"])
    status: AssetStatus = Field(examples=["ready"])
    ordinal: int | None = Field(default=None, examples=[1])
    platform: str | None = None
    variant_label: str | None = None
    placement: str | None = None
    scene_id: None = Field(default=None, description="Null: there are no scenes yet.")
    post_id: None = Field(default=None, description="Null: there are no posts yet.")
    version: Count | None = None
    content_hash: Hash | None = None
    stale: bool = Field(examples=[True])
    input_hash: Hash | None = Field(
        default=None,
        examples=[samples.INPUT_HASH],
        description="Of what it would be made from now. Given back with accept, it says what was looked at.",
    )
    pending_upstream: bool
    causes: tuple[Cause, ...] = Field(examples=[[samples.CAUSE]])
    pinned: bool
    upstream: tuple[str, ...] = Field(examples=[[samples.CAMPAIGN_ID, samples.BRAND_ID]])
    prompt: str | None = Field(default=None, examples=[samples.PROMPT])
    seed: int | None = Field(default=None, examples=[20260601])
    layout: str | None = None
    provider: str | None = Field(default=None, examples=["replicate"])
    offline: bool | None = Field(default=None, examples=[False])
    job_id: JobId | None = Field(
        default=None, description="The job that made the current version, or that is under way or failed since."
    )
    error: ErrorView | None = Field(default=None, examples=[None])
    blob: BlobView | None = None
    copy_text: CopyText | None = Field(default=None, serialization_alias="copy", examples=[None])
    updated_at: Moment


class VersionView(View):
    """One immutable version of an asset, with everything it was made from."""

    asset_id: AssetId
    kind: AssetKind = Field(examples=["image"])
    version: Count
    previous_version: int | None = Field(default=None, examples=[1])
    current: bool = Field(examples=[True])
    content_hash: Hash
    input_hash: str = Field(examples=[samples.INPUT_HASH])
    inputs: InputSet = Field(examples=[samples.INPUTS])
    prompt: str | None = Field(default=None, examples=[samples.PROMPT])
    seed: int | None = Field(default=None, examples=[20260601])
    layout: str | None = None
    provider: str = Field(examples=["replicate"])
    offline: bool
    reason: Reason = Field(examples=["regenerate"])
    job_id: JobId | None = None
    causation_id: str | None = Field(default=None, examples=[samples.EVENT_ID])
    cascade_id: CascadeId
    blob: BlobView | None = None
    copy_text: CopyText | None = Field(default=None, serialization_alias="copy", examples=[None])
    created_at: Moment


class VersionList(View):
    """A page of versions, newest first."""

    items: tuple[VersionView, ...]
    next_cursor: Cursor | None = None


class HistoryView(View):
    """Where a campaign comes from, what came of it, and every version of its assets, newest first."""

    campaign_id: CampaignId
    parent: None = None
    children: tuple[()] = ()
    items: tuple[VersionView, ...]
    next_cursor: Cursor | None = None


ACCEPTED = {"reason": "表記の変更のみで、絵には影響しないため"}


class Accept(Body):
    """Why a stale asset is right as it is."""

    reason: Annotated[LongText, Field(min_length=1, examples=[ACCEPTED["reason"]], description="Kept in the audit.")]
    input_hash: Annotated[str, Field(pattern=SHA256, examples=[samples.INPUT_HASH])] | None = Field(
        default=None, description="The asset's inputHash as it was looked at; 409 when it is another by now."
    )


class Standing(Body):
    """Pin and accept, which every kind of asset takes."""

    pinned: YesOrNo | None = Field(default=None, description="A pinned asset takes no part in cascades. Given alone.")
    accept: Accept | None = Field(default=None, description="Marks a stale asset as fresh. Given alone.")


COPY_FIELDS = ("headline", "body", "cta", "hashtags")


class CopyChanges(Standing):
    """A person's own wording. What is absent stays."""

    model_config = with_examples(
        samples.COPY, {"pinned": True}, **one_standing_change(*named(*COPY_FIELDS), names=COPY_FIELDS)
    )

    headline: SpokenText | None = Field(default=None, description="Within the platform's limits, like all of it.")
    body: BodyText | None = Field(default=None, description="The running text.")
    cta: SpokenText | None = Field(default=None, description="The call to action.")
    hashtags: Annotated[tuple[HashtagText, ...], Field(max_length=50)] | None = Field(
        default=None, description="Each with its leading #."
    )
    reopen: YesOrNo = Field(default=False, description=REOPEN)


class ImageChanges(Standing):
    """Another prompt; null goes back to the one derived from brief and brand."""

    model_config = with_examples(
        {"prompt": samples.PROMPT}, {"accept": ACCEPTED}, **one_standing_change(*named("prompt"), names=["prompt"])
    )

    prompt: PromptText | None = Field(default=None, description="null goes back to the prompt derived from the brief.")


class CompositeChanges(Standing):
    """Another copy variant or layout."""

    model_config = with_examples(
        {"layout": "band_bottom"},
        {"copyVariantId": samples.COPY_ID},
        **one_standing_change(*given("layout", "copyVariantId"), names=["layout", "copyVariantId"]),
    )

    copy_variant_id: Identifier | None = Field(default=None, description="A copy variant for the same platform.")
    layout: LayoutId | None = None
    reopen: YesOrNo = Field(default=False, description=REOPEN)
