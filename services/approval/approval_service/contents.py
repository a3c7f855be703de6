"""Mirrors what kits consist of; other bytes beneath a decision take it back to draft."""

from datetime import UTC, datetime

from approval_service import kit_store, store
from approval_service.domain import Workflow, back_to_draft, changes, manifest_of
from approval_service.kit_store import Campaign
from approval_service.telling import Move, tell
from chassis.transaction import Transaction
from contracts.approval import ApprovalVoided, AssetChange, ManifestEntry
from contracts.campaign import CampaignCreated, CampaignDeleted, CampaignUpdated
from contracts.produced import Produced
from contracts.values import AssetKind


async def note_created(event: CampaignCreated, tx: Transaction) -> None:
    """A campaign's kit is planned."""
    await _locked(tx, event.campaign_id)
    await kit_store.set_known(tx.conn, event.campaign_id)
    await kit_store.insert_planned(tx.conn, event.campaign_id, event.kit)


async def note_grown(event: CampaignUpdated, tx: Transaction) -> None:
    """A campaign's kit grew. Its brief is no content, so that changes nothing here."""
    if event.added:
        await _locked(tx, event.campaign_id)
        await kit_store.insert_planned(tx.conn, event.campaign_id, event.added)


async def note_deleted(event: CampaignDeleted, tx: Transaction) -> None:
    """Nobody acts on a deleted campaign any more."""
    await _locked(tx, event.campaign_id)
    await kit_store.set_deleted(tx.conn, event.campaign_id)


async def note_version(kind: AssetKind, event: Produced, tx: Transaction) -> None:
    """An asset has a new version; one that is not newer than what is known, or of equal bytes, undoes nothing."""
    entry = ManifestEntry(asset_id=event.asset_id, kind=kind, version=event.version, sha256=event.sha256)
    campaign = await _locked(tx, event.campaign_id)
    is_newer = await kit_store.save_version(tx.conn, event.campaign_id, entry, tx.actor, event.job_id)
    if not is_newer or campaign.deleted:
        return
    workflow = await store.lock_workflow(tx.conn, event.campaign_id)
    if workflow is not None and workflow.is_locked:
        await _compare(tx, workflow, event)


async def _locked(tx: Transaction, campaign_id: str) -> Campaign:
    """The campaign, noted if this is the first word of it; whoever acts on it waits meanwhile."""
    await kit_store.lock_team(tx.conn, tx.team_id)
    campaign = await kit_store.lock_campaign(tx.conn, campaign_id)
    if campaign is None:
        await kit_store.insert_campaign(tx.conn, campaign_id, tx.team_id)
        campaign = await kit_store.lock_campaign(tx.conn, campaign_id)
    assert campaign is not None, "it was noted just now"
    return campaign


async def _compare(tx: Transaction, workflow: Workflow, event: Produced) -> None:
    kit = await kit_store.contents(tx.conn, workflow.campaign_id)
    pinned, current = workflow.manifest, manifest_of(kit)
    if pinned is None or current == pinned:
        return
    after = back_to_draft(workflow)
    move = Move(
        before=workflow,
        after=after,
        action="reopened" if event.reopen else "voided",
        actor=tx.actor,
        at=datetime.now(UTC),
        manifest=pinned,
        current=current,
        current_entries=kit,
        qa_report_id=workflow.qa_report_id,
    )
    await tell(tx, move)
    if not event.reopen:
        was = await store.pinned(tx.conn, workflow.id, pinned) or ()
        tx.emit(_voided(move, pinned, changes(was, kit), event.job_id), subject=workflow.id)


def _voided(move: Move, pinned: str, causes: tuple[AssetChange, ...], job_id: str | None) -> ApprovalVoided:
    return ApprovalVoided(
        campaign_id=move.before.campaign_id,
        workflow_id=move.before.id,
        version=move.after.version,
        was=move.before.status,
        manifest=pinned,
        current_manifest=move.current,
        causes=causes,
        notify=move.before.deciders,
        job_id=job_id,
    )
