"""The documentation's answers are such as the API really gives."""

from typing import Any

import pytest

from gateway.docs import answers, examples


@pytest.fixture(scope="module")
def shown(operations) -> dict[tuple[str, int], Any]:
    """Every JSON answer that the page shows, by operation and status."""
    return {
        (name, int(status)): content.get("example", examples.answer(operation.document, content.get("schema", {})))
        for name, operation in operations.items()
        for status, response in operation.content["responses"].items()
        for content in [response.get("content", {}).get("application/json")]
        if status < "300" and content
    }


def within(value: Any, *names: str) -> list[dict[str, Any]]:
    """All objects inside an answer, itself among them, that have these fields."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [value] if isinstance(value, dict) and value.keys() >= set(names) else []
    return found + [one for part in inner for one in within(part, *names)]


def request_of(operations, name):
    operation = operations[name]
    return examples.requests(operation.document, operation.body[1])[0]


def test_every_answer_that_is_written_down_belongs_to_an_operation(shown: dict[tuple[str, int], Any]):
    assert answers.ANSWERS.keys() <= shown.keys()


def test_asset_is_stale_exactly_when_it_has_causes_and_has_content_exactly_with_a_version(
    shown: dict[tuple[str, int], Any],
):
    assets = within(list(shown.values()), "stale", "contentHash")
    assert {asset["status"] for asset in assets} == {"ready", "pending"}
    for asset in assets:
        assert asset["stale"] == bool(asset["causes"])
        has_version = asset["version"] is not None
        assert [asset[name] is not None for name in ("contentHash", "provider", "offline")] == [has_version] * 3
        assert asset["status"] == ("ready" if has_version else "pending")
        assert (asset["copy"] is not None) == (has_version and asset["kind"] == "copy_variant")
        assert (asset["blob"] is not None) == (has_version and asset["kind"] != "copy_variant")


def test_bytes_are_those_of_the_content(shown: dict[tuple[str, int], Any]):
    pictures = [one for one in within(list(shown.values()), "blob", "contentHash") if one["blob"]]
    assert pictures
    for one in pictures:
        assert one["blob"]["sha256"] == one["contentHash"]
        assert one["blob"]["url"] == f"/api/blobs/{one['contentHash']}"


def test_what_a_person_made_has_no_job_and_no_seed_and_prompts_are_of_images(shown: dict[tuple[str, int], Any]):
    made = within(list(shown.values()), "provider", "seed")
    assert "person" in {one["provider"] for one in made}
    for one in made:
        if one["provider"] == "person":
            assert (one["jobId"], one["seed"], one["prompt"]) == (None, None, None)


def test_campaign_is_ready_exactly_when_all_of_its_kit_is_ready_and_nothing_stale(shown: dict[tuple[str, int], Any]):
    for campaign in within(list(shown.values()), "assets", "briefVersion"):
        ready = all(asset["status"] == "ready" and not asset["stale"] for asset in campaign["assets"])
        assert (campaign["status"] == "ready") == ready


def test_new_campaign_and_new_brand_are_at_their_beginning(shown: dict[tuple[str, int], Any]):
    campaign, brand = shown["createCampaign", 202], shown["createBrand", 201]
    assert {asset["version"] for asset in campaign["assets"]} == {None}
    assert (campaign["status"], campaign["briefVersion"], campaign["createdAt"]) == (
        "pending",
        1,
        campaign["updatedAt"],
    )
    assert (brand["version"], brand["logo"], brand["createdAt"]) == (1, None, brand["updatedAt"])
    assert (shown["putBrandLogo", 200]["logo"] is None, shown["deleteBrandLogo", 200]["logo"]) == (False, None)


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("updateCampaign", lambda answer: answer),
        ("updateBrand", lambda answer: answer),
        ("createCampaign", lambda answer: answer),
        ("createBrand", lambda answer: answer),
        ("updateCopyVariant", lambda answer: answer["copy"]),
        ("updateImage", lambda answer: answer),
        ("updateComposite", lambda answer: answer),
    ],
)
def test_answer_says_what_its_request_asked_for(operations, shown: dict[tuple[str, int], Any], name, at):
    (answer,) = [at(one) for (operation, status), one in shown.items() if operation == name]
    for field, value in request_of(operations, name).items():
        if field != "images":
            told = answer[field]
            assert value == ({key: told[key] for key in value} if isinstance(value, dict) else told)


def test_photo_is_a_new_image_of_a_persons(shown: dict[tuple[str, int], Any]):
    photo = shown["uploadImage", 202]
    assert (photo["provider"], photo["version"], photo["prompt"], photo["seed"]) == ("person", 1, None, None)


def test_job_has_an_end_exactly_when_it_is_over_and_none_is_over_when_it_is_taken_on(shown: dict[tuple[str, int], Any]):
    for (_, status), answer in shown.items():
        for job in within(answer, "targetId", "attempts"):
            over, done = job["status"] not in ("PENDING", "RUNNING"), job["status"] == "COMPLETED"
            assert (over and status == 202) is False
            assert bool(job["endedAt"]) == over
            assert [bool(job[name]) for name in ("result", "attempts", "costYen")] == [done] * 3
            assert not over or job["createdAt"] < job["startedAt"] < job["endedAt"]


def test_plan_counts_what_is_paid_and_names_each_asset_once(shown: dict[tuple[str, int], Any]):
    plan = shown["previewRegeneration", 200]
    assert plan["paidCalls"] == sum(asset["paid"] for asset in plan["assets"])
    assert len({asset["id"] for asset in plan["assets"]}) == len(plan["assets"])


def test_versions_come_newest_first_and_only_the_newest_is_current(shown: dict[tuple[str, int], Any]):
    for name in ("listVersions", "getHistory"):
        versions = shown[name, 200]["items"]
        assert [(one["version"], one["previousVersion"], one["current"]) for one in versions] == [
            (2, 1, True),
            (1, None, False),
        ]


def test_skipped_assets_are_not_those_that_jobs_were_made_for(shown: dict[tuple[str, int], Any]):
    begun = shown["regenerateDirty", 202]
    assert not {job["targetId"] for job in begun["jobs"]} & {one["assetId"] for one in begun["skipped"]}
