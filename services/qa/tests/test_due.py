"""When the rules judge a kit by themselves: once for each thing it is, and with nothing lost in between."""

import asyncio

import pytest

from assets.testing import Crash, DyingWork, brand, brief
from chassis.context import MessageContext
from chassis.outbox import OutgoingMessage
from chassis.testing import enveloped
from contracts.campaign import BrandUpdated, CampaignDeleted, CampaignUpdated
from contracts.qa import QaCompleted, QaRequested, RequestQa

from .qa_bench import ERROR, RULE_SET, Kit, QaBench, contents, copy_of


async def test_complete_kit_is_judged_once_it_has_been_quiet(bench):
    kit = await bench.made(f"{ERROR}のお茶です。")
    await bench.due.ask()
    assert bench.requested(kit) == []
    await bench.quiet()
    await bench.due.ask()
    [(message_id, event)] = bench.requested(kit)
    assert (event.mode, event.requested_by) == ("rules", "editor-1")
    await bench.work(event, message_id)
    [report] = bench.reports(kit)
    assert (report.id, report.manifest, report.number, report.revision) == (event.report_id, event.manifest, 1, 1)
    assert (report.mode, report.rule_set, report.brand_version) == ("rules", RULE_SET, 1)
    assert (report.reviewer, report.offline, report.job_id) == (None, False, None)
    assert (report.overall_score, report.passed) == (80, False)
    assert [name for name, section in report.sections if not section.passed] == ["legal"]
    assert await bench.due_rows(kit) == 0


async def test_kit_that_never_comes_to_rest_is_judged_after_ten_seconds(bench):
    kit = await bench.made()
    await bench.database.pool.execute("UPDATE due SET first_at = first_at - interval '10 seconds'")
    await bench.hear(copy_of(kit, kit.ids[0], "いれたてのお茶です。", 2))
    await bench.due.ask()
    assert len(bench.requested(kit)) == 1


async def test_incomplete_kit_is_not_judged_by_itself(bench):
    kit = await bench.planned()
    await bench.settle()
    for event in contents(kit)[:-1]:
        await bench.hear(event)
    await bench.settle()
    assert (bench.requested(kit), await bench.due_rows(kit)) == ([], 0)


async def test_same_kit_by_the_same_rules_for_the_same_brand_is_judged_once(bench):
    kit, _ = await bench.judged()
    await bench.hear(copy_of(kit, kit.ids[0], "香りのよいお茶です。", 2))
    await bench.settle()
    assert len(bench.reports(kit)) == bench.judgements == 1
    await bench.hear(copy_of(kit, kit.ids[0], "ほかのお茶です。", 3))
    await bench.settle()
    await bench.hear(copy_of(kit, kit.ids[0], "香りのよいお茶です。", 4))
    await bench.settle()
    assert [report.number for report in bench.reports(kit)] == [1, 2]


async def test_changed_brand_has_every_campaign_of_it_judged_anew_and_no_other(bench):
    one, _ = await bench.judged()
    other, _ = await bench.judged(brand_id=one.brand_id)
    third, _ = await bench.judged()
    await bench.hear(BrandUpdated(brand=brand(one.brand_id, 2, banned_terms=("お茶",))))
    await bench.settle()
    assert [[report.brand_version for report in bench.reports(kit)] for kit in (one, other, third)] == [
        [1, 2],
        [1, 2],
        [1],
    ]


async def test_changed_brief_has_its_campaign_judged_anew(bench):
    kit, first = await bench.judged()
    state = brief(2, register_override="casual")
    await bench.hear(CampaignUpdated(campaign_id=kit.id, revision=2, name="春", brand_id=kit.brand_id, brief=state))
    await bench.settle()
    assert [report.manifest for report in bench.reports(kit)] == [first.manifest] * 2


async def test_report_belongs_to_the_cascade_of_what_changed_last(bench):
    kit = await bench.made()
    changed = enveloped(event := copy_of(kit, kit.ids[0], "ほかのお茶です。", 2))
    handler = bench._subscriptions[1].events[type(event)]
    async with bench.database.transaction(MessageContext.of(changed)) as tx:
        await handler(event, tx)
    await bench.quiet()
    await bench.due.ask()
    [told] = [one for one in bench.said if one.type == QaRequested.type and one.data["campaignId"] == kit.id]
    assert (told.correlationid, told.causationid) == (changed.correlationid, changed.id)


async def test_two_replicas_that_look_at_once_ask_once(play):
    benches: list[QaBench] = [play(), play()]
    kit = await benches[0].made()
    await benches[0].quiet()
    asked: list[OutgoingMessage] = []
    for one in benches:
        one.database.hand_over_to(asked.extend)
    await asyncio.gather(*(one.due.ask() for one in benches for _ in range(3)))
    assert len([one for one in asked if kit.id in one.body.decode()]) == 1


