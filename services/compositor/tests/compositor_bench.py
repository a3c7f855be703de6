"""The compositor on a real database, its render queue worked off by hand, its blob store watched."""

import asyncio
import io
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from obstore.store import MemoryStore, ObjectStore
from PIL import Image

from assets.testing import Bench, Crash, brand, campaign
from chassis.blobs import BlobStore
from chassis.db import Database
from compositor_service.cascades import Cascades
from compositor_service.handlers import subscriptions
from compositor_service.rendering import Renderer
from compositor_service.renders import Renders
from compositor_service.worker import RenderWorker
from contracts.assets import AssetAccepted, AssetPinned
from contracts.campaign import BrandUpdated, CampaignCreated
from contracts.compositor import CascadesReleased, CompositeInvalidated, CompositeRendered
from contracts.copy import CopyRegenerated
from contracts.envelope import Event
from contracts.image import ImageRegenerated
from contracts.jobs import RunJob
from contracts.values import CopyText, InputSet, KitAsset, Wanted
from lineage.canonical import content_hash

WORK = {
    model.type: model
    for model in (CompositeInvalidated, CompositeRendered, CascadesReleased, AssetAccepted, AssetPinned, RunJob)
}
PLACEMENTS = ("x.landscape", "x.square")
UNBREAKABLE = "W" * 400
CONCURRENCY = 2


class WatchedBlobs(BlobStore):
    """Counts what is read. A blob can be held back, or end the process that reads it."""

    def __init__(self, store: ObjectStore) -> None:
        super().__init__(store)
        self.reads: Counter[str] = Counter()
        self.deadly: set[str] = set()
        self._held: dict[str, tuple[asyncio.Event, asyncio.Event]] = {}

    def hold(self, sha256: str) -> tuple[asyncio.Event, asyncio.Event]:
        """An event that says a reader came, and one that lets it have the blob."""
        self._held[sha256] = (asyncio.Event(), asyncio.Event())
        return self._held[sha256]

    async def get(self, sha256: str) -> bytes:
        """The blob, once it is let go."""
        self.reads[sha256] += 1
        if sha256 in self.deadly:
            self.deadly.discard(sha256)
            raise Crash
        if sha256 in self._held:
            came, let_go = self._held[sha256]
            came.set()
            await let_go.wait()
        return await super().get(sha256)


class Here:
    """Renders in this process; `test_renders.py` has them rendered where the service does."""

    def __init__(self, renders: Renders) -> None:
        self._calls = renders.calls

    async def call(self, name: str, *parts: bytes) -> list[bytes]:
        """Raises Refused."""
        return list(await asyncio.to_thread(self._calls[name], parts))


@dataclass(frozen=True)
class Kit:
    """One image, two variants, one composite of the first, and the sizes that are cut out of it."""

    created: CampaignCreated
    image: str
    copies: tuple[str, str]
    composite: str
    sizes: tuple[str, ...]

    @property
    def brand(self) -> str:
        """The brand's id."""
        return self.created.brand.id


def kit(brand_id: str | None = None) -> Kit:
    """A campaign for X."""
    campaign_id, brand_id = str(uuid4()), brand_id or str(uuid4())
    image, first, second, composite = (str(uuid4()) for _ in range(4))
    sizes = tuple(str(uuid4()) for _ in PLACEMENTS)
    upstream = {"image": image, "copy": first, "brand": brand_id}
    fields: dict[str, Any] = {"ordinal": 1, "platform": "x"}
    planned = [KitAsset(id=composite, kind="composited_image", upstream=upstream, **fields)]
    planned += [
        KitAsset(id=size, kind="platform_image", placement=placement, upstream={"composite": composite}, **fields)
        for size, placement in zip(sizes, PLACEMENTS, strict=True)
    ]
    return Kit(campaign(campaign_id, brand_id, *planned), image, (first, second), composite, sizes)


class CompositorBench(Bench):
    """The compositor without a broker."""

    def __init__(self, database: Database) -> None:
        self.blobs = WatchedBlobs(MemoryStore())
        renderer = Renderer(self.blobs, Here(Renders(CONCURRENCY)))
        super().__init__(database, subscriptions(Cascades(renderer), RenderWorker(renderer), CONCURRENCY))
        self._worked: set[UUID] = set()

    async def image(self, kit: Kit, version: int = 1, colour: str = "#3a6b4c") -> ImageRegenerated:
        """The news of an image in one colour."""
        picture = io.BytesIO()
        Image.new("RGB", (400, 400), colour).save(picture, "PNG")
        sha256 = await self.blobs.put(picture.getvalue())
        fields = _produced(kit, kit.image, version, sha256)
        return ImageRegenerated(**fields, focal_x=500, focal_y=500, prompt_origin="derived")

    def copy(self, kit: Kit, version: int = 1, which: int = 0, **text: Any) -> CopyRegenerated:
        """The news of a variant's words."""
        words = CopyText(headline="春の新作ラテ", body="桜とほうじ茶。", cta="詳しく見る").model_copy(update=text)
        fields = _produced(kit, kit.copies[which], version, content_hash(words))
        return CopyRegenerated(
            **fields, platform="x", variant_label=("A案", "B案")[which], text=words, register_used="standard"
        )

    def brand(self, kit: Kit, version: int, **changes: Any) -> BrandUpdated:
        """The news of a brand that changed."""
        return BrandUpdated(brand=brand(kit.brand, version, **changes))

    async def rendered(self, kit_: Kit | None = None) -> Kit:
        """A kit of which everything was rendered once."""
        made = kit_ or kit()
        for event in (made.created, await self.image(made), self.copy(made)):
            await self.hear(event)
        await self.settle(made)
        return made

    def todo(self, kit: Kit) -> list[tuple[UUID, Event | RunJob]]:
        """What is in the compositor's own queues about a kit, by message id."""
        found = [(each.id, WORK[each.type].model_validate(each.data)) for each in self.said if each.type in WORK]
        mine = [(message_id, content) for message_id, content in found if message_id not in self._worked]
        return [(one, content) for one, content in mine if content.campaign_id == kit.created.campaign_id]

    def taken(self, kit: Kit) -> list[tuple[UUID, Event | RunJob]]:
        """The same, taken off the queues: the caller delivers it."""
        found = self.todo(kit)
        self._worked |= {message_id for message_id, _ in found}
        return found

    async def settle(self, kit: Kit) -> None:
        """Works the queues off, one message at a time."""
        while found := self.taken(kit):
            for message_id, content in found:
                await self.work(content, message_id)

    async def versions(self, kit: Kit) -> list[int]:
        """The current versions of the composite and its sizes."""
        return [(await self.asset(asset_id)).version for asset_id in (kit.composite, *kit.sizes)]

    async def all_fresh(self, kit: Kit) -> bool:
        """True when the composite and its sizes agree with all they rest on."""
        return all([await self.is_fresh(asset_id) for asset_id in (kit.composite, *kit.sizes)])

    async def claims(self, kit: Kit) -> int:
        """How many renders of the kit's assets are under way."""
        ids = [kit.composite, *kit.sizes]
        return await self.database.pool.fetchval("SELECT count(*) FROM renders WHERE asset_id = ANY($1::text[])", ids)


def _produced(kit: Kit, asset_id: str, version: int, sha256: str) -> dict[str, Any]:
    return {
        "campaign_id": kit.created.campaign_id,
        "asset_id": asset_id,
        "version": version,
        "sha256": sha256,
        "media_type": "image/png",
        "input_hash": "0" * 64,
        "inputs": InputSet(),
        "wanted": Wanted(revision=0),
        "provider": "offline",
        "offline": True,
        "reason": "initial",
    }
