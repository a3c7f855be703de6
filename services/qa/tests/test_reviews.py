"""Paid reviews: one job is one report, every call is in the ledger, and none is made twice unseen."""

import asyncio

import pytest

from assets.provider_errors import OutcomeUnknown, RefusedByProvider, TransientFault
from assets.testing import Crash, DyingWork, request_of
from assets.testing_takeover import taken_over_after_intent
from contracts.campaign import CampaignDeleted
from contracts.jobs import JobCancelled, JobCompleted, JobFailed, JobStarted, JobSuperseded
from contracts.qa import RequestQa, SuppressIssue
from lineage.canonical import content_hash
from qa_service.report import issues_of
from qa_service.worker import PROVIDER_TIMEOUT_SECONDS

from .qa_bench import ERROR, RULE_SET, QaBench, copy_of
from .scripted_reviewer import COST, ESTIMATE, claim

BAD = f"{ERROR}のお茶です。"


async def test_review_adds_what_the_reviewer_could_show_to_what_the_rules_found(play):
    bench: QaBench = play(unreadable=2)
    kit = await bench.made(BAD, "ほっとする一杯です。")
    bench.reviewer.script.append((claim(kit.ids[1], "一杯", "warning"), claim(kit.ids[1], "どこにもない")))
    await bench.run(job := await bench.job(kit))
    [report] = bench.reports(kit)
    assert [(issue.origin, issue.rule, issue.target) for issue in issues_of(report)] == [
        ("model", "tone_mismatch", kit.ids[1]),
        ("rule", "superlative", kit.ids[0]),
    ]
    assert (report.id, report.job_id, report.mode, report.requested_by) == (
        job.job_id,
        job.job_id,
        "full",
        job.requested_by,
    )
    assert (report.reviewer, report.offline, report.rule_set, report.discarded) == ("scripted-1", False, RULE_SET, 3)
    assert (report.overall_score, report.passed) == (75, False)
    [started], [done] = bench.told(JobStarted), bench.told(JobCompleted)
    assert (started.job_id, done.version, done.sha256, done.cost_yen) == (
        job.job_id,
        report.number,
        content_hash(report),
        COST,
    )
    [(_, requested)] = bench.requested(kit)
    assert (requested.mode, requested.report_id, requested.manifest) == ("full", job.job_id, report.manifest)
    assert await bench.runs(job) == [(1, "intent", 0), (1, "succeeded", COST)]


async def test_request_for_a_full_report_is_left_to_its_job(bench):
    kit = await bench.made()
    await bench.run(await bench.job(kit))
    await bench.judge_all()
    assert len(bench.reports(kit)) == 1


async def test_silent_reviewer_clears_nothing_that_a_rule_found(bench):
    kit = await bench.made(BAD)
    await bench.run(await bench.job(kit))
    assert not bench.reports(kit)[-1].passed


async def test_offline_review_says_so_and_costs_nothing(play):
    bench = play(offline=True)
    kit = await bench.made()
    await bench.run(await bench.job(kit))
    assert bench.reports(kit)[-1].offline
    assert bench.told(JobCompleted)[0].cost_yen == 0


async def test_suppressed_findings_stay_suppressed_in_a_review_of_the_same_bytes(bench):
    kit, report = await bench.judged(BAD)
    [issue] = issues_of(report)
    await bench.ask(SuppressIssue(report_id=report.id, issue_id=issue.id, reason="商品名の一部"))
    await bench.run(await bench.job(kit))
    review = bench.reports(kit)[-1]
    assert (review.mode, review.number, review.passed) == ("full", 2, True)


async def test_transient_faults_are_sat_out_within_the_job(play):
    bench = play(TransientFault("busy", retry_after=7.0), TransientFault("busy"))
    kit = await bench.made()
    await bench.run(job := await bench.job(kit))
    assert [happened for _, happened, _ in await bench.runs(job)] == ["intent", "failed"] * 2 + ["intent", "succeeded"]
    assert bench.clock.slept == [7.0, 2.0]
    [done] = bench.told(JobCompleted)
    assert ([one.outcome for one in done.attempts], done.cost_yen) == (["failed", "failed", "succeeded"], COST)