async def test_request_whose_worker_died_is_judged_when_it_is_delivered_again(bench):
    kit = await bench.made()
    await bench.quiet()
    await bench.due.ask()
    [(message_id, event)] = bench.requested(kit)
    with pytest.raises(Crash):
        await bench.work(event, message_id, DyingWork)
    assert bench.reports(kit) == []
    for _ in range(2):
        await bench.work(event, message_id)
    assert len(bench.reports(kit)) == 1


async def test_request_delivered_to_several_workers_at_once_makes_one_report(bench):
    kit = await bench.made()
    await bench.quiet()
    await bench.due.ask()
    [(message_id, event)] = bench.requested(kit)
    await asyncio.gather(*(bench.work(event, message_id) for _ in range(4)))
    assert [report.number for report in bench.reports(kit)] == [1]


async def test_content_that_moved_on_is_not_judged_as_it_was(bench):
    kit = await bench.made()
    await bench.quiet()
    await bench.due.ask()
    [(message_id, event)] = bench.requested(kit)
    await bench.hear(copy_of(kit, kit.ids[0], "ほかのお茶です。", 2))
    await bench.work(event, message_id)
    assert (bench.reports(kit), bench.judgements) == ([], 0)
    await bench.settle()
    [report] = bench.reports(kit)
    assert report.manifest != event.manifest


@pytest.mark.parametrize("held_to", ["brand", "brief"])
async def test_kit_that_is_held_to_something_else_by_now_is_not_judged_for_an_earlier_request(bench, held_to):
    kit = await bench.made()
    await bench.quiet()
    await bench.due.ask()
    [(message_id, event)] = bench.requested(kit)
    await bench.hear(_news(kit, held_to))
    await bench.work(event, message_id)
    assert (bench.reports(kit), bench.judgements) == ([], 0)
    await bench.settle()
    [report] = bench.reports(kit)
    assert (report.id != event.report_id, report.manifest) == (True, event.manifest)
    assert report.brand_version == (2 if held_to == "brand" else 1)


async def test_what_a_person_asked_for_is_judged_by_the_brand_as_it_is_by_then(bench):
    kit, _ = await bench.judged()
    await bench.ask(RequestQa(campaign_id=kit.id))
    [_, (message_id, event)] = bench.requested(kit)
    await bench.hear(_news(kit, "brand"))
    await bench.work(event, message_id)
    report = bench.reports(kit)[-1]
    assert (report.id, report.brand_version) == (event.report_id, 2)


async def test_content_that_is_back_before_its_request_was_dropped_is_judged_all_the_same(bench):
    kit = await bench.made()
    await bench.quiet()
    await bench.due.ask()
    [(message_id, event)] = bench.requested(kit)
    await bench.hear(copy_of(kit, kit.ids[0], "ほかのお茶です。", 2))
    await bench.work(event, message_id)
    await bench.hear(copy_of(kit, kit.ids[0], "香りのよいお茶です。", 3))
    await bench.settle()
    [report] = bench.reports(kit)
    assert (report.manifest, report.id != event.report_id) == (event.manifest, True)


async def test_request_that_was_given_up_is_made_again_with_the_next_change(bench):
    kit = await bench.made()
    await bench.quiet()
    await bench.due.ask()
    [(message_id, event)] = bench.requested(kit)
    await bench.bury(event, message_id)
    await bench.hear(copy_of(kit, kit.ids[0], "香りのよいお茶です。", 2))
    await bench.settle()
    assert len(bench.reports(kit)) == 1


async def test_deleted_campaign_is_judged_no_more(bench):
    kit = await bench.made()
    await bench.quiet()
    await bench.due.ask()
    await bench.hear(CampaignDeleted(campaign_id=kit.id))
    await bench.judge_all()
    await bench.hear(copy_of(kit, kit.ids[0], "ほかのお茶です。", 2))
    await bench.settle()
    assert (bench.told(QaCompleted), bench.judgements, await bench.due_rows(kit)) == ([], 0, 0)


async def test_campaign_that_cannot_be_looked_at_holds_up_no_other(bench):
    broken, kit = await bench.made(), await bench.made()
    await bench.database.pool.execute("""UPDATE pieces SET content = '{"brief": {}}' WHERE id = $1""", broken.id)
    await bench.settle()
    assert (len(bench.reports(kit)), bench.reports(broken)) == (1, [])
    assert await bench.due_rows(broken) == 1


def _news(kit: Kit, held_to: str) -> BrandUpdated | CampaignUpdated:
    if held_to == "brand":
        return BrandUpdated(brand=brand(kit.brand_id, 2, banned_terms=("お茶",)))
    state = brief(2, register_override="casual")
    return CampaignUpdated(campaign_id=kit.id, revision=2, name="春", brand_id=kit.brand_id, brief=state)
