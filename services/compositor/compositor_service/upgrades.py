"""After an upgrade: assets planned with an older renderer or registry entry are brought up to today's."""

from collections.abc import Iterable
from uuid import uuid4

import structlog

from assets import store
from chassis.context import MessageContext
from chassis.db import Database
from chassis.transaction import Transaction
from compositor_service import store as renders
from compositor_service.domain import composite_parameters, size_parameters, upgraded_wanted
from compositor_service.imaging.renderer import RENDERER
from compositor_service.staleness import reconsider
from contracts.compositor import CompositeSettingsChanged
from contracts.values import AssetKind, Parameter
from platforms.registry import Registry, load_registry

PAGE = 200
SYSTEM = "saisei"

log = structlog.get_logger()


async def bring_up_to_date(database: Database) -> None:
    """Runs once at start; a page at a time, so that an upgrade of many assets holds nothing up."""
    for kind, place, parameters in _today(load_registry()):
        last: str | None = ""
        while last is not None:
            page = await renders.page_of_assets(
                database.pool, kind, place, last, str(parameters["entry"]), RENDERER, PAGE
            )
            for asset_id in page.outdated:
                await _upgrade(database, asset_id, parameters)
            if page.outdated:
                log.info("assets_upgraded", kind=kind, place=place, assets=len(page.outdated))
            last = page.last


async def _upgrade(database: Database, asset_id: str, parameters: dict[str, Parameter]) -> None:
    found = await store.get(database.pool, asset_id)
    assert found is not None, "assets are never deleted"
    context = MessageContext(team_id=found.team_id, actor=SYSTEM, correlation_id=uuid4())
    async with database.transaction(context) as tx:
        await _set_parameters(tx, asset_id, parameters)


async def _set_parameters(tx: Transaction, asset_id: str, parameters: dict[str, Parameter]) -> None:
    asset = await store.lock(tx.conn, asset_id)
    assert asset is not None, "assets are never deleted"
    wanted = upgraded_wanted(asset.wanted, {**parameters, **_kept(asset.wanted.parameters)})
    if wanted.parameters == asset.wanted.parameters:
        return  # Another replica that started at the same moment was here before.
    await store.set_wanted(tx.conn, asset.id, wanted)
    event = CompositeSettingsChanged(campaign_id=asset.campaign_id, asset_id=asset.id, wanted=wanted)
    tx.emit(event, subject=asset.id)
    upgraded = await store.lock(tx.conn, asset.id)
    if upgraded is not None and upgraded.kind == "composited_image":
        await reconsider(tx, upgraded)


def _kept(parameters: dict[str, Parameter]) -> dict[str, Parameter]:
    return {"layout": parameters["layout"]} if "layout" in parameters else {}


def _today(registry: Registry) -> Iterable[tuple[AssetKind, str, dict[str, Parameter]]]:
    for platform in registry.platforms:
        placements = registry.default_placements(platform)
        # Platform images first: they are cut when their composite has been rendered, with what is wanted then.
        for placement in placements:
            yield "platform_image", placement.global_id, size_parameters(placement.global_id, registry)
        yield "composited_image", platform, composite_parameters("", placements)
