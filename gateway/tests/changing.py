"""Every request that could change what a campaign consists of, and every operation that could not."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from PIL import Image

from contracts.jobs import RetryIntent

from .world import Story

CHANGES_NO_CONTENT = {
    "actOnApproval",
    "cancelJob",
    "createBrand",
    "createCampaign",
    "createRetryIntent",
    "deleteCampaign",
    "overrideQaReport",
    "previewRegeneration",
    "receiveReplicateWebhook",
    "rejectRetryIntent",
    "requestQa",
    "setApprovalRules",
    "setBudget",
    "setQaRules",
    "suppressQaIssue",
    # What was asked for before the lock, with the consent that it had then.
    "replayDeadLetter",
    "replayDeadLetters",
    # These make assets stale. What follows by itself is held while people decide.
    "deleteBrandLogo",
    "putBrandLogo",
    "updateBrand",
    "updateCampaign",
    "updateImage",
}
"""Ids of operations that are never locked."""


@dataclass(frozen=True)
class Change:
    """A request. `consents` is where `reopen` goes: in the JSON body, in the form or in the query."""

    operation: str
    path: Mapping[str, Any]
    consents: str
    body: Mapping[str, Any] = field(default_factory=dict)
    photo: bytes | None = None

    def given(self, *, reopen: bool) -> dict[str, Any]:
        """What the HTTP client sends."""
        consent = {"reopen": True if self.consents == "json" else "true"} if reopen else {}
        content = {} if self.consents == "params" else {self.consents: {**self.body, **consent}}
        query = {"params": consent} if self.consents == "params" else {}
        return content | query | ({"files": {"photo": ("photo.jpg", self.photo)}} if self.photo else {})


def retry_of(story: Story, kind: Any, target_id: str) -> RetryIntent:
    """An approved retry that was not executed."""
    now = datetime.now(UTC)
    return RetryIntent(
        id=str(uuid4()),
        campaign_id=story.id,
        source_job_id=str(uuid4()),
        kind=kind,
        target_id=target_id,
        reason_code="OTHER",
        reason_text="もう一度",
        approved_by="sato",
        approved_at=now,
        created_at=now,
    )


def changes(story: Story, retry: RetryIntent) -> dict[str, Change]:
    """By what they do."""
    campaign, photo = {"campaign_id": story.id}, _photo()
    kinds = {"kinds": ["image", "composited_image"]}
    pieces = {"copy": story.copy, "image": story.image, "composite": story.composite, "size": story.size}
    targets = {
        "copy": {"type": "copy_variant", "copyVariantId": story.copy},
        "image": {"type": "image", "assetId": story.image},
        "composite": {"type": "composited_image", "assetId": story.composite},
        "size": {"type": "platform_image", "assetId": story.size},
    }
    regenerations = {
        f"regenerate {name}": Change("regenerate", campaign, "json", body) for name, body in targets.items()
    }
    restorations = {
        f"restore {name}": Change("restoreVersion", {"asset_id": asset_id, "number": 1}, "params")
        for name, asset_id in pieces.items()
    }
    return {
        **regenerations,
        **restorations,
        "regenerate dirty": Change("regenerateDirty", campaign, "json", kinds),
        "edit copy": Change("updateCopyVariant", {"asset_id": story.copy}, "json", {"headline": "別の見出し"}),
        "edit composite": Change("updateComposite", {"asset_id": story.composite}, "json", {"layout": "band_top"}),
        "new photo": Change("uploadImage", campaign, "data", photo=photo),
        "replacing photo": Change("uploadImage", campaign, "data", {"assetId": story.image}, photo),
        "retry": Change("executeRetryIntent", {"intent_id": retry.id}, "params"),
    }


def _photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (200, 30, 30)).save(out, "JPEG")
    return out.getvalue()
