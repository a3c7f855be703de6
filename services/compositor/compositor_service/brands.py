"""A changed brand reaches every composite on it, a page at a time: a brand may have thousands of campaigns."""

from uuid import UUID

from assets import mirror, store
from assets.versioning import locked
from chassis.transaction import Transaction
from compositor_service import store as renders
from compositor_service.staleness import reconsider
from contracts.campaign import BrandState, BrandUpdated
from contracts.compositor import BrandFollowed

PAGE = 100


async def follow_brand(event: BrandUpdated, tx: Transaction) -> None:
    """A brand changed: every composite of it is reconsidered, the first ones at once."""
    brand, cause_id = event.brand, tx.context.causation_id
    last = await _page(tx, brand.id, "", cause_id) if await mirror.learn_brand(tx, brand) else None
    _tell(tx, brand.id, brand.version, last, cause_id)


async def learn_brand(tx: Transaction, brand: BrandState) -> None:
    """Notes a brand that came with a campaign, which may be the first word of its newest version."""
    cause_id = tx.context.causation_id
    if await mirror.learn_brand(tx, brand) and (last := await _page(tx, brand.id, "", cause_id)):
        _tell(tx, brand.id, brand.version, last, cause_id)


async def follow_brand_further(event: BrandFollowed, tx: Transaction) -> None:
    """Goes on after the last composite that was reconsidered, unless a newer version does so from the beginning."""
    if event.last is None:
        return
    known = await store.pieces(tx.conn, [event.brand_id])
    is_newest = known[event.brand_id].version == event.version
    last = await _page(tx, event.brand_id, event.last, event.cause_id) if is_newest else None
    _tell(tx, event.brand_id, event.version, last, event.cause_id)


async def _page(tx: Transaction, brand_id: str, after: str, cause_id: UUID | None) -> str | None:
    ids = await renders.composites_of_brand(tx.conn, brand_id, after, PAGE)
    for asset_id in ids:
        await reconsider(tx, await locked(tx, asset_id), cause_id)
    return ids[-1] if len(ids) == PAGE else None


def _tell(tx: Transaction, brand_id: str, version: int, last: str | None, cause_id: UUID | None) -> None:
    # However many pages it takes, what told of the brand caused all of it: a cascade's tree stays flat.
    event = BrandFollowed(brand_id=brand_id, version=version, last=last, cause_id=cause_id)
    tx.emit(event, subject=brand_id, causation_id=cause_id)
