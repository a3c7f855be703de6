"""Cascades as the API shows them."""

from datetime import datetime
from typing import Literal

from gateway.schemas.base import View


class CascadeNode(View):
    """One event with what it caused. Offsets are from the cascade's root."""

    id: str
    type: str
    subject: str | None = None
    service: str
    at: datetime
    offset_ms: int
    duration_ms: int | None = None
    trace_id: str | None = None
    span_id: str | None = None
    asset_id: str | None = None
    version: int | None = None
    kind: str | None = None
    job_id: str | None = None
    cost_yen: int | None = None
    orphan: bool = False
    children: tuple["CascadeNode", ...] = ()


class CascadeRoot(View):
    """The request that began a cascade."""

    type: Literal["request", "unknown"]
    method: str | None = None
    path: str | None = None
    actor: str | None = None
    at: datetime
    trace_id: str | None = None
    span_id: str | None = None
    children: tuple[CascadeNode, ...]


class CascadeView(View):
    """A cascade as a tree, with timings and cost."""

    id: str
    campaign_id: str | None
    status: Literal["running", "settled"]
    started_at: datetime
    ended_at: datetime | None
    cost_yen: int
    trace_id: str | None
    root: CascadeRoot


class CascadeSummary(View):
    """A cascade in short."""

    id: str
    method: str | None = None
    path: str | None = None
    actor: str | None = None
    started_at: datetime
    last_event_at: datetime
    cost_yen: int
    unfinished_jobs: int


class CascadeList(View):
    """A page of cascades, newest first."""

    items: tuple[CascadeSummary, ...]
    next_cursor: str | None = None
