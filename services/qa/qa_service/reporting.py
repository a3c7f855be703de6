"""Reports are stored once, and shown with what people said of them since."""

from dataclasses import dataclass
from datetime import UTC, datetime

from chassis.transaction import Transaction
from contracts.qa import QaCompleted, QaMode, QaReport
from qa_service import kit_store, store
from qa_service.report import NOTHING_SAID, Found, Said, as_shown, issues_of, sections_of


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found, in what, and by whom; `contents` are the judged hashes by asset id."""

    campaign_id: str
    manifest: str
    contents: dict[str, str]
    brand_version: int
    brief_version: int
    rule_set: str
    found: Found
    reviewer: str | None = None
    offline: bool = False
    discarded: int = 0


async def keep(
    tx: Transaction, judgement: Judgement, report_id: str, mode: QaMode, requested_by: str, job_id: str | None = None
) -> QaReport:
    """Stores what was found as the campaign's next report and tells of it.

    Returns it as it is shown: what people said of the same findings in the same bytes before is taken over.
    """
    made = QaReport(
        id=report_id,
        campaign_id=judgement.campaign_id,
        manifest=judgement.manifest,
        mode=mode,
        number=await kit_store.next_number(tx.conn, judgement.campaign_id),
        requested_by=requested_by,
        brand_version=judgement.brand_version,
        brief_version=judgement.brief_version,
        rule_set=judgement.rule_set,
        reviewer=judgement.reviewer,
        offline=judgement.offline,
        overall_score=100,
        passed=True,
        sections=sections_of(judgement.found, judgement.contents),
        discarded=judgement.discarded,
        job_id=job_id,
        completed_at=datetime.now(UTC),
    )
    made = as_shown(made, NOTHING_SAID)
    await store.insert_report(tx.conn, tx.team_id, made, {issue.id for issue in issues_of(made)})
    shown = await shown_now(tx, made)
    tx.emit(QaCompleted(campaign_id=shown.campaign_id, report=shown), subject=shown.id)
    return shown


async def shown_now(tx: Transaction, made: QaReport) -> QaReport:
    """A report with everything that was said of it."""
    ids = [issue.id for issue in issues_of(made)]
    suppressions = await store.suppressions(tx.conn, made.campaign_id, ids)
    return as_shown(made, Said(suppressions, await store.override_of(tx.conn, made.id)))
