"""The fields that every event of a new version shares."""

from typing import Any

from assets.model import Asset, Made
from assets.versioning import Committed
from lineage.staleness import input_hash


def produced_fields(asset: Asset, made: Made, committed: Committed, duration_ms: int | None = None) -> dict[str, Any]:
    """Keyword arguments for a `Produced` event about a version just committed."""
    return {
        "campaign_id": asset.campaign_id,
        "asset_id": asset.id,
        "version": committed.version,
        "previous_version": asset.version or None,
        "sha256": made.sha256,
        "media_type": made.media_type,
        "width": made.width,
        "height": made.height,
        "bytes": made.bytes,
        "input_hash": input_hash(made.inputs),
        "inputs": made.inputs,
        "wanted": committed.wanted,
        "prompt": made.prompt,
        "seed": made.seed,
        "provider": made.provider,
        "offline": made.offline,
        "job_id": made.job_id,
        "reason": made.reason,
        "duration_ms": duration_ms,
        "reopen": made.reopen,
    }
