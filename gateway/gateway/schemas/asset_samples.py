"""Answers about single assets that the documentation shows; made from the view, so they cannot drift from it."""

from typing import Any

from contracts.values import CopyText
from gateway.schemas import samples
from gateway.schemas.assets import AssetView, BlobView

BLOB = BlobView(
    sha256=samples.SHA256,
    url=f"/api/blobs/{samples.SHA256}",
    media_type="image/png",
    width=1080,
    height=1080,
    bytes=918204,
)
COMMON: dict[str, Any] = {
    "campaign_id": samples.CAMPAIGN_ID,
    "status": "ready",
    "ordinal": 1,
    "platform": "instagram",
    "version": 2,
    "stale": False,
    "pending_upstream": False,
    "causes": (),
    "pinned": False,
    "updated_at": samples.MOMENT,
}
COPY_VARIANT = AssetView(
    id=samples.COPY_ID,
    kind="copy_variant",
    variant_label="A案",
    content_hash=samples.INPUT_HASH,
    upstream=(samples.CAMPAIGN_ID, samples.BRAND_ID),
    provider="person",
    offline=False,
    copy_text=CopyText.model_validate(samples.COPY),
    **COMMON,
)
COMPOSITE = AssetView(
    id=samples.COMPOSITE_ID,
    kind="composited_image",
    content_hash=samples.SHA256,
    upstream=(samples.IMAGE_ID, samples.COPY_ID, samples.BRAND_ID),
    layout="band_bottom",
    provider="compositor",
    offline=False,
    blob=BLOB,
    **COMMON,
)


def shown(asset: AssetView) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that answers with such an asset."""
    example = asset.model_dump(mode="json", by_alias=True)
    return {200: {"content": {"application/json": {"example": example}}}}
