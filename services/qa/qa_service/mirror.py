"""What others say of campaigns, brands and content is noted, and marks what is to be judged anew."""

from collections.abc import Iterable
from typing import Any

from assets import mirror
from assets import store as assets_store
from assets.model import Asset
from chassis.transaction import Transaction
from contracts.campaign import (
    BrandCreated,
    BrandState,
    BrandUpdated,
    CampaignCreated,
    CampaignDeleted,
    CampaignUpdated,
)
from contracts.compositor import CompositeRendered, PlatformImageRendered
from contracts.copy import CopyRegenerated
from contracts.image import ImageRegenerated
from contracts.produced import Produced
from contracts.values import AssetKind, KitAsset, Wanted
from qa_service import due_store, kit_store


async def note_brand(event: BrandCreated | BrandUpdated, tx: Transaction) -> None:
    """A brand that changed has all its campaigns judged anew."""
    await _learn_brand(tx, event.brand)


async def note_campaign(event: CampaignCreated, tx: Transaction) -> None:
    """Notes a campaign with its whole plan."""
    await _learn_brand(tx, event.brand)
    await mirror.learn_brief(tx, event.campaign_id, event.brand.id, event.brief)
    await _note(tx, event.campaign_id, event.brand.id, event.kit, whole=True)
    await due_store.mark(tx.conn, event.campaign_id, tx.context)


async def note_changes(event: CampaignUpdated, tx: Transaction) -> None:
    """Notes another brief, or assets that joined the kit."""
    learned = await mirror.learn_brief(tx, event.campaign_id, event.brand_id, event.brief)
    joined = await _note(tx, event.campaign_id, event.brand_id, event.added, whole=False)
    if learned or joined:
        await due_store.mark(tx.conn, event.campaign_id, tx.context)


async def leave_campaign(event: CampaignDeleted, tx: Transaction) -> None:
    """Nothing of a deleted campaign is judged from now on."""
    await kit_store.delete_campaign(tx.conn, event.campaign_id, tx.team_id)
    await due_store.forget(tx.conn, event.campaign_id)


async def note_copy(event: CopyRegenerated, tx: Transaction) -> None:
    """Notes a variant's words."""
    await _learn(tx, "copy_variant", event, text=event.text.model_dump(mode="json"))


async def note_image(event: ImageRegenerated, tx: Transaction) -> None:
    """Notes a base image."""
    await _learn(tx, "image", event)


async def note_composite(event: CompositeRendered, tx: Transaction) -> None:
    """Notes a composite and its contrast."""
    await _learn(tx, "composited_image", event, contrast=event.contrast)


async def note_platform_image(event: PlatformImageRendered, tx: Transaction) -> None:
    """Notes a platform image."""
    await _learn(tx, "platform_image", event)


async def _learn_brand(tx: Transaction, brand: BrandState) -> None:
    if await mirror.learn_brand(tx, brand):
        await due_store.mark_brand(tx.conn, brand.id, tx.context)


async def _note(tx: Transaction, campaign_id: str, brand_id: str, kit: Iterable[KitAsset], *, whole: bool) -> bool:
    await kit_store.note_campaign(tx.conn, campaign_id, tx.team_id, brand_id, whole=whole)
    await assets_store.insert(tx.conn, _reviews_of(tx.team_id, campaign_id))
    return any([await kit_store.plan(tx.conn, campaign_id, asset) for asset in kit])


async def _learn(
    tx: Transaction,
    kind: AssetKind,
    event: Produced,
    contrast: int | None = None,
    text: dict[str, Any] | None = None,
) -> None:
    if await kit_store.learn(tx.conn, kind, event, contrast, text):
        await due_store.mark(tx.conn, event.campaign_id, tx.context)


def _reviews_of(team_id: str, campaign_id: str) -> Asset:
    """What a campaign's paid reviews are requested, run and superseded as."""
    return Asset(
        id=campaign_id,
        team_id=team_id,
        campaign_id=campaign_id,
        kind="qa",
        ordinal=1,
        platform=None,
        variant_label=None,
        placement=None,
        wanted=Wanted(revision=0),
        version=0,
        newest_seq=0,
        applied_seq=0,
        pinned=False,
        pinned_revision=0,
    )
