"""Immutable versions: an asset's, a whole campaign's, and going back to one."""

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.compositor import RestoreRendered
from contracts.copy import RestoreCopy
from contracts.envelope import Command
from contracts.image import RestoreImage
from contracts.values import AssetKind
from gateway import paging
from gateway.auth import Reader, Writer
from gateway.idempotency import Writing
from gateway.locks import consent
from gateway.problems import documented, not_found
from gateway.readmodel import store
from gateway.readmodel.store import HistoryRow
from gateway.readmodel.views import asset_view, version_view
from gateway.routes.access import Id, Parts, VersionNumber, asset_home, asset_standing, campaign_now
from gateway.schemas.assets import REOPEN, AssetView, HistoryView, VersionList, VersionView
from gateway.standing_commands import OWNERS

router = APIRouter(prefix="/api", tags=["versions"])


@router.get("/assets/{asset_id}/versions", operation_id="listVersions", responses=documented(401, 404, 422))
async def list_versions(
    asset_id: Id, gateway: Parts, principal: Reader, limit: paging.Limit = 20, cursor: paging.Cursor = None
) -> VersionList:
    """An asset's versions, newest first."""
    await asset_home(gateway, asset_id, principal)
    before = paging.numbered(cursor, highest=2**31 - 1)
    rows = await store.asset_versions(gateway.database.pool, asset_id, before, limit + 1)
    shown, following = paging.page(rows, limit, lambda row: (row.state.version,))
    return VersionList(items=await _views(gateway, list(shown)), next_cursor=following)


@router.post(
    "/assets/{asset_id}/versions/{number}/restore",
    operation_id="restoreVersion",
    responses=documented(401, 403, 404, 409, 422, 503),
)
async def restore_version(
    asset_id: Id,
    number: VersionNumber,
    gateway: Parts,
    principal: Writer,
    write: Writing,
    reopen: Annotated[bool, Query(description=REOPEN)] = False,
) -> AssetView:
    """Adds a version with the bytes of an earlier one; nothing is overwritten."""
    campaign_id, kind = await asset_home(gateway, asset_id, principal)
    if not await store.has_version(gateway.database.pool, asset_id, number):
        raise not_found("version", str(number))
    await write.open(b"reopen" if reopen else b"")
    now = await campaign_now(gateway, campaign_id, principal)
    consented = await consent(now, write, reopen=reopen)
    await write.ask(_restore(kind, asset_id, number, reopen=consented), queue=OWNERS[kind])
    return asset_view(await asset_standing(gateway, asset_id, principal))


@router.get("/campaigns/{campaign_id}/history", operation_id="getHistory", responses=documented(401, 404, 422))
async def get_history(
    campaign_id: Id, gateway: Parts, principal: Reader, limit: paging.Limit = 20, cursor: paging.Cursor = None
) -> HistoryView:
    """Parent, children, and the versions of every asset, newest first."""
    await campaign_now(gateway, campaign_id, principal)
    rows = await store.campaign_versions(gateway.database.pool, campaign_id, paging.numbered(cursor), limit + 1)
    shown, following = paging.page(rows, limit, lambda row: (row.position,))
    return HistoryView(campaign_id=campaign_id, items=await _views(gateway, list(shown)), next_cursor=following)


async def _views(gateway: Parts, rows: list[HistoryRow]) -> tuple[VersionView, ...]:
    newest = await store.newest_versions(gateway.database.pool, {row.asset_id for row in rows})
    return tuple(version_view(row.asset_id, row.state, row.kind, newest[row.asset_id]) for row in rows)


def _restore(kind: AssetKind, asset_id: str, version: int, *, reopen: bool) -> Command:
    if kind == "copy_variant":
        return RestoreCopy(asset_id=asset_id, version=version, reopen=reopen)
    if kind == "image":
        return RestoreImage(asset_id=asset_id, version=version, reopen=reopen)
    return RestoreRendered(asset_id=asset_id, version=version, reopen=reopen)
