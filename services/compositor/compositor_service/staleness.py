"""Whether a composite or platform image still agrees with what it rests on, and what is said when it does not."""

from uuid import UUID

from assets import store
from assets.model import Asset
from assets.versioning import inputs_today
from chassis.transaction import Transaction
from compositor_service import holds_store as holds
from compositor_service import store as renders
from contracts.compositor import CompositeInvalidated
from contracts.values import Cause, InputSet
from lineage.staleness import causes, input_hash, is_stale

NEVER_MADE = "never rendered before"


async def stale_inputs(tx: Transaction, asset: Asset) -> InputSet | None:
    """The inputs to render from now; None when the asset is fresh or something it rests on is not there yet."""
    now = await inputs_today(tx.conn, asset)
    if now is None:
        return None
    confirmed = await store.input_hashes(tx.conn, asset.id, asset.version)
    return now if is_stale(confirmed, input_hash(now)) else None


async def reconsider(tx: Transaction, composite: Asset, cause_id: UUID | None = None, *, reopen: bool = False) -> None:
    """Invalidates a composite that is stale and takes part in cascades, which those of deleted campaigns do not.

    While the campaign is held, it is only told so, unless whoever caused it said `reopen`. `cause_id` names what caused
    it, where that is not the message at hand.
    """
    if composite.pinned or await renders.is_deleted(tx.conn, composite.campaign_id):
        return
    now = await stale_inputs(tx, composite)
    if now is not None:
        event = CompositeInvalidated(
            campaign_id=composite.campaign_id,
            composite_id=composite.id,
            version=composite.version,
            causes=await _causes(tx, composite, now),
            held=not reopen and await holds.is_held(tx.conn, composite.campaign_id),
            wanted=composite.wanted,
            reopen=reopen,
        )
        tx.emit(event, subject=composite.id, causation_id=cause_id)


async def _causes(tx: Transaction, composite: Asset, now: InputSet) -> tuple[Cause, ...]:
    current = await store.version(tx.conn, composite.id, composite.version)
    if current is None:
        return (Cause(upstream_id=composite.id, text=NEVER_MADE),)
    return causes(current.inputs, now)
