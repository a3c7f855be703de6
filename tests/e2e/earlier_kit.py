"""A kit as others told of it, before there was anybody to judge or approve it."""

from hashlib import sha256
from typing import Any
from uuid import uuid4

from assets.testing import campaign
from contracts.campaign import BrandCreated, CampaignCreated
from contracts.compositor import CompositeRendered, PlatformImageRendered
from contracts.copy import CopyRegenerated
from contracts.envelope import Event
from contracts.image import ImageRegenerated
from contracts.produced import Produced
from contracts.values import AssetKind, CopyText, InputSet, KitAsset, Wanted
from lineage.manifest import manifest_hash
from platforms.registry import load_registry

PLACEMENT = load_registry().default_placements("x")[0]
KINDS: tuple[AssetKind, ...] = ("copy_variant", "image", "composited_image", "platform_image")
BODIES = ("香りのよいお茶です。", "ほっとする一杯です。", "朝の一杯にどうぞ。")
"""The variant was written, and twice anew."""


class EarlierKit:
    """A campaign of one variant, one image, one composite and one platform image."""

    def __init__(self) -> None:
        planned = [KitAsset(id=str(uuid4()), kind=kind, ordinal=1, platform="x") for kind in KINDS]
        self.created: CampaignCreated = campaign(str(uuid4()), str(uuid4()), *planned)
        self.id = self.created.campaign_id
        made = self._made()
        self.of_brand = BrandCreated(brand=self.created.brand)
        self.of_campaign: list[Event] = [self.created, *made]
        self.history: list[Event] = [self.of_brand, *self.of_campaign]
        self.newest = manifest_hash({event.asset_id: event.sha256 for event in made})

    def _made(self) -> list[Produced]:
        variant, image, composite, size = (asset.id for asset in self.created.kit)
        picture: dict[str, Any] = {"media_type": "image/jpeg", "bytes": 90_000}
        photo: dict[str, Any] = picture | {"width": 1600, "height": 1600}
        cut: dict[str, Any] = picture | {"width": PLACEMENT.width, "height": PLACEMENT.height}
        focus: dict[str, Any] = {"layout": "left", "contrast": 610, "focal_x": 5, "focal_y": 5}
        return [
            self._copy(variant, 1),
            ImageRegenerated(**self._fields(image), **photo, prompt_origin="derived"),
            CompositeRendered(**self._fields(composite), **photo, **focus),
            PlatformImageRendered(**self._fields(size), **cut, placement=PLACEMENT.id, composite_id=composite),
            self._copy(variant, 2),
            self._copy(variant, 3),
        ]

    def _copy(self, asset_id: str, version: int) -> CopyRegenerated:
        text = CopyText(headline="新しいお茶", body=BODIES[version - 1], cta="詳しく見る", hashtags=("#春",))
        fields: dict[str, Any] = self._fields(asset_id, version) | {"media_type": "application/json"}
        return CopyRegenerated(**fields, platform="x", variant_label="A案", text=text, register_used="standard")

    def _fields(self, asset_id: str, version: int = 1) -> dict[str, Any]:
        return {
            "campaign_id": self.id,
            "asset_id": asset_id,
            "version": version,
            "sha256": sha256(f"{asset_id}/{version}".encode()).hexdigest(),
            "input_hash": "0" * 64,
            "inputs": InputSet(),
            "wanted": Wanted(revision=0),
            "provider": "test",
            "offline": True,
            "reason": "initial",
        }
