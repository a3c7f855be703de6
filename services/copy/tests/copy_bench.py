"""The copy service on a real database, with a scripted copywriter."""

from uuid import uuid4

from assets.model import Asset
from assets.testing import Bench, Clock, brief, campaign, job_for
from chassis.db import Database
from contracts.campaign import CampaignUpdated
from contracts.values import VARIANT_LABELS, KitAsset
from copy_service.handlers import subscriptions
from copy_service.worker import CopyWorker

from .scripted_copywriter import ScriptedCopywriter


class CopyBench(Bench):
    """The copy service with a scripted copywriter."""

    def __init__(self, database: Database, copywriter: ScriptedCopywriter) -> None:
        self.copywriter, self.clock = copywriter, Clock()
        worker = CopyWorker(copywriter, self.clock.sleep)
        super().__init__(database, subscriptions(worker, 4))

    async def planned(self) -> list[Asset]:
        """Four variants for one platform, never written."""
        campaign_id, brand_id = str(uuid4()), str(uuid4())
        upstream = {"brief": campaign_id, "brand": brand_id}
        kit = [
            KitAsset(
                id=str(uuid4()),
                kind="copy_variant",
                ordinal=n,
                platform="instagram",
                variant_label=label,
                upstream=upstream,
            )
            for n, label in enumerate(VARIANT_LABELS, 1)
        ]
        await self.hear(campaign(campaign_id, brand_id, *kit))
        return [await self.asset(planned.id) for planned in kit]

    async def written(self) -> Asset:
        """A variant at its first version."""
        variant = (await self.planned())[0]
        await self.run(job_for(variant))
        return await self.asset(variant.id)

    async def brief_changes(self, variant: Asset) -> None:
        """The variant's campaign is for another product now."""
        state = brief(2, product="柚子ほうじ茶")
        brand_id = variant.wanted.upstream["brand"]
        event = CampaignUpdated(campaign_id=variant.campaign_id, revision=2, name="春", brand_id=brand_id, brief=state)
        await self.hear(event)
