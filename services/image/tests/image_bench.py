"""The image service on a real database, with a scripted generator."""

from typing import Any
from uuid import uuid4

from assets.model import Asset
from assets.testing import Bench, Clock, brief, campaign, job_for
from chassis.blobs import BlobStore
from chassis.db import Database
from contracts.campaign import CampaignUpdated
from contracts.image import EditImagePrompt
from contracts.values import BlobRef, KitAsset
from image_service.domain import DERIVED
from image_service.handlers import subscriptions
from image_service.ordering import Patience
from image_service.worker import ImageWorker

from .scripted_generator import MODEL, ScriptedGenerator

PHOTO = BlobRef(sha256="f" * 64, media_type="image/jpeg", bytes=1234, width=800, height=600)


class ImageBench(Bench):
    """The image service with a scripted generator."""

    def __init__(self, database: Database, generator: ScriptedGenerator, **patience: Any) -> None:
        self.generator, self.clock, self.blobs = generator, Clock(), BlobStore.at("memory://")
        worker = ImageWorker(generator, MODEL, self.blobs, Patience(sleep=self.clock.sleep, **patience))
        super().__init__(database, subscriptions(worker, 2))

    async def planned(self, upload: BlobRef | None = None) -> Asset:
        """An image that was never generated."""
        campaign_id, brand_id = str(uuid4()), str(uuid4())
        upstream = {"brief": campaign_id, "brand": brand_id}
        image = KitAsset(id=str(uuid4()), kind="image", ordinal=1, upstream=upstream, upload=upload)
        await self.hear(campaign(campaign_id, brand_id, image))
        return await self.asset(image.id)

    async def generated(self, **options: Any) -> Asset:
        """An image at its first version."""
        image = await self.planned()
        await self.run(job_for(image, **options))
        return await self.asset(image.id)

    async def brief_changes(self, image: Asset) -> None:
        """The image's campaign is for another product now."""
        state, brand_id = brief(2, product="柚子ほうじ茶"), image.wanted.upstream["brand"]
        await self.hear(
            CampaignUpdated(campaign_id=image.campaign_id, revision=2, name="春", brand_id=brand_id, brief=state)
        )

    async def prompt(self, image: Asset, text: str | None) -> None:
        """A person edits the prompt."""
        await self.ask(EditImagePrompt(asset_id=image.id, prompt=text))

    async def standing(self, image: Asset) -> tuple[int, str | None, bool]:
        """Version, the word for the wanted prompt, and whether the image is fresh."""
        now = await self.asset(image.id)
        wanted = now.wanted.parameters.get("prompt")
        assert wanted is None or isinstance(wanted, str)
        return now.version, "derived" if wanted == DERIVED else wanted, await self.is_fresh(image.id)
