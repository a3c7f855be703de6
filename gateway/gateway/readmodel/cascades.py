"""The tree of a cascade, out of what caused what. No I/O."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from contracts.approval import ManifestEntry
from contracts.campaign import BrandUpdated
from contracts.compositor import BrandFollowed, RenderAssets
from contracts.jobs import JobCompleted, JobRequested, RequestJobs
from gateway.readmodel.cascade_store import CascadeEvent
from gateway.readmodel.reader import CampaignNow
from gateway.requests_store import RequestRow
from gateway.schemas.cascades import CascadeNode, CascadeRoot

JOB_ENDS = ("job.completed", "job.failed", "job.superseded", "job.cancelled")


def command_id(message_id: UUID, command_type: str) -> UUID:
    """The id of one of several commands that a single request sends."""
    return uuid5(message_id, command_type)


def root_of(request: RequestRow | None, events: Sequence[CascadeEvent]) -> CascadeRoot:
    """The whole tree; an event whose cause is not among them hangs under the root, marked as an orphan."""
    at = _began(request, events)
    forest = _Forest(events, at)
    commands = _commands(request)
    return CascadeRoot(
        type="request" if request else "unknown",
        method=request.method if request else None,
        path=request.path if request else None,
        actor=request.actor if request else None,
        at=at,
        trace_id=request.trace_id if request else None,
        span_id=request.span_id if request else None,
        children=forest.roots(commands),
    )


class _Forest:
    def __init__(self, events: Sequence[CascadeEvent], began: datetime) -> None:
        self._began = began
        self._ends = _durations(events)
        self._costs = {event.data.get("jobId"): event.data.get("costYen") for event in events if event.type in JOB_ENDS}
        # A worker's events name the job as their cause: the job's command has the job's id.
        by_job = {event.data.get("jobId"): event.id for event in events if event.type == JobRequested.type}
        known = {event.id for event in events}
        self._children: defaultdict[UUID | None, list[CascadeEvent]] = defaultdict(list)
        for event in events:
            cause = by_job.get(str(event.causation_id), event.causation_id)
            self._children[cause if cause in known and cause != event.id else None].append(event)

    def roots(self, commands: set[UUID]) -> tuple[CascadeNode, ...]:
        """The events that no event of the cascade caused, and, lest any be lost, those caught in a circle."""
        shown: set[UUID] = set()
        tops = [self._node(event, shown, event.causation_id not in commands) for event in self._children[None]]
        everything = [event for events in list(self._children.values()) for event in events]
        circular = [self._node(event, shown, True) for event in everything if event.id not in shown]
        return (*tops, *circular)

    def _node(self, event: CascadeEvent, shown: set[UUID], orphan: bool) -> CascadeNode:
        shown.add(event.id)
        children = [self._node(one, shown, False) for one in self._children.get(event.id, ()) if one.id not in shown]
        data = event.data
        job_id = _text(data.get("jobId"))
        is_job = event.type == JobRequested.type
        return CascadeNode(
            id=str(event.id),
            type=event.type,
            subject=event.subject,
            service=event.source.removeprefix("/saisei/"),
            at=event.at,
            offset_ms=round((event.at - self._began).total_seconds() * 1000),
            duration_ms=self._ends.get(job_id) if is_job else _number(data.get("durationMs")),
            trace_id=event.trace_id,
            span_id=event.span_id,
            asset_id=_text(data.get("assetId") or data.get("compositeId") or data.get("targetId")),
            version=_number(data.get("version")),
            kind=_text(data.get("kind")),
            job_id=job_id,
            cost_yen=_number(self._costs.get(job_id)) if is_job else None,
            orphan=orphan,
            children=tuple(children),
        )


def brand_on_its_way(events: Sequence[CascadeEvent]) -> bool:
    """True until every version of a brand that the cascade tells of has been followed to the brand's last composite."""
    followed = [event for event in events if event.type == BrandFollowed.type]
    begun = {(event.data["brandId"], event.data["version"]) for event in followed}
    begun |= {
        (event.data["brand"]["id"], event.data["brand"]["version"])
        for event in events
        if event.type == BrandUpdated.type
    }
    return bool(begun - {(one.data["brandId"], one.data["version"]) for one in followed if one.data["last"] is None})


def still_running(now: CampaignNow, cascade_id: str, events: Sequence[CascadeEvent]) -> bool:
    """True while work that this cascade brought about is owed in a campaign, though no event says so yet."""
    if any(_is_ahead(now, event) for event in events):
        return True
    touched = _touched(now, cascade_id, events)
    resting = {asset.id for piece in touched for asset in now.kit.downstream(piece)}
    return any(now.kit.standing(asset_id).owed for asset_id in touched | resting)


def decision_owed(now: CampaignNow, cascade_id: str, submitted: Iterable[ManifestEntry]) -> bool:
    """True while this cascade's content is other than what was submitted, and the workflow has not moved for it yet."""
    known = {entry.asset_id: entry.sha256 for entry in submitted}
    mine = {key: current.sha256 for key, current in now.kit.made.items() if current.cascade_id == cascade_id}
    return bool(mine.items() - known.items())


def _is_ahead(now: CampaignNow, event: CascadeEvent) -> bool:
    """A job is told to be done, and the version it made has not been heard of yet."""
    asset = now.kit.assets.get(str(event.data.get("targetId")))
    if event.type != JobCompleted.type or asset is None:
        return False
    return asset.current is None or asset.current.version < event.data["version"]


def _touched(now: CampaignNow, cascade_id: str, events: Iterable[CascadeEvent]) -> set[str]:
    made = {asset.id for asset in now.kit.assets.values() if asset.current and asset.current.cascade_id == cascade_id}
    for event in events:
        kit: Any = event.data.get("kit") or event.data.get("added") or ()
        made |= {planned["id"] for planned in kit if event.campaign_id == now.head.id}
    return made & now.kit.assets.keys()


def _commands(request: RequestRow | None) -> set[UUID]:
    if request is None:
        return set()
    several = (RequestJobs.type, RenderAssets.type)
    return {request.message_id, *(command_id(request.message_id, one) for one in several)}


def _began(request: RequestRow | None, events: Sequence[CascadeEvent]) -> datetime:
    if request is not None and request.at is not None:
        return request.at
    return min(event.at for event in events)


def _durations(events: Iterable[CascadeEvent]) -> dict[str | None, int]:
    started: dict[str | None, datetime] = {}
    ended: dict[str | None, datetime] = {}
    for event in events:
        job_id = _text(event.data.get("jobId"))
        if event.type == "job.started":
            started[job_id] = min(started.get(job_id, event.at), event.at)
        elif event.type in JOB_ENDS:
            ended[job_id] = event.at
    return {key: round((ended[key] - started[key]).total_seconds() * 1000) for key in started.keys() & ended.keys()}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
