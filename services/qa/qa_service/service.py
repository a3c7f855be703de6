"""Use cases: what people ask for and say, and what is asked in their place."""

from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from chassis.transaction import Transaction, reply_ok
from contracts.envelope import Reply
from contracts.jobs import JobTarget, RequestJobs
from contracts.qa import (
    OverrideQa,
    QaMode,
    QaOverridden,
    QaReport,
    QaRequested,
    QaRulesChanged,
    QaSuppressed,
    RequestQa,
    SetQaRules,
    SuppressIssue,
)
from lineage.basis import review_basis
from qa_service import due_store, kit_store, store
from qa_service.errors import (
    AlreadySuppressed,
    Forbidden,
    NothingToJudge,
    NothingToOverride,
    ReasonMissing,
    UnknownCampaign,
    UnknownIssue,
    UnknownReport,
)
from qa_service.kit import Kit, rules_basis
from qa_service.report import issues_of
from qa_service.reporting import shown_now

ADMIN = "admin"


class Requesting:
    """Asks for a kit to be judged by one rule set."""

    def __init__(self, rule_set: str) -> None:
        self._rule_set = rule_set

    async def request_qa(self, command: RequestQa, tx: Transaction) -> Reply:
        """A person wants the kit judged by the rules now, judged before or not."""
        kit = await kit_store.kit(tx.conn, command.campaign_id, tx.team_id)
        if kit is None:
            raise UnknownCampaign(f"there is no campaign {command.campaign_id}")
        if not kit.made:
            raise NothingToJudge("nothing of this campaign's kit was made yet; generate something first")
        report_id, manifest = str(uuid4()), kit.manifest
        basis = rules_basis(kit, self._rule_set)
        await due_store.request(tx.conn, report_id, kit.campaign_id, manifest, basis, "rules")
        tell_requested(tx, kit.campaign_id, report_id, manifest, "rules", tx.actor)
        tx.acted_on("qa_report", report_id, campaign_id=kit.campaign_id, after={"manifest": manifest, "mode": "rules"})
        return reply_ok({"reportId": report_id, "manifest": manifest}, status=202)

    async def judge_if_new(self, tx: Transaction, campaign_id: str) -> None:
        """Has a complete kit judged unless the rules were asked before about the very same."""
        kit = await kit_store.kit(tx.conn, campaign_id, tx.team_id)
        if kit is None or not kit.complete:
            return
        report_id, manifest = str(uuid4()), kit.manifest
        if await due_store.request_once(tx.conn, report_id, campaign_id, manifest, rules_basis(kit, self._rule_set)):
            tell_requested(tx, campaign_id, report_id, manifest, "rules", tx.actor)


def tell_requested(tx: Transaction, campaign_id: str, report_id: str, manifest: str, mode: QaMode, by: str) -> None:
    """Publishes that a manifest is to be judged."""
    event = QaRequested(campaign_id=campaign_id, report_id=report_id, manifest=manifest, mode=mode, requested_by=by)
    tx.emit(event, subject=report_id)


async def suppress_issue(command: SuppressIssue, tx: Transaction) -> Reply:
    """Says of a finding that it does not count, in every report that found it in the same bytes."""
    reason, report = _reason(command.reason), await _report(tx, command.report_id)
    if all(issue.id != command.issue_id for issue in issues_of(report)):
        raise UnknownIssue(f"report {report.id} has no finding {command.issue_id}")
    before = await shown_now(tx, report)
    if not await store.suppress(tx.conn, report.campaign_id, command.issue_id, report.id, tx.actor, reason):
        raise AlreadySuppressed("this finding is suppressed already")
    # Approval and read model keep reports as they were told, so each of them is told anew.
    for other in await store.reports_with(tx.conn, report.campaign_id, command.issue_id):
        shown = await shown_now(tx, other)
        tx.emit(QaSuppressed(campaign_id=shown.campaign_id, report=shown), subject=shown.id)
    after = await shown_now(tx, report)
    _acted(tx, before, after, issueId=command.issue_id, reason=reason)
    if report.mode == "rules" and not before.passed:
        kit = await kit_store.kit(tx.conn, report.campaign_id, tx.team_id)
        if kit is not None and kit.manifest == report.manifest:
            await review_if_wanted(tx, kit, after)
    return _stands(after)


