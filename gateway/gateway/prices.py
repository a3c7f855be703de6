"""What one paid call is expected to cost; the only place that knows prices before the bill."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.values import AssetKind
from gateway.projection.state import AssetState
from gateway.readmodel.standing import PAID, Kit
from gateway.settings import Settings


@dataclass(frozen=True)
class Prices:
    """Yen for one call of each paid kind."""

    yen: Mapping[AssetKind, int]

    @classmethod
    def of(cls, settings: Settings) -> "Prices":
        """As set by SAISEI_PRICE_*_YEN."""
        return cls({"copy_variant": settings.price_copy_yen, "image": settings.price_image_yen})

    def estimate(self, asset: AssetState, kit: Kit) -> int:
        """Yen to regenerate an asset once; nothing when no paid call is made."""
        return self.yen[asset.kind] if is_paid_call(asset, kit) else 0


def is_paid_call(asset: AssetState, kit: Kit) -> bool:
    """True when regenerating calls a paid provider; an offline twin is none."""
    return asset.kind in PAID and not _is_offline(asset, kit)


def _is_offline(asset: AssetState, kit: Kit) -> bool:
    if asset.current is not None and asset.current.reason != "upload":
        return asset.current.offline
    made = [one.current for one in kit.assets.values() if one.kind == asset.kind and one.current]
    generated = [version for version in made if version.reason not in ("upload", "edited")]
    return bool(generated) and all(version.offline for version in generated)