@pytest.mark.parametrize(
    ("faults", "code"),
    [
        ([TransientFault("busy")] * 3, "PROVIDER_UNAVAILABLE"),
        ([TransientFault("busy", retry_after=301.0)], "PROVIDER_UNAVAILABLE"),
        ([RefusedByProvider("no")], "REFUSED_BY_PROVIDER"),
    ],
)
async def test_faults_that_do_not_pass_fail_the_job(play, faults, code):
    bench = play(*faults)
    kit = await bench.made()
    await bench.run(await bench.job(kit))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, len(failed.attempts)) == (code, 0, len(faults))
    assert bench.reports(kit) == []


async def test_answer_that_was_paid_before_a_crash_is_used_and_not_bought_again(bench):
    kit = await bench.made("香りのよいお茶です。")
    bench.reviewer.script.append((claim(kit.ids[0], "香り"),))
    job = await bench.job(kit)
    with pytest.raises(Crash):
        await bench.run(job, DyingWork)
    await bench.run(job)
    [report] = bench.reports(kit)
    assert [issue.quote for issue in issues_of(report)] == ["香り"]
    assert (len(bench.reviewer.requests), bench.told(JobCompleted)[0].cost_yen) == (1, COST)
    assert len(bench.requested(kit)) == 1


async def test_pictures_that_were_shown_before_a_crash_may_be_objected_to_after_it(bench):
    kit = await bench.made()
    bench.reviewer.script.append((claim(kit.ids[3], "", "warning"), claim(kit.ids[4], "", "warning")))
    job = await bench.job(kit)
    with pytest.raises(Crash):
        await bench.run(job, DyingWork)
    assert [look.asset_id for look in bench.reviewer.requests[0].looks] == [kit.ids[3]]
    await bench.run(job)
    [report] = bench.reports(kit)
    assert ([issue.target for issue in issues_of(report)], report.discarded) == ([kit.ids[3]], 1)


async def test_successor_judges_what_its_predecessor_was_to_judge(bench):
    kit = await bench.made("香りのよいお茶です。")
    job = await bench.job(kit)
    with pytest.raises(Crash):
        await bench.run(job, DyingWork)
    [(_, requested)] = bench.requested(kit)
    await bench.hear(copy_of(kit, kit.ids[0], "ほかのお茶です。", 2))
    await bench.run(job)
    [report] = bench.reports(kit)
    assert report.manifest == requested.manifest


async def test_call_whose_answer_nobody_saw_fails_the_job_for_a_person_to_decide(play):
    bench = play(Crash())
    kit = await bench.made()
    job = await bench.job(kit)
    with pytest.raises(Crash):
        await bench.run(job)
    await bench.run(job)
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, len(bench.reviewer.requests)) == ("SPEND_UNKNOWN", ESTIMATE, 1)
    assert PROVIDER_TIMEOUT_SECONDS - 30 < sum(bench.clock.slept) <= PROVIDER_TIMEOUT_SECONDS
    assert bench.reports(kit) == []


async def test_call_that_may_have_been_charged_is_not_repeated(play):
    bench = play(OutcomeUnknown("the line was cut"))
    kit = await bench.made()
    await bench.run(await bench.job(kit))
    [failed] = bench.told(JobFailed)
    assert (failed.code, failed.cost_yen, len(bench.reviewer.requests)) == ("SPEND_UNKNOWN", ESTIMATE, 1)


