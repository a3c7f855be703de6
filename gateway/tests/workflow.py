"""A campaign's workflow, as the approval service tells of it."""

from datetime import UTC, datetime
from uuid import UUID

from contracts.approval import ApprovalTransitioned, ManifestEntry
from contracts.copy import CopyRegenerated
from contracts.values import CopyText, UpstreamRef

from .world import produced

WORDS = CopyText(headline="涼しい朝は、水出しから。", body="水出しの一杯を。", cta="詳しく")


class Workflow:
    """One campaign's workflow, as the approval service tells of it."""

    def __init__(self, story, settled, make_envelope, client) -> None:
        self.story, self._settled, self._envelope, self._client = story, settled, make_envelope, client
        self.version, self.status, self.manifest = 0, "none", None

    async def get(self) -> dict:
        answer = await self._client.get(f"/api/campaigns/{self.story.id}/approval")
        assert answer.status_code == 200
        return answer.json()

    def move(self, action: str, to: str, actor: str = "sato", **told) -> ApprovalTransitioned:
        self.version += 1
        moved = {"action": action, "from": self.status, "to": to, "version": self.version, "manifest": self.manifest}
        identity = {"campaign_id": self.story.id, "workflow_id": "w-1", "actor": actor, "at": datetime.now(UTC)}
        event = ApprovalTransitioned.model_validate({**identity, **moved, **told})
        self.status = to
        return event

    async def moved(self, action: str, to: str, actor: str = "sato", **told) -> None:
        await self._settled(self._envelope(self.move(action, to, actor, **told)))

    async def submitted(self, actor: str = "yamada") -> None:
        self.manifest = (await self.get())["currentManifest"]
        entries = tuple(
            ManifestEntry.model_validate({"asset_id": asset_id, "kind": kind, "version": 1, "sha256": f"{1:064x}"})
            for asset_id, kind in (
                (self.story.copy, "copy_variant"),
                (self.story.image, "image"),
                (self.story.composite, "composited_image"),
                (self.story.size, "platform_image"),
            )
        )
        await self.moved("submitted", "pending_review", actor, comment="お願いします", entries=entries)

    async def rewritten(self, version: int = 2, cascade: UUID | None = None, **fields) -> None:
        sources = {
            "brief": UpstreamRef(id=self.story.id, version=1, sha256=self.story.brief.sha256),
            "brand": UpstreamRef(id=self.story.brand.id, version=1, sha256=self.story.brand.sha256),
        }
        words = {"platform": "instagram", "variant_label": "A案", "text": WORDS, "register_used": "standard"}
        told = CopyRegenerated(**produced(self.story, self.story.copy, version, sources, **fields), **words)
        await self._settled(self._envelope(told, cascade=cascade))
