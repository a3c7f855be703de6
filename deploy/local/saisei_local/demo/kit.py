"""The kit as the demo speaks of it: names of assets, and what changed between two states."""

from dataclasses import dataclass
from typing import Any

from saisei_local.settings import SettingsError

Asset = dict[str, Any]
Kit = dict[str, Asset]


class DemoFailed(SettingsError):
    """The product did something else than it promises."""


KINDS = ("image", "copy_variant", "composited_image", "platform_image")


def kit_of(campaign: dict[str, Any]) -> Kit:
    """Assets by id."""
    return {asset["id"]: asset for asset in campaign["assets"]}


def name_of(asset: Asset) -> str:
    """What a person would call it."""
    number = asset.get("ordinal") or 0
    if asset["kind"] == "image":
        return f"image {number}"
    if asset["kind"] == "copy_variant":
        return f"copy {asset['platform']} {asset['variantLabel']}"
    if asset["kind"] == "composited_image":
        return f"composite {asset['platform']} (image {number})"
    return f"{asset['placement']} (image {number})"


def file_stem(asset: Asset) -> str:
    """The start of its file name, such as `instagram.story-image1`."""
    number = asset.get("ordinal") or 0
    if asset["kind"] == "image":
        return f"image{number}"
    place = asset.get("placement") or f"{asset['platform']}.composite"
    return f"{place}-image{number}"


@dataclass(frozen=True)
class Change:
    """What one regeneration did to the kit."""

    changed: tuple[str, ...]
    kept: tuple[str, ...]


def compare(before: Kit, after: Kit) -> Change:
    """Which assets have another version; every other one must have kept id, version and bytes."""
    identity = {key: (asset["version"], asset["contentHash"]) for key, asset in before.items()}
    changed = tuple(
        key for key, asset in after.items() if identity.get(key) != (asset["version"], asset["contentHash"])
    )
    return Change(changed, tuple(key for key in after if key not in changed))


def downstream(kit: Kit, asset_id: str) -> set[str]:
    """Every asset that rests on this one, directly or through others."""
    direct = {key for key, asset in kit.items() if asset_id in asset["upstream"]}
    return direct.union(*(downstream(kit, key) for key in direct))


def find(kit: Kit, **wanted: Any) -> Asset:
    """The first asset whose fields have these values."""
    return next(asset for asset in kit.values() if all(asset.get(name) == value for name, value in wanted.items()))
