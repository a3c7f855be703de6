"""Approvals as people meet them: bound to what was seen, voided by other bytes, and by nothing else."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.e2e.conftest import Api, Saisei, changed, find, resting_on, until

COLOURS = {"primary": "#2f5d50", "accent": "#1f4fa3", "text": "#1f2a26"}


class Desk:
    """One campaign of a team, and the people who decide about it."""

    def __init__(self, saisei: Saisei) -> None:
        self.saisei, self.editor = saisei, saisei.api(user="yamada")
        self.campaign = self.editor.new_campaign(images=1, platforms=["x"])
        self.id = self.campaign["id"]
        self.path = f"/api/campaigns/{self.id}"

    def admin(self, name: str) -> Api:
        return self.saisei.api("admin", user=name)

    def approval(self) -> dict[str, Any]:
        return self.editor.get(f"{self.path}/approval")

    def judged(self) -> dict[str, Any]:
        """How it stands once QA has judged the kit as it is."""
        return until(self.approval, lambda told: told["qa"]["verdict"] != "missing")

    def step(self, action: str, by: Api | None = None, **given: Any) -> httpx2.Response:
        told = self.approval()
        named = {"version": told["version"], "manifest": told["manifest"] or told["currentManifest"]}
        headers = {"Idempotency-Key": str(uuid4())}
        body = {"action": action, **named, **given}
        return (by or self.editor).http.post(f"{self.path}/approve", json=body, headers=headers)

    def stepped(self, action: str, by: Api | None = None, **given: Any) -> dict[str, Any]:
        answer = self.step(action, by, **given)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def approved(self) -> dict[str, Any]:
        """The workflow once everybody has said yes."""
        self.judged()
        self.stepped("submit", comment="ご確認をお願いいたします。")
        self.stepped("review", self.admin("sato"))
        return self.stepped("approve", self.admin("kato"))

    def asset(self, **wanted: Any) -> dict[str, Any]:
        return find(self.editor.kit(self.id), **wanted)

    def stands(self, status: str) -> dict[str, Any]:
        return until(self.approval, lambda told: told["status"] == status)


@pytest.fixture
def desk(saisei: Saisei) -> Desk:
    return Desk(saisei)


def test_kit_goes_from_submission_to_approval_by_three_people_and_says_so(desk: Desk) -> None:
    assert desk.judged()["qa"]["verdict"] == "passed"
    told = desk.stepped("submit", comment="ご確認をお願いいたします。")
    assert (told["status"], told["version"], told["manifest"]) == ("pending_review", 1, told["currentManifest"])
    assert told["qaReportId"] == told["qa"]["reportIds"][0]
    desk.stepped("review", desk.admin("sato"))
    both = desk.step("approve", desk.admin("sato"))
    assert (both.status_code, both.json()["type"]) == (409, "/problems/both-steps")
    told = desk.stepped("approve", desk.admin("kato"), comment="承認します")
    assert [told[step]["by"] for step in ("submitted", "reviewed", "approved")] == ["yamada", "sato", "kato"]
    assert [step["action"] for step in told["history"]] == ["submitted", "reviewed", "approved"]
    assert desk.editor.get(desk.path)["approvalStatus"] == "approved"
    acts = desk.admin("sato").http.get("/api/admin/audit", params={"campaignId": desk.id}).text
    assert acts.count('"approval.act"') == 3


def test_own_work_is_approved_by_somebody_else_unless_the_team_says_otherwise(saisei: Saisei) -> None:
    desk = Desk(saisei)
    desk.judged()
    desk.stepped("submit", desk.admin("sato"))
    desk.stepped("review", desk.admin("kato"))
    # Yamada did not submit it, but had every version of it made.
    for name in ("sato", "yamada"):
        refused = desk.step("approve", desk.admin(name))
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/self-approval")
    assert desk.step("approve").status_code == 403
    assert desk.stepped("approve", desk.admin("suzuki"))["status"] == "approved"


def test_approval_of_what_was_regenerated_meanwhile_is_refused_with_the_difference(desk: Desk) -> None:
    desk.judged()
    old = desk.stepped("submit")
    desk.stepped("review", desk.admin("sato"))
    before, image = desk.editor.kit(desk.id), desk.asset(kind="image", ordinal=1)
    body = {"type": "image", "assetId": image["id"]}
    locked = desk.editor.http.post(f"{desk.path}/regenerate", json=body)
    assert (locked.status_code, locked.json()["type"]) == (409, "/problems/approval-locked")
    preview = desk.editor.post(f"{desk.path}/regenerate/preview", body)
    assert [one["by"] for one in preview["approvalsVoided"][0]["decisions"]] == ["yamada", "sato"]
    job = desk.editor.post(f"{desk.path}/regenerate", {**body, "reopen": True}, Prefer="wait=30")
    desk.editor.cascade(job["cascadeId"])
    told = desk.stands("draft")
    assert [(step["action"], step["outdated"]) for step in told["history"]] == [
        ("submitted", True),
        ("reviewed", True),
        ("reopened", True),
    ]
    refused = desk.step("approve", desk.admin("kato"), version=2, manifest=old["manifest"])
    assert refused.status_code == 409
    diff = refused.json()["diff"]
    expected = {image["id"]} | resting_on(before, image["id"])
    assert {one["assetId"] for one in diff["changed"]} == expected == changed(before, desk.editor.kit(desk.id))
    assert all(one["was"]["thumbnail"]["sha256"] != one["now"]["thumbnail"]["sha256"] for one in diff["changed"])


def test_regeneration_with_equal_bytes_leaves_the_approval_standing(desk: Desk) -> None:
    approved, composite = desk.approved(), desk.asset(kind="composited_image", ordinal=1)
    body = {"type": "composited_image", "assetId": composite["id"], "reopen": True}
    job = desk.editor.post(f"{desk.path}/regenerate", body, Prefer="wait=30")
    assert (job["status"], job["result"]["changed"]) == ("COMPLETED", False)
    desk.editor.cascade(job["cascadeId"])
    assert desk.approval() == approved


def test_brand_edit_beneath_an_approval_is_shown_and_waits_until_it_is_reopened(desk: Desk) -> None:
    approved, before = desk.approved(), desk.editor.kit(desk.id)
    desk.editor.patch(f"/api/brands/{desk.campaign['brandId']}", {"colours": COLOURS})
    composites = {key for key, asset in before.items() if asset["kind"] == "composited_image"}

    def stale() -> set[str]:
        return {key for key, asset in desk.editor.kit(desk.id).items() if asset["stale"] and key in composites}

    until(stale, lambda found: found == composites)
    cascade_id = until(
        lambda: desk.editor.get(f"{desk.path}/cascades")["items"][0]["id"],
        lambda one: "composite.invalidated" in str(desk.editor.get(f"/api/cascades/{one}")),
    )
    assert "composite.rendered" not in str(desk.editor.cascade(cascade_id))
    assert changed(before, desk.editor.kit(desk.id)) == set()
    told = desk.approval()
    assert (told["status"], told["manifest"]) == ("approved", approved["manifest"])
    dirty = {"kinds": ["composited_image"], "reopen": True}
    assert desk.editor.http.post(f"{desk.path}/regenerate-dirty", json=dirty | {"reopen": False}).status_code == 409
    desk.editor.cascade(desk.editor.post(f"{desk.path}/regenerate-dirty", dirty)["cascadeId"])
    desk.stands("draft")
    free = {key for key, asset in before.items() if asset["kind"] in ("composited_image", "platform_image")}
    until(lambda: changed(before, desk.editor.kit(desk.id)), lambda found: found == free)
    assert not stale()


def test_wording_of_ones_own_reopens_and_everything_that_waited_catches_up(desk: Desk) -> None:
    desk.approved()
    before, variant = desk.editor.kit(desk.id), desk.asset(kind="copy_variant", variantLabel="A案")
    desk.editor.patch(f"/api/brands/{desk.campaign['brandId']}", {"colours": COLOURS})
    desk.editor.patch(f"/api/copy-variants/{variant['id']}", {"headline": "一杯で、ひと息。", "reopen": True})
    told = desk.stands("draft")
    assert told["history"][-1]["action"] == "reopened"
    free = {key for key, asset in before.items() if asset["kind"] in ("composited_image", "platform_image")}
    until(lambda: changed(before, desk.editor.kit(desk.id)), lambda found: found == {variant["id"], *free})
    settled = desk.editor.settled(desk.id)
    assert {asset["kind"] for asset in settled["assets"] if asset["stale"]} <= {"copy_variant", "image"}


def test_fifty_admins_at_once_are_one_step_and_forty_nine_refusals(desk: Desk) -> None:
    desk.judged()
    told = desk.stepped("submit")
    body = {"action": "review", "version": told["version"], "manifest": told["manifest"]}
    admins = [desk.admin(f"admin-{n}") for n in range(50)]

    def act(admin: Api) -> httpx2.Response:
        return admin.http.post(f"{desk.path}/approve", json=body, headers={"Idempotency-Key": str(uuid4())})

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(act, admins))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 49
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {"/problems/approval-conflict"}
    assert [step["action"] for step in desk.approval()["history"]] == ["submitted", "reviewed"]


def test_sent_back_corrected_and_submitted_again(desk: Desk) -> None:
    desk.judged()
    desk.stepped("submit")
    assert desk.step("request_revision", desk.admin("sato")).status_code == 422
    desk.stepped("request_revision", desk.admin("sato"), comment="見出しをもう少し短くお願いします。")
    variant = desk.asset(kind="copy_variant", variantLabel="B案")
    desk.editor.patch(f"/api/copy-variants/{variant['id']}", {"headline": "ひと息、抹茶。"})
    assert desk.stands("revision_requested")["history"][-1]["comment"] == "見出しをもう少し短くお願いします。"
    desk.stepped("revise")
    told = desk.stepped("submit")
    assert [step["action"] for step in told["history"]] == ["submitted", "revision_requested", "revised", "submitted"]
    assert desk.stepped("withdraw")["status"] == "draft"


def test_my_approvals_are_counted(desk: Desk) -> None:
    def waiting(name: str) -> tuple[int, set[str]]:
        told = desk.admin(name).get("/api/approvals", state="pending", mine=True, limit=100)
        return told["count"], {one["campaignId"] for one in told["items"]}

    desk.judged()
    before, _ = waiting("sato")
    desk.stepped("submit")
    assert waiting("sato")[0] == before + 1
    desk.stepped("review", desk.admin("sato"))
    assert desk.id not in waiting("sato")[1]
    assert desk.id in waiting("kato")[1]