async def override_qa(command: OverrideQa, tx: Transaction) -> Reply:
    """An admin lets an approval pass in spite of a failing report."""
    _admin_only(tx, "only an admin may override a QA report")
    reason, report = _reason(command.reason), await _report(tx, command.report_id)
    before = await shown_now(tx, report)
    if before.passed:
        raise NothingToOverride("this report passed; there is nothing to override")
    if not await store.override(tx.conn, report.id, tx.actor, reason):
        raise NothingToOverride("this report is overridden already")
    after = await shown_now(tx, report)
    tx.emit(QaOverridden(campaign_id=after.campaign_id, report=after), subject=after.id)
    _acted(tx, before, after, reason=reason)
    return _stands(after)


async def set_rules(command: SetQaRules, tx: Transaction) -> Reply:
    """An admin sets when the paid reviewer runs."""
    _admin_only(tx, "only an admin may change the team's QA rules")
    before = await store.lock_team_rules(tx.conn, tx.team_id)
    rules = await store.set_reviewing(tx.conn, tx.team_id, command.reviewing, tx.actor)
    tx.acted_on("qa_rules", tx.team_id, before={"reviewing": before.reviewing}, after={"reviewing": rules.reviewing})
    tx.emit(QaRulesChanged(revision=rules.revision, reviewing=rules.reviewing), subject=tx.team_id)
    return reply_ok({"revision": rules.revision})


async def review_if_wanted(tx: Transaction, kit: Kit, report: QaReport) -> None:
    """Asks the ledger for the paid reviewer, once a manifest, where the team wants it whenever the rules passed."""
    if not (report.passed and kit.complete) or (await store.team_rules(tx.conn, tx.team_id)).reviewing != "always":
        return
    campaign_id, manifest = report.campaign_id, report.manifest
    if await store.is_reviewed(tx.conn, campaign_id, manifest):
        return
    if not await due_store.ask_for_review(tx.conn, campaign_id, manifest):
        return
    basis = review_basis(manifest, report.brand_version)
    target = JobTarget(kind="qa", asset_id=campaign_id, basis=basis)
    message_id = uuid5(NAMESPACE_URL, f"saisei:qa:review:{campaign_id}:{manifest}")
    tx.send(RequestJobs(campaign_id=campaign_id, targets=(target,)), message_id=message_id)


async def _report(tx: Transaction, report_id: str) -> QaReport:
    """The report, and its campaign kept from others. Raises UnknownReport."""
    report = await store.report(tx.conn, report_id, tx.team_id)
    if report is None or not await kit_store.lock_campaign(tx.conn, report.campaign_id):
        raise UnknownReport(f"there is no report {report_id}")
    return report


def _reason(given: str) -> str:
    if not (reason := given.strip()):
        raise ReasonMissing("say why: the reason is kept with the report")
    return reason


def _admin_only(tx: Transaction, detail: str) -> None:
    if tx.context.origin is None or tx.context.origin.role != ADMIN:
        raise Forbidden(detail)


def _acted(tx: Transaction, before: QaReport, after: QaReport, **said: str) -> None:
    tx.acted_on(
        "qa_report",
        after.id,
        campaign_id=after.campaign_id,
        before=_standing(before),
        after={**_standing(after), **said},
    )


def _standing(report: QaReport) -> dict[str, Any]:
    standing = {"overallScore": report.overall_score, "passed": report.passed}
    return {**standing, "overridden": report.override is not None, "revision": report.revision}


def _stands(report: QaReport) -> Reply:
    return reply_ok({"reportId": report.id, "campaignId": report.campaign_id, **_standing(report)})
