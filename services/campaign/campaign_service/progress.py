"""When a campaign's kit is complete."""

from typing import Literal

from campaign_service import store
from chassis.transaction import Transaction
from contracts.campaign import CampaignReady
from contracts.compositor import RenderFailed
from contracts.jobs import JobCancelled, JobFailed
from contracts.produced import Produced


async def note_made(event: Produced, tx: Transaction) -> None:
    """An asset of some kit exists now."""
    await _announce(tx, await store.mark_made(tx.conn, event.asset_id))


async def note_failed_render(event: RenderFailed, tx: Transaction) -> None:
    """A render failed for good."""
    await _announce(tx, await store.mark_failed(tx.conn, event.asset_id))


async def note_failed_job(event: JobFailed, tx: Transaction) -> None:
    """A job failed for good."""
    await _announce(tx, await store.mark_failed(tx.conn, event.target_id))


async def note_cancelled_job(event: JobCancelled, tx: Transaction) -> None:
    """A job was called off, and nothing will come of it unless somebody asks again."""
    await _announce(tx, await store.mark_failed(tx.conn, event.target_id))


async def _announce(tx: Transaction, campaign_id: str | None) -> None:
    if campaign_id is None:
        return
    campaign = await store.lock_campaign(tx.conn, campaign_id)
    if campaign is None or await store.unsettled(tx.conn, campaign_id):
        return
    failed = await store.failed_assets(tx.conn, campaign_id)
    status: Literal["ready", "partially_failed"] = "partially_failed" if failed else "ready"
    if status == campaign.announced:
        return
    await store.set_announced(tx.conn, campaign_id, status)
    tx.emit(CampaignReady(campaign_id=campaign_id, status=status, failed_asset_ids=failed), subject=campaign_id)
