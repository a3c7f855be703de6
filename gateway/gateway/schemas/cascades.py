"""Cascades as the API shows them."""

from typing import Annotated, Literal

from pydantic import Field

from gateway.schemas import samples
from gateway.schemas.base import (
    AssetId,
    CampaignId,
    CascadeId,
    Count,
    Cursor,
    JobId,
    Later,
    Moment,
    Person,
    View,
    Yen,
)

TraceId = Annotated[str, Field(examples=[samples.TRACE_ID])]


class CascadeNode(View):
    """One event with what it caused. Offsets are from the cascade's root."""

    id: str = Field(examples=[samples.EVENT_ID])
    type: str = Field(examples=["image.regenerated"])
    subject: AssetId | None = None
    service: str = Field(examples=["image"])
    at: Moment
    offset_ms: int = Field(examples=[840])
    duration_ms: int | None = Field(default=None, examples=[790])
    trace_id: TraceId | None = None
    span_id: str | None = None
    asset_id: AssetId | None = None
    version: Count | None = None
    kind: str | None = Field(default=None, examples=["image"])
    job_id: JobId | None = None
    cost_yen: Yen | None = None
    orphan: bool = False
    children: tuple["CascadeNode", ...] = ()


class CascadeRoot(View):
    """The request that began a cascade."""

    type: Literal["request", "unknown"]
    method: str | None = Field(default=None, examples=["POST"])
    path: str | None = Field(default=None, examples=[f"/api/campaigns/{samples.CAMPAIGN_ID}/regenerate"])
    actor: Person | None = None
    at: Moment
    trace_id: TraceId | None = None
    span_id: str | None = None
    children: tuple[CascadeNode, ...]


class CascadeView(View):
    """A cascade as a tree, with timings and cost."""

    id: CascadeId
    campaign_id: CampaignId | None
    status: Literal["running", "settled"] = Field(examples=["settled"])
    started_at: Moment
    ended_at: Later | None
    cost_yen: Yen
    trace_id: TraceId | None
    root: CascadeRoot


class CascadeSummary(View):
    """A cascade in short."""

    id: CascadeId
    method: str | None = Field(default=None, examples=["POST"])
    path: str | None = Field(default=None, examples=[f"/api/campaigns/{samples.CAMPAIGN_ID}/regenerate"])
    actor: Person | None = None
    started_at: Moment
    last_event_at: Later
    cost_yen: Yen
    unfinished_jobs: int = Field(examples=[0])


class CascadeList(View):
    """A page of cascades, newest first."""

    items: tuple[CascadeSummary, ...]
    next_cursor: Cursor | None = None
