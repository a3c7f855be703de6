"""A team that wants the paid reviewer whenever the rules passed: the ledger is asked once a manifest."""

from collections.abc import AsyncIterator

import pytest

from contracts.jobs import RequestJobs
from contracts.qa import RequestQa, SetQaRules, SuppressIssue
from lineage.basis import review_basis
from qa_service.report import issues_of

from .qa_bench import ERROR, QaBench, contents, copy_of


@pytest.fixture
async def eager(bench: QaBench) -> AsyncIterator[QaBench]:
    await bench.ask(SetQaRules(reviewing="always"), role="admin")
    yield bench
    await bench.ask(SetQaRules(reviewing="on_request"), role="admin")


async def test_passing_kit_is_sent_to_the_ledger_once(eager):
    kit, report = await eager.judged()
    for _ in range(2):
        await eager.ask(RequestQa(campaign_id=kit.id))
        await eager.judge_all()
    assert len(eager.reports(kit)) == 3
    [asked] = eager.told(RequestJobs)
    [target] = asked.targets
    assert (asked.campaign_id, target.kind, target.asset_id) == (kit.id, "qa", kit.id)
    assert target.basis == review_basis(report.manifest, report.brand_version)


async def test_each_manifest_is_sent_by_a_message_of_its_own(eager):
    kit, _ = await eager.judged()
    await eager.hear(copy_of(kit, kit.ids[0], "ほかのお茶です。", 2))
    await eager.settle()
    sent = [one.id for one in eager.said if one.type == RequestJobs.type]
    assert len(set(sent)) == len(sent) == 2


async def test_whoever_caused_the_cascade_asks(eager):
    await eager.judged()
    [told] = [one for one in eager.said if one.type == RequestJobs.type]
    assert (told.actor, told.actorrole) == ("editor-1", None)


async def test_failing_kit_is_sent_once_its_last_error_is_suppressed(eager):
    kit, report = await eager.judged(f"{ERROR}のお茶です。")
    assert eager.told(RequestJobs) == []
    [issue] = issues_of(report)
    await eager.ask(SuppressIssue(report_id=report.id, issue_id=issue.id, reason="商品名の一部"))
    assert [asked.campaign_id for asked in eager.told(RequestJobs)] == [kit.id]


async def test_incomplete_kit_is_not_sent(eager):
    kit = await eager.planned()
    await eager.hear(contents(kit)[0])
    await eager.ask(RequestQa(campaign_id=kit.id))
    await eager.judge_all()
    assert (len(eager.reports(kit)), eager.told(RequestJobs)) == (1, [])


async def test_manifest_that_was_reviewed_is_not_sent(eager):
    kit = await eager.made()
    await eager.run(await eager.job(kit))
    await eager.settle()
    assert ([one.mode for one in eager.reports(kit)], eager.told(RequestJobs)) == (["full", "rules"], [])


async def test_team_that_asks_by_itself_has_nothing_sent(bench):
    kit, _ = await bench.judged()
    assert (len(bench.reports(kit)), bench.told(RequestJobs)) == (1, [])
