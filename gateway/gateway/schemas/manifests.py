"""What differs between two manifests of a campaign."""

from typing import Literal

from pydantic import Field

from contracts.values import AssetKind, CopyText
from gateway.schemas import samples
from gateway.schemas.assets import BlobView
from gateway.schemas.base import AssetId, CampaignId, Count, Hash, View


class Segment(View):
    """A piece of a text: the same in both, removed from the older, or added in the newer."""

    op: Literal["same", "removed", "added"] = Field(examples=["same"])
    text: str = Field(examples=["夏の"])


class TextChange(View):
    """One field of a copy variant in which the two differ."""

    field: str = Field(examples=["headline"])
    was: str = Field(examples=["夏の朝に、水出しを。"])
    now: str = Field(examples=["夏の朝は、水出しから。"])
    segments: tuple[Segment, ...] = Field(description="Character by character, to be marked in place.")


class Side(View):
    """An asset as it was on one side. `thumbnail` is where its picture is; words have none."""

    version: Count
    content_hash: Hash
    thumbnail: BlobView | None = None
    copy_text: CopyText | None = Field(default=None, serialization_alias="copy", examples=[None])


class ChangedAsset(View):
    """One asset in which the two differ; `was` is null for one that was added, `now` for one that was removed."""

    asset_id: AssetId
    kind: AssetKind = Field(examples=["image"])
    ordinal: int | None = Field(default=None, examples=[1])
    platform: str | None = None
    variant_label: str | None = None
    placement: str | None = None
    was: Side | None = None
    now: Side | None = None
    text: tuple[TextChange, ...] = Field(default=(), examples=[[]])


class ManifestDiff(View):
    """Assets that were added, removed and changed between two manifests, by the hashes of their bytes and words."""

    campaign_id: CampaignId
    from_manifest: Hash = Field(serialization_alias="from")
    to_manifest: Hash = Field(serialization_alias="to", examples=[samples.INPUT_HASH])
    added: tuple[ChangedAsset, ...] = Field(examples=[[]])
    removed: tuple[ChangedAsset, ...] = Field(examples=[[]])
    changed: tuple[ChangedAsset, ...]
