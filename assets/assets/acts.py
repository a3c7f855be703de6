"""What a person's command did to an asset, for the audit log."""

from collections.abc import Mapping
from typing import Any

from assets.model import Asset
from chassis.transaction import Transaction
from contracts.values import Wanted


def acted_on(
    tx: Transaction, asset: Asset, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    """The command at hand changed this asset; without `after` the log shows the command itself."""
    tx.acted_on(asset.kind, asset.id, campaign_id=asset.campaign_id, before=before, after=after)


def rewanted(tx: Transaction, asset: Asset, wanted: Wanted) -> None:
    """The same for other settings; `asset` is as it was."""
    acted_on(tx, asset, _settings(asset.wanted), _settings(wanted))


def new_version(
    tx: Transaction, asset: Asset, version: int, sha256: str, was: Mapping[str, Any] | None = None, **now: Any
) -> None:
    """The same for a version made by hand; equal bytes keep the number. `was` and `now`: what more there is to say."""
    before = {"version": asset.version, **(was or {})}
    acted_on(tx, asset, before, {"version": version, "sha256": sha256, **now})


def _settings(wanted: Wanted) -> dict[str, Any]:
    return wanted.model_dump(mode="json", include={"upstream", "parameters"})
