"""What one request brought about, as a tree."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path

from gateway import paging, requests_store
from gateway.auth import Principal, Reader
from gateway.problems import documented, not_found
from gateway.readmodel import cascade_store, decision_store
from gateway.readmodel.cascade_store import CascadeEvent, CascadeJob, CascadeRow
from gateway.readmodel.cascades import brand_on_its_way, decision_owed, root_of, still_running
from gateway.readmodel.reader import CampaignNow
from gateway.readmodel.snapshot import snapshot
from gateway.requests_store import RequestRow
from gateway.routes.access import Id, Parts, WaitSeconds, campaign_now
from gateway.schemas.cascades import CascadeList, CascadeSummary, CascadeView

router = APIRouter(prefix="/api", tags=["cascades"])


@router.get("/campaigns/{campaign_id}/cascades", operation_id="listCascades", responses=documented(401, 404, 422))
async def list_cascades(
    campaign_id: Id, gateway: Parts, principal: Reader, limit: paging.Limit = 20, cursor: paging.Cursor = None
) -> CascadeList:
    """A campaign's cascades, newest first."""
    await campaign_now(gateway, campaign_id, principal)
    pool = gateway.database.pool
    rows = await cascade_store.cascade_page(pool, campaign_id, paging.numbered(cursor), limit + 1)
    shown, following = paging.page(rows, limit, lambda row: (row.first_position,))
    roots = await requests_store.roots(pool, [row.id for row in shown])
    return CascadeList(items=tuple(_summary(row, roots.get(row.id)) for row in shown), next_cursor=following)


@router.get("/cascades/{cascade_id}", operation_id="getCascade", responses=documented(401, 404))
async def get_cascade(
    cascade_id: Annotated[UUID, Path()], gateway: Parts, principal: Reader, wait: WaitSeconds
) -> CascadeView:
    """Everything one request brought about: what caused what, when, how long it took and what it cost.

    `Prefer: wait=N` holds the answer until the cascade has settled, for at most N seconds.
    """
    shown = await _seen(gateway, principal, cascade_id)

    async def settled() -> bool:
        nonlocal shown
        shown = await _seen(gateway, principal, cascade_id)
        return shown.status == "settled"

    if wait and shown.status == "running":
        await gateway.wakeups.until(str(cascade_id), settled, wait)
    return shown


async def _seen(gateway: Parts, principal: Principal, cascade_id: UUID) -> CascadeView:
    # One snapshot for all of it: read one after the other, a tree without its last files could be called settled.
    async with snapshot(gateway.database.pool) as conn:
        request = (await requests_store.roots(conn, [cascade_id])).get(cascade_id)
        events = await cascade_store.cascade_events(conn, cascade_id, principal.team)
        if not events and (request is None or request.team_id != principal.team):
            raise not_found("cascade", str(cascade_id))
        jobs = await cascade_store.cascade_jobs(conn, cascade_id)
        running = await _is_running(gateway, conn, principal, cascade_id, events, jobs)
    root = root_of(request, events)
    return CascadeView(
        id=str(cascade_id),
        campaign_id=next((event.campaign_id for event in events if event.campaign_id), None),
        status="running" if running else "settled",
        started_at=root.at,
        ended_at=None if running else max((event.at for event in events), default=root.at),
        cost_yen=sum(job.cost_yen for job in jobs),
        trace_id=root.trace_id or next((event.trace_id for event in events if event.trace_id), None),
        root=root,
    )


async def _is_running(
    gateway: Parts,
    conn: Any,
    principal: Principal,
    cascade_id: UUID,
    events: list[CascadeEvent],
    jobs: list[CascadeJob],
) -> bool:
    if any(job.status in ("PENDING", "RUNNING") for job in jobs):
        return True
    if brand_on_its_way(events) or await cascade_store.unresolved_invalidations(conn, cascade_id):
        return True
    campaigns = sorted({event.campaign_id for event in events if event.campaign_id})
    touched = await gateway.reader.many(conn, campaigns, principal.team)
    if any(still_running(now, str(cascade_id), events) for now in touched):
        return True
    # What is held follows once the workflow has moved, which nothing has told of yet.
    return any([await _moves_decision(conn, now, cascade_id) for now in touched])


async def _moves_decision(conn: Any, now: CampaignNow, cascade_id: UUID) -> bool:
    submitted = now.approval.pinned if now.approval and now.locked else None
    if submitted is None or submitted == now.manifest:
        return False
    entries = await decision_store.manifest(conn, now.campaign.id, submitted)
    return entries is not None and decision_owed(now, str(cascade_id), entries)


def _summary(row: CascadeRow, request: RequestRow | None) -> CascadeSummary:
    return CascadeSummary(
        id=str(row.id),
        method=request.method if request else None,
        path=request.path if request else None,
        actor=request.actor if request else None,
        started_at=min(row.started_at, request.at) if request and request.at else row.started_at,
        last_event_at=row.last_at,
        cost_yen=row.cost_yen,
        unfinished_jobs=row.unfinished_jobs,
    )
