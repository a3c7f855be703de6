"""QA reports as far as an approval rests on them."""

from typing import Any

from approval_service import kit_store
from approval_service.domain import Workflow
from approval_service.errors import QaBlocks
from chassis.transaction import Transaction
from contracts.approval import QaOverride
from contracts.qa import QaReportEvent
from lineage.gate import Basis, governing, objections, verdict

WHAT_TO_DO = {
    "missing": "the rules have not judged it under its brand and brief of today; they soon do so by themselves",
    "failing": "fix or suppress what it found, or have an admin override it with a reason",
}


async def note(event: QaReportEvent, tx: Transaction) -> None:
    """A report, or what a person said of it; an older revision never replaces a newer one."""
    await kit_store.lock_team(tx.conn, tx.team_id)
    await kit_store.save_report(tx.conn, event.report)


async def newest_id(conn: Any, campaign_id: str, manifest: str) -> str | None:
    """The newest report on a manifest."""
    counting = governing(await kit_store.reports(conn, campaign_id, manifest), Basis(manifest))
    return counting[0].id if counting else None


async def let_pass(conn: Any, workflow: Workflow, current: str, held_to: Basis) -> tuple[str, QaOverride | None]:
    """The report that an approval of the pinned manifest rests on, and the override if it rests on that.

    Raises QaBlocks.
    """
    reports = await kit_store.reports(conn, workflow.campaign_id, held_to.manifest)
    judged, counting = verdict(reports, held_to), governing(reports, held_to)
    if judged in ("passed", "suppressed"):
        return counting[0].id, None
    if judged == "overridden":
        overridden = next(report for report in counting if objections(report))
        return overridden.id, overridden.override
    failing = [report for report in counting if objections(report) and report.override is None]
    raise QaBlocks(
        f"QA of this manifest is {judged}: {WHAT_TO_DO[judged]}",
        **workflow.standing(current),
        verdict=judged,
        reportId=failing[0].id if failing else None,
        issues=[issue.id for report in failing for issue in objections(report)],
    )
