"""After an upgrade: generated texts would be written by today's prompt template, under today's limits."""

from typing import Any

from assets import upgrades
from assets.model import Asset
from chassis.db import Database
from contracts.copy import CopySettingsChanged
from contracts.values import Parameter, Wanted
from copy_service import store
from copy_service.domain import rules_today, under_rules
from platforms.registry import load_registry


async def bring_up_to_date(database: Database) -> None:
    """Runs once at start; the texts become stale and wait, because new ones cost money."""
    registry = load_registry()
    for platform in registry.platforms:
        await _bring_up_to_date(database, platform, rules_today(registry.platform(platform)))


async def _bring_up_to_date(database: Database, platform: str, rules: dict[str, Parameter]) -> None:
    async def outdated(conn: Any, after: str, limit: int) -> list[str]:
        return await store.under_other_rules(conn, platform, rules, after, limit)

    def today(asset: Asset) -> dict[str, Parameter]:
        return under_rules(asset.wanted.parameters, rules)

    await upgrades.bring_up_to_date(database, outdated, today, _changed)


def _changed(asset: Asset, wanted: Wanted) -> CopySettingsChanged:
    return CopySettingsChanged(campaign_id=asset.campaign_id, asset_id=asset.id, wanted=wanted)
