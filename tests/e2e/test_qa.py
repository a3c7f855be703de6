"""QA as people meet it: it judges by itself, is bound to the bytes it judged, and stands in the way of approving."""

from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.conftest import Saisei, find, until
from tests.e2e.test_approval import Desk

CLAIM = "日本一の抹茶で、ひと息。"


@pytest.fixture
def desk(saisei: Saisei) -> Desk:
    return Desk(saisei)


def _claimed(desk: Desk) -> dict[str, Any]:
    """The report after somebody wrote what the law does not allow."""
    desk.judged()
    variant = desk.asset(kind="copy_variant", variantLabel="B案")
    desk.editor.patch(f"/api/copy-variants/{variant['id']}", {"headline": CLAIM})
    return until(
        lambda: desk.editor.get(f"{desk.path}/qa")["items"][0],
        lambda report: report["status"] == "completed" and not report["stale"],
    )


def test_changed_words_are_judged_in_their_own_cascade(desk: Desk) -> None:
    report = _claimed(desk)
    assert (report["mode"], report["passed"], report["offline"]) == ("rules", False, False)
    issues = report["sections"]["legal"]["issues"]
    assert [(one["rule"], one["quote"], one["severity"]) for one in issues] == [("legal.number_one", "日本一", "error")]
    assert "景品表示法" in issues[0]["source"]
    assert report["overallScore"] == 80
    newest = desk.editor.get(f"{desk.path}/cascades")["items"][0]["id"]
    told = until(lambda: str(desk.editor.get(f"/api/cascades/{newest}")), lambda told: "qa.completed" in told)
    assert "copy.regenerated" in told
    assert desk.editor.get("/api/jobs", campaignId=desk.id, kind="qa")["items"] == []


def test_failing_report_blocks_until_an_admin_overrides_it_and_the_history_keeps_why(desk: Desk) -> None:
    report = _claimed(desk)
    desk.stepped("submit")
    desk.stepped("review", desk.admin("sato"))
    refused = desk.step("approve", desk.admin("kato"))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/qa-blocks")
    assert refused.json()["issues"] == [report["sections"]["legal"]["issues"][0]["id"]]
    override = f"/api/qa/{report['id']}/override"
    assert desk.editor.http.post(override, json={"reason": "先方指定"}).status_code == 403
    desk.admin("kato").post(override, {"reason": "先方の指定。法務部の確認済み"})
    approved = desk.stepped("approve", desk.admin("kato"))
    assert approved["status"] == "approved"
    told = approved["history"][-1]
    assert (told["qaReportId"], told["qaOverride"]["by"]) == (report["id"], "kato")
    assert told["qaOverride"]["reason"] == "先方の指定。法務部の確認済み"


def test_suppressed_finding_counts_no_more_for_the_same_words_and_again_for_others(desk: Desk) -> None:
    report = _claimed(desk)
    issue = report["sections"]["legal"]["issues"][0]
    body = {"issueId": issue["id"], "reason": "2026年1月の自社調べ。出典は画像に記載"}
    told = desk.editor.post(f"/api/qa/{report['id']}/suppressions", body)
    suppressed = told["sections"]["legal"]["issues"][0]["suppressed"]
    assert (told["passed"], suppressed["by"], suppressed["reason"]) == (True, "yamada", body["reason"])
    assert desk.approval()["qa"]["verdict"] == "suppressed"
    again = desk.editor.post(f"{desk.path}/qa", {"mode": "rules"}, Prefer="wait=30")
    assert (again["passed"], again["sections"]["legal"]["issues"][0]["suppressed"]["by"]) == (True, "yamada")
    desk.editor.patch(f"/api/copy-variants/{issue['target']}", {"headline": f"{CLAIM}ぜひ。"})
    later = until(
        lambda: desk.editor.get(f"{desk.path}/qa")["items"][0],
        lambda one: one["status"] == "completed" and not one["stale"],
    )
    assert later["passed"] is False


def test_report_is_stale_once_the_kit_is_another(desk: Desk) -> None:
    first = desk.judged()["qa"]["reportIds"][0]
    image = find(desk.editor.kit(desk.id), kind="image", ordinal=1)
    desk.editor.regenerate(desk.id, image)
    assert desk.editor.get(f"/api/qa/{first}")["stale"] is True
    assert desk.judged()["qa"]["reportIds"] != [first]


def test_full_review_is_a_job_of_the_twin_that_costs_nothing_and_says_so(desk: Desk) -> None:
    desk.judged()
    report = desk.editor.post(f"{desk.path}/qa", {"mode": "full"}, Prefer="wait=30")
    assert (report["status"], report["mode"], report["offline"]) == ("completed", "full", True)
    job = desk.editor.get(f"/api/jobs/{report['jobId']}")
    assert (job["kind"], job["targetId"], job["status"], job["costYen"]) == ("qa", desk.id, "COMPLETED", 0)
    assert desk.editor.get(f"{desk.path}/qa")["reviewYen"] == 0
    by_rules, by_reviewer = desk.approval()["qa"]["reportIds"]
    assert (by_rules == report["id"], by_reviewer) == (False, report["id"])


def test_team_that_wants_it_always_gets_one_review_a_manifest(saisei: Saisei) -> None:
    team = f"team-{uuid4().hex[:8]}"
    admin = saisei.api("admin", team=team, user="sato")
    answer = admin.http.put("/api/admin/qa-rules", json={"reviewing": "always"})
    assert answer.json() == {"reviewing": "always", "revision": 1}
    campaign = saisei.api(team=team, user="yamada").new_campaign(platforms=["x"])
    path = f"/api/campaigns/{campaign['id']}/qa"
    until(lambda: [one["mode"] for one in admin.get(path)["items"] if not one["stale"]], lambda modes: "full" in modes)
    assert len(admin.get("/api/jobs", campaignId=campaign["id"], kind="qa")["items"]) == 1
