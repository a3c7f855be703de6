"""A move is kept in the workflow and its history, and told, all in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from approval_service import store
from approval_service.domain import Entries, Workflow
from chassis.transaction import Transaction
from contracts.approval import ApprovalAction, ApprovalStatus, ApprovalTransitioned, QaOverride


@dataclass(frozen=True)
class Move:
    """A workflow before and after, who moved it, and what the move was about."""

    before: Workflow
    after: Workflow
    action: ApprovalAction
    actor: str
    at: datetime
    manifest: str | None
    current: str
    comment: str | None = None
    entries: Entries = ()
    current_entries: Entries = ()
    makers: tuple[str, ...] = ()
    qa_report_id: str | None = None
    qa_override: QaOverride | None = None


async def tell(tx: Transaction, move: Move) -> None:
    """Writes a move down and says so."""
    told = _transitioned(move)
    await store.save_workflow(tx.conn, move.after)
    await store.insert_history(tx.conn, move.after.team_id, told)
    tx.emit(told, subject=move.after.id)


def _transitioned(move: Move) -> ApprovalTransitioned:
    came_from: dict[str, ApprovalStatus] = {"from": move.before.status}
    return ApprovalTransitioned(
        campaign_id=move.after.campaign_id,
        workflow_id=move.after.id,
        action=move.action,
        to=move.after.status,
        version=move.after.version,
        manifest=move.manifest,
        current_manifest=move.current,
        entries=move.entries,
        current_entries=move.current_entries,
        makers=move.makers,
        actor=move.actor,
        on_behalf_of=None,
        comment=move.comment,
        qa_report_id=move.qa_report_id,
        qa_override=move.qa_override,
        at=move.at,
        **came_from,
    )