async def test_content_that_moves_on_meanwhile_leaves_the_report_on_what_was_judged(bench):
    kit, before = await bench.judged("香りのよいお茶です。")

    async def edited_meanwhile(_request):
        await bench.hear(copy_of(kit, kit.ids[0], BAD, 2))
        return (claim(kit.ids[0], "香り"),)

    bench.reviewer.script.append(edited_meanwhile)
    await bench.run(await bench.job(kit))
    review = bench.reports(kit)[-1]
    assert (review.mode, review.manifest) == ("full", before.manifest)
    assert [issue.quote for issue in issues_of(review)] == ["香り"]
    await bench.settle()
    after = bench.reports(kit)[-1]
    assert (after.mode, after.manifest != before.manifest) == ("rules", True)


async def test_older_job_that_was_not_attempted_is_dropped_when_a_newer_one_is_known(bench):
    kit = await bench.made()
    older, newer = await bench.job(kit, 1), await bench.job(kit, 2)
    await bench.hear(request_of(newer))
    await bench.run(older)
    [superseded] = bench.told(JobSuperseded)
    assert (superseded.job_id, superseded.by_seq, superseded.cost_yen) == (older.job_id, 2, 0)
    assert (bench.reviewer.requests, bench.reports(kit)) == ([], [])


async def test_job_called_off_before_it_began_buys_nothing(bench):
    kit = await bench.made()
    await bench.cancel(job := await bench.job(kit))
    await bench.run(job)
    [end] = bench.told(JobCancelled)
    assert (end.billed, bench.reviewer.requests, bench.told(JobStarted)) == ("no", [], [])


async def test_answer_to_a_job_called_off_counts_and_makes_no_report(bench):
    kit = await bench.made()
    job = await bench.job(kit)
    with pytest.raises(Crash):
        await bench.run(job, DyingWork)
    await bench.cancel(job)
    await bench.run(job)
    [end] = bench.told(JobCancelled)
    assert (end.billed, end.cost_yen, bench.reports(kit)) == ("yes", COST, [])


async def test_worker_that_was_taken_over_right_before_its_call_buys_nothing(bench):
    kit = await bench.made()
    job = await bench.job(kit)
    await bench.run(job, taken_over_after_intent(bench, job))
    assert len(bench.reviewer.requests) <= 1
    assert len(bench.told(JobCompleted)) + len(bench.told(JobFailed)) == 1


async def test_job_delivered_to_several_workers_at_once_makes_one_report(play):
    bench = play(offline=True)
    kit = await bench.made()
    job = await bench.job(kit)
    await asyncio.gather(*(bench.run(job) for _ in range(5)))
    assert (len(bench.reports(kit)), len(bench.told(JobCompleted)), bench.told(JobFailed)) == (1, 1, [])


async def test_nothing_is_bought_for_a_kit_without_content_or_a_campaign_that_is_gone(bench):
    empty, gone = await bench.planned(), await bench.made()
    await bench.hear(CampaignDeleted(campaign_id=gone.id))
    for kit in (empty, gone):
        await bench.run(await bench.job(kit))
    assert [failed.code for failed in bench.told(JobFailed)] == ["NOTHING_TO_JUDGE"] * 2
    assert bench.reviewer.requests == []


async def test_job_that_was_given_up_ends_as_failed(bench):
    kit = await bench.made()
    await bench.bury(job := await bench.job(kit))
    [failed] = bench.told(JobFailed)
    assert (failed.job_id, failed.code) == (job.job_id, "INTERNAL")


async def test_reports_are_numbered_through_rules_and_reviews(bench):
    kit, _ = await bench.judged()
    await bench.run(await bench.job(kit))
    await bench.ask(RequestQa(campaign_id=kit.id))
    await bench.judge_all()
    await bench.run(await bench.job(kit, 2))
    assert [(one.number, one.mode) for one in bench.reports(kit)] == [
        (1, "rules"),
        (2, "full"),
        (3, "rules"),
        (4, "full"),
    ]
    assert [done.version for done in bench.told(JobCompleted)] == [2, 4]
