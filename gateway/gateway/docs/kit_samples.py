"""Assets and versions of the documentation's campaign, at the moments that its answers tell of."""

from datetime import datetime
from typing import Any, TypeVar

from contracts.values import Cause, CopyText, InputSet
from gateway.schemas import samples
from gateway.schemas.assets import AssetView, BlobView, VersionView
from gateway.schemas.base import View
from lineage.staleness import DERIVED_PREFIX

Shown = TypeVar("Shown", bound=View)


def changed(view: Shown, **fields: Any) -> Shown:
    """The same with other fields, checked like the first."""
    kept = {name: getattr(view, name) for name in type(view).model_fields}
    return type(view).model_validate(kept | fields)


def blob(sha256: str, media_type: str, side: int, length: int) -> BlobView:
    """A square picture; `side` in pixels, `length` in bytes."""
    url = f"/api/blobs/{sha256}"
    return BlobView(sha256=sha256, url=url, media_type=media_type, width=side, height=side, bytes=length)


MOMENT, LATER = map(datetime.fromisoformat, (samples.MOMENT, samples.LATER))
SOURCES = (samples.CAMPAIGN_ID, samples.BRAND_ID)
WORDS = CopyText.model_validate(samples.COPY)
CAUSE = Cause.model_validate(samples.CAUSE)
PROMPT_CAUSE = Cause(
    upstream_id="prompt",
    was=f"{DERIVED_PREFIX}{samples.INPUT_HASH}",
    now=samples.PROMPT,
    text=f"prompt is {samples.PROMPT}; this was made with the one derived from brief and brand",
)

AWAITED_COPY = AssetView(
    id=samples.COPY_ID,
    campaign_id=samples.CAMPAIGN_ID,
    kind="copy_variant",
    status="pending",
    ordinal=1,
    platform="instagram",
    variant_label="A案",
    stale=False,
    pending_upstream=False,
    causes=(),
    pinned=False,
    upstream=SOURCES,
    updated_at=MOMENT,
)
AWAITED_IMAGE = changed(AWAITED_COPY, id=samples.IMAGE_ID, kind="image", platform=None, variant_label=None)

COPY_VARIANT = changed(
    AWAITED_COPY,
    status="ready",
    version=1,
    content_hash=samples.COPY_SHA256,
    input_hash=samples.INPUT_HASH,
    seed=20260531,
    provider="anthropic",
    offline=False,
    job_id=samples.COPY_JOB_ID,
    copy_text=WORDS,
    updated_at=LATER,
)
OUTDATED_COPY = changed(COPY_VARIANT, stale=True, causes=(CAUSE,))
EDITED_COPY = changed(COPY_VARIANT, version=2, provider="person", seed=None, job_id=None)

IMAGE = changed(
    AWAITED_IMAGE,
    status="ready",
    version=1,
    content_hash=samples.SHA256,
    input_hash=samples.INPUT_HASH,
    prompt=samples.PROMPT,
    seed=20260601,
    provider="replicate",
    offline=False,
    job_id=samples.JOB_ID,
    blob=blob(samples.SHA256, "image/jpeg", 1024, 182340),
    updated_at=LATER,
)
OUTDATED_IMAGE = changed(IMAGE, stale=True, causes=(CAUSE,))
PROMPTED_IMAGE = changed(IMAGE, stale=True, causes=(PROMPT_CAUSE,))
RESTORED = changed(IMAGE, version=3, job_id=None)
PHOTO = changed(
    IMAGE,
    id=samples.PHOTO_ID,
    ordinal=3,
    upstream=(),
    prompt=None,
    seed=None,
    provider="person",
    job_id=None,
)

COMPOSITE = changed(
    AWAITED_COPY,
    id=samples.COMPOSITE_ID,
    kind="composited_image",
    status="ready",
    variant_label=None,
    version=2,
    content_hash=samples.COMPOSITE_SHA256,
    input_hash=samples.INPUT_HASH,
    upstream=(samples.IMAGE_ID, samples.COPY_ID, samples.BRAND_ID),
    layout="band_bottom",
    provider="compositor",
    offline=True,
    blob=blob(samples.COMPOSITE_SHA256, "image/png", 1080, 918204),
    updated_at=LATER,
)

FIRST = VersionView(
    asset_id=samples.IMAGE_ID,
    kind="image",
    version=1,
    current=False,
    content_hash=samples.SHA256,
    input_hash=samples.INPUT_HASH,
    inputs=InputSet.model_validate(samples.INPUTS),
    prompt=samples.PROMPT,
    seed=20260601,
    provider="replicate",
    offline=False,
    reason="initial",
    job_id=samples.JOB_ID,
    causation_id=samples.EVENT_ID,
    cascade_id=samples.CASCADE_ID,
    blob=IMAGE.blob,
    created_at=MOMENT,
)
VERSIONS = (
    changed(
        FIRST,
        version=2,
        previous_version=1,
        current=True,
        content_hash=samples.PHOTO_SHA256,
        inputs=InputSet(parameters={"upload": samples.PHOTO_SHA256}),
        prompt=None,
        seed=None,
        provider="person",
        reason="upload",
        job_id=None,
        blob=blob(samples.PHOTO_SHA256, "image/jpeg", 2048, 731022),
        created_at=LATER,
    ),
    FIRST,
)
