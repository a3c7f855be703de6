"""While a campaign is pending approval or approved, nothing of it renders by itself; reopened, it catches up."""

from assets.versioning import locked
from chassis.transaction import Transaction
from compositor_service import holds_store as holds
from compositor_service import store as renders
from compositor_service.staleness import reconsider
from contracts.approval import LOCKED, ApprovalTransitioned
from contracts.compositor import CascadesReleased


async def follow_approval(event: ApprovalTransitioned, tx: Transaction) -> None:
    """Holds a campaign's cascades or lets them go; let go, whatever became stale meanwhile is rendered."""
    await renders.lock_campaign(tx.conn, event.campaign_id)
    was_held = await holds.is_held(tx.conn, event.campaign_id)
    held = event.to in LOCKED
    is_news = await holds.note(tx.conn, event.campaign_id, event.version, held=held)
    if not is_news or held or not was_held:
        return
    for asset_id in await holds.assets_of(tx.conn, event.campaign_id, "composited_image"):
        await reconsider(tx, await locked(tx, asset_id))
    tx.emit(CascadesReleased(campaign_id=event.campaign_id), subject=event.campaign_id)
