"""A campaign's kit as it stands, and what of it is judged. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.values import AssetKind, BrandProfile, Brief, CopyText, PlatformName
from lineage.canonical import content_hash
from lineage.manifest import manifest_hash
from qa_service.domain import Judged, Picture, Words


@dataclass(frozen=True, slots=True)
class Content:
    """One planned asset at its newest version; `sha256` is None while it was never made."""

    asset_id: str
    kind: AssetKind
    platform: PlatformName | None
    variant_label: str | None
    placement: str | None
    sha256: str | None
    media_type: str | None
    width: int | None
    height: int | None
    bytes: int | None
    contrast: int | None
    text: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Kit:
    """What is known of a campaign; `whole` once all of its plan was heard of."""

    campaign_id: str
    whole: bool
    contents: Sequence[Content]
    brief: Brief
    brief_sha256: str
    brief_version: int
    brand: BrandProfile
    brand_version: int

    @property
    def made(self) -> list[Content]:
        """The assets that exist."""
        return [one for one in self.contents if one.sha256 is not None]

    @property
    def complete(self) -> bool:
        """True when everything planned exists."""
        return self.whole and bool(self.contents) and len(self.made) == len(self.contents)

    @property
    def hashes(self) -> dict[str, str]:
        """Content hashes by asset id."""
        return {one.asset_id: one.sha256 for one in self.contents if one.sha256 is not None}

    @property
    def manifest(self) -> str:
        """The manifest of what exists."""
        return manifest_hash(self.hashes)

    def judged(self) -> Judged:
        """What exists, as it is judged."""
        made = self.made
        return Judged(
            campaign_id=self.campaign_id,
            brand=self.brand,
            brief=self.brief,
            words=tuple(self._words(one) for one in made if one.kind == "copy_variant"),
            pictures=tuple(_picture(one) for one in made if one.kind != "copy_variant"),
        )

    def _words(self, one: Content) -> Words:
        assert one.sha256 is not None
        assert one.platform is not None
        return Words(
            asset_id=one.asset_id,
            sha256=one.sha256,
            platform=one.platform,
            variant_label=one.variant_label or "",
            text=CopyText.model_validate(one.text),
            register=self.brief.register_override or self.brand.default_register,
        )


def _picture(one: Content) -> Picture:
    assert one.sha256 is not None
    assert one.kind != "copy_variant"
    return Picture(
        asset_id=one.asset_id,
        sha256=one.sha256,
        kind=one.kind,
        media_type=one.media_type or "",
        width=one.width,
        height=one.height,
        bytes=one.bytes,
        platform=one.platform,
        placement=one.placement,
        contrast=one.contrast,
    )


def rules_basis(kit: Kit, rule_set: str) -> str:
    """All that a report by rules follows from: with the same of it, the same would be found."""
    held_to = {"brandVersion": kit.brand_version, "brief": kit.brief_sha256, "ruleSet": rule_set}
    return content_hash({"manifest": kit.manifest, **held_to})
