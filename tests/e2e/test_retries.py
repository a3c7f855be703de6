"""The governed retry as a whole: a job fails for good, an admin approves bringing it back, and a new job makes it."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from tests.e2e.conftest import Api, Saisei, database_url, running, stand_in, until

REFUSED = "[fault:nsfw] 花"
WHY = "提供元の審査で止まったため、花だけの構図に変えます"


@pytest.fixture(scope="module")
def saisei(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saisei]:
    """An instance whose images come from a provider that refuses some."""
    with stand_in("services/image/tests/replicate_standin.py") as replicate:
        keys = {"REPLICATE_API_TOKEN": "test-token", "REPLICATE_BASE_URL": replicate}
        with running(tmp_path_factory.mktemp("retries"), **keys) as saisei:
            yield saisei


@pytest.fixture(scope="module")
def campaign(saisei: Saisei) -> dict[str, Any]:
    return saisei.api().new_campaign(images=2, platforms=["x"])


def ledger_row(saisei: Saisei, job_id: str) -> str:
    """The job's whole row in the ledger."""

    async def read() -> str:
        connection = await asyncpg.connect(database_url(saisei))
        try:
            return await connection.fetchval("SELECT j::text FROM jobs.jobs j WHERE id = $1", job_id)
        finally:
            await connection.close()

    return asyncio.run(read())


def _image(api: Api, campaign: dict[str, Any], number: int) -> dict[str, Any]:
    return [asset for asset in api.kit(campaign["id"]).values() if asset["kind"] == "image"][number]


def test_refused_image_fails_its_job_in_words_and_the_rest_goes_on(saisei: Saisei, campaign: dict[str, Any]) -> None:
    api = saisei.api()
    image = _image(api, campaign, 0)
    job = api.regenerate(campaign["id"], image, customPrompt=REFUSED)
    failed = _image(api, campaign, 0)
    again = {"type": "image", "assetId": image["id"], "options": {"customPrompt": REFUSED}}
    refused = api.http.post(f"/api/campaigns/{campaign['id']}/regenerate", json=again)
    fixed = api.regenerate(campaign["id"], image, customPrompt="朝の花")
    until(lambda: api.settled(campaign["id"])["status"], lambda status: status == "ready")
    assert (job["status"], job["error"]["code"]) == ("FAILED", "REFUSED_BY_PROVIDER")
    assert (failed["version"], failed["error"]["code"]) == (image["version"], "REFUSED_BY_PROVIDER")
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "retry-required")
    assert fixed["status"] == "COMPLETED"


def test_failed_job_comes_back_as_a_new_one_once_an_admin_has_approved_and_executed_it_all_on_record(
    saisei: Saisei, campaign: dict[str, Any]
) -> None:
    editor, admin = saisei.api(), saisei.api("admin", user="sato")
    image = _image(editor, campaign, 1)
    failed = editor.regenerate(campaign["id"], image, customPrompt=REFUSED)
    before = admin.http.get(f"/api/jobs/{failed['id']}").content
    row, picture = ledger_row(saisei, failed["id"]), editor.http.get(image["blob"]["url"]).content
    approval = {"sourceJobId": failed["id"], "reasonCode": "IMPROVED_PROMPT", "reasonText": WHY}
    approval |= {"correction": {"prompt": "白い花、朝の光"}}
    assert editor.http.post("/api/admin/retry-intents", json=approval).status_code == 403
    intent = admin.post("/api/admin/retry-intents", approval)
    assert _image(editor, campaign, 1)["version"] == image["version"]

    job = admin.post(f"/api/admin/retry-intents/{intent['id']}/execute")
    admin.cascade(job["cascadeId"])
    done = admin.get(f"/api/jobs/{job['id']}")
    assert (done["status"], done["retryOfJobId"], done["retryIntentId"]) == ("COMPLETED", failed["id"], intent["id"])
    made = _image(editor, campaign, 1)
    assert (made["version"], made["prompt"], made["jobId"]) == (image["version"] + 1, "白い花、朝の光", job["id"])
    assert admin.http.get(f"/api/jobs/{failed['id']}").content == before
    assert ledger_row(saisei, failed["id"]) == row
    assert editor.http.get(image["blob"]["url"]).content == picture

    second = admin.http.post(f"/api/admin/retry-intents/{intent['id']}/execute")
    assert (second.status_code, second.json()["jobId"]) == (409, job["id"])
    [listed] = admin.get("/api/admin/retry-intents", jobId=failed["id"])["items"]
    assert (listed["status"], listed["approvedBy"], listed["consumedBy"]) == ("CONSUMED", "sato", "sato")
    assert listed["reasonText"] == WHY
    _is_on_record(admin, campaign, listed)


def _is_on_record(admin: Api, campaign: dict[str, Any], intent: dict[str, Any]) -> None:
    """The audit log tells who did each of it, in which trace, and its chain holds."""

    def told() -> list[dict[str, Any]]:
        lines = admin.http.get("/api/admin/audit", params={"campaignId": campaign["id"]}).text.splitlines()
        return [json.loads(line) for line in lines]

    acts = until(told, lambda found: any(one["action"] == "retry_intents.execute" for one in found))
    about = [one for one in acts if one["targetId"] == intent["id"]]
    assert [(one["action"], one["actor"], one["role"]) for one in about] == [
        ("retry_intents.create", "sato", "admin"),
        ("retry_intents.execute", "sato", "admin"),
    ]
    created, executed = about
    assert (created["before"], created["after"]["reasonText"]) == (None, WHY)
    assert (executed["before"]["status"], executed["after"]["status"]) == ("PENDING", "CONSUMED")
    assert executed["after"]["jobId"] == intent["jobId"]
    assert all(one["address"] == "127.0.0.1" and one["requestId"] and one["userAgent"] for one in acts)
    # The act, its job and everything that the job made are one cascade and one trace.
    tree = admin.get(f"/api/cascades/{executed['cascadeId']}")
    assert executed["traceId"] == tree["traceId"]
    assert admin.get(f"/api/jobs/{intent['jobId']}")["cascadeId"] == executed["cascadeId"]
    asked = [one for one in acts if one["action"] == "jobs.request"]
    assert {one["actor"] for one in asked} == {"editor-1"}
    verdict = admin.get("/api/admin/audit/verify")
    assert (verdict["ok"], verdict["faults"]) == (True, [])
    assert verdict["checked"] >= len(acts)
