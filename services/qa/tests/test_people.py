"""What people ask for and say: a report now, a finding that does not count, an override, a team's rules."""

import asyncio
from typing import Any

import asyncpg
import pytest

from chassis.errors import TellUser
from contracts.campaign import CampaignDeleted
from contracts.envelope import AuditRecorded, Command
from contracts.qa import (
    Issue,
    OverrideQa,
    QaOverridden,
    QaReport,
    QaRulesChanged,
    QaSuppressed,
    RequestQa,
    SetQaRules,
    SuppressIssue,
)
from qa_service.report import issues_of

from .qa_bench import ERROR, WARNING, QaBench, contents, copy_of

BAD = f"{ERROR}のお茶です。"


async def _refused(bench: QaBench, command: Command, **given: Any) -> tuple[int, str]:
    told = len(bench.said)
    with pytest.raises(TellUser) as refusal:
        await bench.ask(command, **given)
    assert len(bench.said) == told
    return refusal.value.problem.status, refusal.value.problem.type


def _suppress(report: QaReport, nth: int = 0, reason: str = " 商品名の一部 ") -> SuppressIssue:
    return SuppressIssue(report_id=report.id, issue_id=_error(report, nth).id, reason=reason)


def _error(report: QaReport, nth: int = 0) -> Issue:
    return [issue for issue in issues_of(report) if issue.severity == "error"][nth]


async def test_report_is_made_at_once_when_a_person_asks_also_of_what_was_judged_before(bench):
    kit, first = await bench.judged()
    reply = await bench.ask(RequestQa(campaign_id=kit.id))
    await bench.judge_all()
    _, second = bench.reports(kit)
    assert (reply.status, reply.body) == (202, {"reportId": second.id, "manifest": first.manifest})
    assert (second.number, second.manifest, second.id != first.id) == (2, first.manifest, True)


async def test_incomplete_kit_is_judged_as_far_as_it_is_there_when_a_person_asks(bench):
    kit = await bench.planned()
    assert await _refused(bench, RequestQa(campaign_id=kit.id)) == (409, "nothing-to-judge")
    await bench.hear(contents(kit, BAD)[0])
    await bench.ask(RequestQa(campaign_id=kit.id))
    await bench.judge_all()
    [report] = bench.reports(kit)
    assert [issue.target for issue in issues_of(report)] == [kit.ids[0]]


async def test_nobody_asks_for_what_is_another_teams_or_gone(bench):
    kit, _ = await bench.judged()
    assert await _refused(bench, RequestQa(campaign_id=kit.id), team="team-b") == (404, "unknown-campaign")
    assert await _refused(bench, RequestQa(campaign_id="nowhere")) == (404, "unknown-campaign")
    await bench.hear(CampaignDeleted(campaign_id=kit.id))
    assert await _refused(bench, RequestQa(campaign_id=kit.id)) == (404, "unknown-campaign")


async def test_suppressed_finding_counts_no_more_and_the_act_is_on_record(bench):
    kit, report = await bench.judged(BAD, f"{ERROR}の一杯{WARNING}")
    assert (report.overall_score, report.passed) == (55, False)
    reply = await bench.ask(_suppress(report))
    [told] = bench.told(QaSuppressed)
    shown = told.report
    assert (told.campaign_id, shown.id, shown.overall_score, shown.passed, shown.revision) == (
        kit.id,
        report.id,
        75,
        False,
        2,
    )
    suppressed = _error(shown).suppressed
    assert suppressed is not None
    assert (suppressed.by, suppressed.reason) == ("editor-1", "商品名の一部")
    standing = {"overallScore": 75, "passed": False, "overridden": False, "revision": 2}
    assert reply.body == {"reportId": report.id, "campaignId": kit.id, **standing}
    [audited] = bench.told(AuditRecorded)
    assert (audited.action, audited.target_kind, audited.target_id, audited.about) == (
        "qa.suppress",
        "qa_report",
        report.id,
        kit.id,
    )
    assert audited.before == {"overallScore": 55, "passed": False, "overridden": False, "revision": 1}
    assert audited.after == {**standing, "issueId": _error(report).id, "reason": "商品名の一部"}
    await bench.ask(_suppress(report, 1))
    last = bench.told(QaSuppressed)[-1].report
    assert (last.overall_score, last.passed, last.revision) == (95, True, 3)


async def test_suppression_is_refused_without_reason_twice_elsewhere_and_for_what_is_not_there(bench):
    kit, report = await bench.judged(BAD)
    assert await _refused(bench, _suppress(report, reason=" \n")) == (422, "invalid")
    assert await _refused(bench, _suppress(report), team="team-b") == (404, "unknown-report")
    unknown = SuppressIssue(report_id=report.id, issue_id="0" * 32, reason="x")
    assert await _refused(bench, unknown) == (404, "unknown-issue")
    nowhere = SuppressIssue(report_id="nowhere", issue_id="0" * 32, reason="x")
    assert await _refused(bench, nowhere) == (404, "unknown-report")
    await bench.ask(_suppress(report))
    assert await _refused(bench, _suppress(report)) == (409, "already-suppressed")
    await bench.hear(CampaignDeleted(campaign_id=kit.id))
    assert await _refused(bench, _suppress(report)) == (404, "unknown-report")


