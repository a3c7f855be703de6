"""After an upgrade: what assets would be made from is brought up to today's, and told."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import structlog

from assets import store
from assets.model import Asset
from chassis.context import MessageContext
from chassis.db import Database
from contracts.envelope import Event
from contracts.values import Parameter, Wanted

BATCH = 50
SYSTEM = "saisei"

Outdated = Callable[[Any, str, int], Awaitable[list[str]]]
"""On a connection, ids of assets whose settings are not today's: those after this one in order, at most so many."""

log = structlog.get_logger()


async def bring_up_to_date(
    database: Database,
    outdated: Outdated,
    today: Callable[[Asset], dict[str, Parameter]],
    changed: Callable[[Asset, Wanted], Event],
) -> None:
    """Sets today's parameters on every outdated asset and tells it, a batch at a time. Nothing is made by it."""
    last = ""
    while batch := await outdated(database.pool, last, BATCH):
        log.info("assets_upgraded", assets=len(batch))
        last = batch[-1]
        for asset_id in batch:
            await _upgrade(database, asset_id, today, changed)


async def _upgrade(
    database: Database,
    asset_id: str,
    today: Callable[[Asset], dict[str, Parameter]],
    changed: Callable[[Asset, Wanted], Event],
) -> None:
    found = await store.get(database.pool, asset_id)
    assert found is not None, "assets are never deleted"
    context = MessageContext(team_id=found.team_id, actor=SYSTEM, correlation_id=uuid4())
    async with database.transaction(context) as tx:
        asset = await store.lock(tx.conn, asset_id)
        assert asset is not None, "assets are never deleted"
        parameters = today(asset)
        if parameters == asset.wanted.parameters:
            return  # Another replica that started at the same moment was here before.
        wanted = asset.wanted.model_copy(update={"revision": asset.wanted.revision + 1, "parameters": parameters})
        await store.set_wanted(tx.conn, asset.id, wanted)
        tx.emit(changed(asset, wanted), subject=asset.id)
