"""An approval needs QA's word on the very bytes that are approved, or an admin's with a reason."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.errors import TellUser
from contracts.approval import ApprovalTransitioned, QaOverride
from contracts.envelope import Problem
from contracts.qa import QaOverridden, QaReport, QaSuppressed

from .approval_desk import FAILING, PASSED, PATHS, Desk, everything, issue, of

OVERRIDE = QaOverride(by="ueda", reason="法務確認済み", at=datetime.now(UTC))


BY_MODEL: dict[str, Any] = {
    "passed": False,
    "sections": {**PASSED, "brand": {"passed": False, "issues": [issue("m1", origin="model")]}},
}
SUPPRESSED: dict[str, Any] = {"by": "yamada", "reason": "出典あり", "at": datetime.now(UTC)}
HARMLESS: dict[str, Any] = {**PASSED, "legal": {"passed": True, "issues": [issue("i1", suppressed=SUPPRESSED)]}}


async def pending(desk: Desk) -> None:
    for actor, role, act in PATHS["pending_approval"]:
        await desk.act(act, actor, role)


async def refused(desk: Desk, **given: Any) -> Problem:
    before = await everything(desk.database)
    with pytest.raises(TellUser) as caught:
        await desk.act("approve", **given)
    assert await everything(desk.database) == before
    assert (caught.value.problem.type, caught.value.problem.status) == ("qa-blocks", 409)
    return caught.value.problem


async def approved(desk: Desk) -> ApprovalTransitioned:
    [told] = of((await desk.act("approve"))[1], ApprovalTransitioned)
    return told


async def overridden(desk: Desk, report: QaReport) -> None:
    changed = report.model_copy(update={"override": OVERRIDE, "revision": report.revision + 1})
    await desk.hear(QaOverridden(campaign_id=report.campaign_id, report=changed))


async def test_manifest_that_nobody_judged_is_not_approved(desk: Desk):
    await desk.make()
    await desk.judge(manifest="0" * 64)
    await pending(desk)
    problem = await refused(desk)
    told = {name: problem.extras[name] for name in ("verdict", "reportId", "issues", "approvalStatus")}
    assert told == {"verdict": "missing", "reportId": None, "issues": [], "approvalStatus": "pending_approval"}


async def test_failing_report_blocks_and_names_what_failed(desk: Desk):
    await desk.make()
    report = await desk.judge(**FAILING)
    await pending(desk)
    extras = (await refused(desk)).extras
    assert (extras["verdict"], extras["reportId"], extras["issues"]) == ("failing", report.id, ["i1"])


async def test_report_that_passed_after_the_submission_lets_pass_and_is_kept(desk: Desk):
    await desk.make()
    first = await desk.judge(**FAILING)
    await pending(desk)
    second = await desk.judge()
    told = await approved(desk)
    assert (told.qa_report_id, told.qa_override) == (second.id, None)
    submitted, *_, last = await desk.history()
    assert (submitted["qa_report_id"], last["qa_report_id"]) == (first.id, second.id)


async def test_submission_without_a_report_pins_none(desk: Desk):
    await desk.make()
    await desk.act("submit", "sato", "editor")
    assert [row["qa_report_id"] for row in await desk.history()] == [None]


async def test_override_lets_pass_and_is_kept_with_its_reason(desk: Desk):
    await desk.make()
    report = await desk.judge(**FAILING)
    await pending(desk)
    await overridden(desk, report)
    told = await approved(desk)
    assert (told.qa_report_id, told.qa_override) == (report.id, OVERRIDE)
    [*_, last] = await desk.history()
    assert QaOverride.model_validate(last["qa_override"]) == OVERRIDE


async def test_later_run_of_the_rules_does_not_clear_what_the_reviewer_found(desk: Desk):
    await desk.make()
    reviewed = await desk.judge(mode="full", **BY_MODEL)
    await desk.judge()
    await pending(desk)
    assert (await refused(desk)).extras["reportId"] == reviewed.id
    await overridden(desk, reviewed)
    told = await approved(desk)
    assert (told.qa_report_id, told.qa_override) == (reviewed.id, OVERRIDE)


async def test_later_word_of_the_reviewer_does_not_take_back_the_earlier_one(desk: Desk):
    await desk.make()
    objecting = await desk.judge(mode="full", **BY_MODEL)
    await desk.judge(mode="full")
    await desk.judge()
    await pending(desk)
    assert (await refused(desk)).extras["reportId"] == objecting.id


async def test_report_by_rules_on_an_older_brand_or_brief_than_was_seen_is_none(desk: Desk):
    await desk.make()
    await desk.judge(brand_version=1, brief_version=3)
    await pending(desk)
    for newer in ({"brand_version": 2, "brief_version": 3}, {"brand_version": 1, "brief_version": 4}):
        assert (await refused(desk, **newer)).extras["verdict"] == "missing"
    told = await desk.act("approve", "kato", brand_version=1, brief_version=3)
    assert told[0].status == 200


async def test_newest_revision_counts_whichever_is_heard_first(desk: Desk):
    await desk.make()
    failing = desk.report(**FAILING)
    suppressed = QaReport.model_validate(failing.model_dump() | {"passed": True, "revision": 2, "sections": HARMLESS})
    for report in (suppressed, failing):
        await desk.hear(QaSuppressed(campaign_id=report.campaign_id, report=report))
    await pending(desk)
    assert (await approved(desk)).qa_report_id == failing.id


async def test_report_on_the_bytes_before_a_change_lets_nothing_pass(desk: Desk):
    await desk.make()
    await desk.judge()
    await desk.hear(desk.version(desk.kit[0], "other"))
    await pending(desk)
    assert (await refused(desk)).extras["verdict"] == "missing"
