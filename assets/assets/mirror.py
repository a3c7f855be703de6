"""What an asset-owning service remembers of pieces that others own; an older word never replaces a newer one."""

from assets import store
from assets.model import Asset, Piece
from chassis.errors import RetryLater
from chassis.subscriptions import Filter
from chassis.transaction import Transaction
from contracts.campaign import BrandCreated, BrandState, BrandUpdated, BriefState
from contracts.jobs import JobRequested
from contracts.values import BrandProfile, Brief, JobKind, KitAsset, Wanted
from lineage.brand import sha256_without_logo, without_logo


async def learn_brand(tx: Transaction, brand: BrandState) -> bool:
    """Notes a brand as composites see it, logo and all; False when it was known already."""
    piece = Piece(brand.id, brand.version, brand.sha256, brand.profile.model_dump(mode="json"))
    return await store.learn(tx.conn, tx.team_id, piece)


async def learn_brand_without_logo(tx: Transaction, brand: BrandState) -> bool:
    """Notes a brand as copy and images see it: another logo changes nothing in them."""
    content = without_logo(brand.profile).model_dump(mode="json")
    piece = Piece(brand.id, brand.version, sha256_without_logo(brand.profile), content)
    return await store.learn(tx.conn, tx.team_id, piece)


async def learn_brief(tx: Transaction, campaign_id: str, brand_id: str, brief: BriefState) -> bool:
    """Notes a brief, whose piece id is its campaign's; False when it was known already."""
    content = {"brief": brief.brief.model_dump(mode="json"), "brandId": brand_id}
    piece = Piece(campaign_id, brief.version, brief.sha256, content)
    return await store.learn(tx.conn, tx.team_id, piece)


async def note_brand(event: BrandCreated | BrandUpdated, tx: Transaction) -> None:
    """Notes a brand that was made or changed, as copy and images see it."""
    await learn_brand_without_logo(tx, event.brand)


def requests_of(*kinds: JobKind) -> Filter:
    """Lets through the requests for jobs of these kinds; those of others are nothing to a service."""
    return lambda event: event.kind in kinds


async def note_request(event: JobRequested, tx: Transaction) -> None:
    """Remembers that a newer job is on its way, so that an older one which has not started is dropped."""
    await store.note_seq(tx.conn, event.target_id, event.seq)


async def plan_asset(tx: Transaction, campaign_id: str, planned: KitAsset, wanted: Wanted) -> None:
    """Adds an asset of a campaign's kit."""
    asset = Asset(
        id=planned.id,
        team_id=tx.team_id,
        campaign_id=campaign_id,
        kind=planned.kind,
        ordinal=planned.ordinal,
        platform=planned.platform,
        variant_label=planned.variant_label,
        placement=planned.placement,
        wanted=wanted,
        version=0,
        newest_seq=0,
        applied_seq=0,
        pinned=False,
        pinned_revision=0,
    )
    await store.insert(tx.conn, asset)


def brief_of(piece: Piece) -> Brief:
    """The brief that a piece holds."""
    return Brief.model_validate(piece.content["brief"])


def brand_of(piece: Piece) -> BrandProfile:
    """The brand profile that a piece holds."""
    return BrandProfile.model_validate(piece.content)


async def sources(tx: Transaction, asset: Asset) -> dict[str, Piece]:
    """Brief and brand of the asset's campaign. Raises RetryLater while one was not heard of yet."""
    brief = await _piece(tx, asset.campaign_id)
    return {"brief": brief, "brand": await _piece(tx, brief.content["brandId"])}


async def _piece(tx: Transaction, piece_id: str) -> Piece:
    known = await store.pieces(tx.conn, [piece_id])
    if piece_id not in known:
        raise RetryLater(f"{piece_id} is not known here yet")
    return known[piece_id]
