"""After an upgrade: images whose prompt an older release derived would be made from today's."""

from typing import Any

from assets import upgrades
from assets.model import Asset
from chassis.db import Database
from contracts.image import ImagePromptChanged
from contracts.values import Parameter, Wanted
from image_service import store
from image_service.domain import DERIVED, DERIVED_BY_ANY, todays


async def bring_up_to_date(database: Database) -> None:
    """Runs once at start; the images become stale and wait, because a new one costs money."""
    await upgrades.bring_up_to_date(database, _outdated, _today, _changed)


async def _outdated(conn: Any, after: str, limit: int) -> list[str]:
    return await store.derived_otherwise(conn, DERIVED_BY_ANY, DERIVED, after, limit)


def _today(asset: Asset) -> dict[str, Parameter]:
    return todays(asset.wanted.parameters)


def _changed(asset: Asset, wanted: Wanted) -> ImagePromptChanged:
    return ImagePromptChanged(
        campaign_id=asset.campaign_id, asset_id=asset.id, prompt=None, origin="derived", wanted=wanted
    )