async def test_suppression_holds_for_the_same_bytes_in_later_reports_and_for_no_others(bench):
    kit, report = await bench.judged(BAD)
    await bench.ask(_suppress(report))
    await bench.hear(copy_of(kit, kit.ids[1], "ほかの一杯です。", 2))
    await bench.settle()
    taken_over = bench.reports(kit)[-1]
    assert (taken_over.passed, taken_over.overall_score, taken_over.revision) == (True, 100, 2)
    [issue] = issues_of(taken_over)
    assert issue.suppressed is not None
    assert issue.suppressed.reason == "商品名の一部"
    await bench.hear(copy_of(kit, kit.ids[0], f"{BAD}{ERROR}。", 2))
    await bench.settle()
    changed = bench.reports(kit)[-1]
    assert (changed.passed, changed.overall_score, changed.revision) == (False, 60, 1)


async def test_of_two_people_who_suppress_at_once_one_does(bench):
    _, report = await bench.judged(BAD)
    answers = await asyncio.gather(*(bench.ask(_suppress(report)) for _ in range(4)), return_exceptions=True)
    refused = [one for one in answers if isinstance(one, TellUser)]
    assert [one.problem.type for one in refused] == ["already-suppressed"] * 3
    assert [one.report.revision for one in bench.told(QaSuppressed)] == [2]


async def test_finding_suppressed_while_a_report_is_made_is_suppressed_in_it(bench):
    kit, report = await bench.judged(BAD)
    for _ in range(3):
        await bench.ask(RequestQa(campaign_id=kit.id))
    await asyncio.gather(bench.judge_all(), bench.ask(_suppress(report)))
    newest = {one.id: one for one in bench.reports(kit)}
    newest |= {one.report.id: one.report for one in bench.told(QaSuppressed)}
    assert (len(newest), {one.passed for one in newest.values()}) == (4, {True})


async def test_suppression_in_one_campaign_is_none_in_another(bench):
    _, report = await bench.judged(BAD)
    await bench.ask(_suppress(report))
    _, other = await bench.judged(BAD)
    assert not other.passed


async def test_every_report_that_found_it_is_told_anew_when_a_finding_is_suppressed(bench):
    kit, first = await bench.judged(BAD)
    await bench.ask(RequestQa(campaign_id=kit.id))
    await bench.judge_all()
    _, second = bench.reports(kit)
    await bench.ask(_suppress(second))
    told = [(one.report.id, one.report.passed, one.report.revision) for one in bench.told(QaSuppressed)]
    assert told == [(first.id, True, 2), (second.id, True, 2)]


async def test_admin_overrides_a_failing_report_with_a_reason(bench):
    kit, report = await bench.judged(BAD)
    override = OverrideQa(report_id=report.id, reason=" 法務確認済み ")
    assert await _refused(bench, override) == (403, "forbidden")
    assert await _refused(bench, override.model_copy(update={"reason": " "}), role="admin") == (422, "invalid")
    assert await _refused(bench, override, role="admin", team="team-b") == (404, "unknown-report")
    await bench.ask(override, role="admin")
    [told] = bench.told(QaOverridden)
    assert told.report.override is not None
    assert (told.report.override.by, told.report.override.reason) == ("editor-1", "法務確認済み")
    assert (told.report.passed, told.report.overall_score, told.report.revision) == (False, 80, 2)
    [audited] = bench.told(AuditRecorded)
    assert (audited.target_id, audited.about, audited.origin.role) == (report.id, kit.id, "admin")
    assert audited.after is not None
    assert (audited.after["overridden"], audited.after["reason"]) == (True, "法務確認済み")
    assert await _refused(bench, override, role="admin") == (409, "nothing-to-override")


async def test_report_that_passed_is_not_overridden(bench):
    _, report = await bench.judged()
    command = OverrideQa(report_id=report.id, reason="念のため")
    assert await _refused(bench, command, role="admin") == (409, "nothing-to-override")


async def test_admin_sets_when_the_paid_reviewer_runs(bench):
    team = "team-rules"
    assert await _refused(bench, SetQaRules(reviewing="always"), team=team) == (403, "forbidden")
    for reviewing in ("always", "on_request"):
        await bench.ask(SetQaRules(reviewing=reviewing), team=team, role="admin")
    told = [(one.revision, one.reviewing) for one in bench.told(QaRulesChanged)]
    assert told == [(1, "always"), (2, "on_request")]
    _, audited = bench.told(AuditRecorded)
    assert (audited.before, audited.after) == ({"reviewing": "always"}, {"reviewing": "on_request"})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reports SET content = '{}'",
        "DELETE FROM reports",
        "UPDATE suppressions SET reason = 'x'",
        "DELETE FROM suppressions",
        "UPDATE overrides SET reason = 'x'",
        "DELETE FROM overrides",
    ],
)
async def test_database_refuses_to_change_what_was_found_and_said(bench, statement):
    with pytest.raises(asyncpg.PostgresError, match=r"insert-only|permission denied"):
        await bench.database.pool.execute(statement)
