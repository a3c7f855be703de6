"""Assets as the API shows them, and how they are edited."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from contracts.produced import Reason
from contracts.values import AssetKind, Cause, CopyText, InputSet
from gateway.schemas.base import Body, Identifier, Label, LongText, PromptText, ShortText, View

AssetStatus = Literal["missing", "pending", "ready", "failed"]


class BlobView(View):
    """Where an asset's bytes are."""

    sha256: str
    url: str = Field(examples=["/api/blobs/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
    media_type: str
    width: int | None = None
    height: int | None = None
    bytes: int | None = None


class ErrorView(View):
    """Why something failed."""

    code: str
    message: str


class AssetView(View):
    """One asset as it stands."""

    id: str
    campaign_id: str
    kind: AssetKind
    status: AssetStatus
    ordinal: int | None = None
    platform: str | None = None
    variant_label: str | None = Field(default=None, examples=["A案"])
    placement: str | None = None
    scene_id: None = None
    post_id: None = None
    version: int | None = None
    content_hash: str | None = None
    stale: bool
    pending_upstream: bool
    causes: tuple[Cause, ...]
    pinned: bool
    upstream: tuple[str, ...]
    prompt: str | None = None
    seed: int | None = None
    layout: str | None = None
    provider: str | None = None
    offline: bool | None = None
    job_id: str | None = None
    error: ErrorView | None = None
    blob: BlobView | None = None
    copy_text: CopyText | None = Field(default=None, serialization_alias="copy")
    updated_at: datetime


class VersionView(View):
    """One immutable version of an asset, with everything it was made from."""

    asset_id: str
    kind: AssetKind
    version: int
    previous_version: int | None = None
    current: bool
    content_hash: str
    input_hash: str
    inputs: InputSet
    prompt: str | None = None
    seed: int | None = None
    layout: str | None = None
    provider: str
    offline: bool
    reason: Reason
    job_id: str | None = None
    causation_id: str | None = None
    cascade_id: str
    blob: BlobView | None = None
    copy_text: CopyText | None = Field(default=None, serialization_alias="copy")
    created_at: datetime


class VersionList(View):
    """A page of versions, newest first."""

    items: tuple[VersionView, ...]
    next_cursor: str | None = None


class HistoryView(View):
    """Where a campaign comes from, what came of it, and every version of its assets, newest first."""

    campaign_id: str
    parent: None = None
    children: tuple[()] = ()
    items: tuple[VersionView, ...]
    next_cursor: str | None = None


class Accept(Body):
    """Why a stale asset is right as it is."""

    reason: Annotated[LongText, Field(min_length=1, examples=["表記の変更のみで、絵には影響しないため"])]


class Standing(Body):
    """Pin and accept, which every kind of asset takes."""

    pinned: bool | None = None
    accept: Accept | None = None


class CopyChanges(Standing):
    """A person's own wording. What is absent stays."""

    headline: ShortText | None = None
    body: Annotated[LongText, Field(max_length=10_000)] | None = Field(
        default=None, examples=["この夏、毎日の一杯に涼しさを。"]
    )
    cta: ShortText | None = None
    hashtags: Annotated[tuple[Label, ...], Field(max_length=50)] | None = None


class ImageChanges(Standing):
    """Another prompt; null goes back to the one derived from brief and brand."""

    prompt: PromptText | None = Field(default=None, examples=["朝の光が差し込む木のテーブルに置かれたアイスコーヒー"])


class CompositeChanges(Standing):
    """Another copy variant or layout."""

    copy_variant_id: Identifier | None = None
    layout: Label | None = None
