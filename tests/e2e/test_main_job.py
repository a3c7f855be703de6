"""Brief to kit, then one piece regenerated: exactly what rests on it follows."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from platforms.registry import load_registry
from tests.e2e.conftest import Api, changed, find, resting_on


@pytest.fixture(scope="module")
def campaign(saisei) -> dict[str, Any]:
    return saisei.api().new_campaign(images=2)


def test_kit_has_every_asset_ready_and_fresh(campaign: dict[str, Any]) -> None:
    kinds = [asset["kind"] for asset in campaign["assets"]]
    placements = sum(len(load_registry().default_placements(name)) for name in ("instagram", "x", "line"))
    assert campaign["status"] == "ready"
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "copy_variant": 12,
        "image": 2,
        "composited_image": 6,
        "platform_image": 2 * placements,
    }
    assert not [asset for asset in campaign["assets"] if asset["stale"] or asset["status"] != "ready"]


def test_platform_images_meet_the_registry(api: Api, campaign: dict[str, Any]) -> None:
    for asset in campaign["assets"]:
        if asset["kind"] == "platform_image":
            entry = load_registry().placement(asset["placement"])
            blob = asset["blob"]
            data = api.http.get(blob["url"]).content
            assert (blob["width"], blob["height"]) == (entry.width, entry.height)
            assert blob["mediaType"] in entry.formats
            assert len(data) == blob["bytes"] <= entry.max_bytes


def test_offline_material_says_so_everywhere(campaign: dict[str, Any]) -> None:
    assert all(asset["offline"] for asset in campaign["assets"])


def test_regenerating_an_image_changes_it_and_what_rests_on_it_alone(api: Api, campaign: dict[str, Any]) -> None:
    before = api.kit(campaign["id"])
    image = find(before, kind="image", ordinal=1)
    job = api.regenerate(campaign["id"], image)
    after = api.kit(campaign["id"])
    assert job["status"] == "COMPLETED"
    assert job["result"] == {"assetId": image["id"], "version": image["version"] + 1, "changed": True}
    assert changed(before, after) == {image["id"]} | resting_on(before, image["id"])
    assert not [asset for asset in after.values() if asset["stale"]]


def test_regenerating_a_copy_variant_leaves_its_siblings_alone(api: Api, campaign: dict[str, Any]) -> None:
    before = api.kit(campaign["id"])
    variant = find(before, kind="copy_variant", platform="instagram", variantLabel="A案")
    api.regenerate(campaign["id"], variant)
    after = api.kit(campaign["id"])
    touched = {variant["id"]} | resting_on(before, variant["id"])
    assert changed(before, after) == touched
    assert {after[key]["kind"] for key in touched} == {"copy_variant", "composited_image", "platform_image"}


def test_variant_that_no_composite_carries_changes_nothing_else(api: Api, campaign: dict[str, Any]) -> None:
    before = api.kit(campaign["id"])
    variant = find(before, kind="copy_variant", platform="x", variantLabel="D案")
    api.regenerate(campaign["id"], variant)
    assert changed(before, api.kit(campaign["id"])) == {variant["id"]}


def test_every_version_tells_its_inputs_cause_and_cascade(api: Api, campaign: dict[str, Any]) -> None:
    for asset in api.kit(campaign["id"]).values():
        for version in api.get(f"/api/assets/{asset['id']}/versions")["items"]:
            assert version["inputHash"]
            assert version["causationId"]
            assert version["cascadeId"]
            assert version["inputs"]["parameters"] or version["inputs"]["upstream"]
            if asset["kind"] in ("copy_variant", "image"):
                assert version["jobId"]


def test_cascade_is_one_tree_and_one_trace_from_request_to_last_file(api: Api, campaign: dict[str, Any]) -> None:
    before = api.kit(campaign["id"])
    image = find(before, kind="image", ordinal=2)
    job = api.regenerate(campaign["id"], image)
    cascade = api.cascade(job["cascadeId"])
    nodes = _flat(cascade["root"])
    assert cascade["root"]["method"] == "POST"
    assert cascade["root"]["path"].endswith("/regenerate")
    assert {node["traceId"] for node in nodes} == {cascade["traceId"]}
    assert not [node for node in nodes if node["orphan"]]
    assert [node["type"] for node in cascade["root"]["children"]] == ["job.requested"]
    rendered = {node["assetId"] for node in nodes if node["type"].endswith(".rendered")}
    assert rendered == resting_on(before, image["id"])
    # QA may have judged what came of it by now, in the same cascade.
    assert {node["service"] for node in nodes} - {"qa"} == {"jobs", "image", "compositor"}


def test_cascade_that_says_it_has_settled_is_whole(api: Api, campaign: dict[str, Any]) -> None:
    kit = api.kit(campaign["id"])
    image = find(kit, kind="image", ordinal=1)
    for _ in range(3):
        body = {"type": "image", "assetId": image["id"]}
        job = api.post(f"/api/campaigns/{campaign['id']}/regenerate", body)
        nodes = _flat(api.cascade(job["cascadeId"], every=0)["root"])
        assert {node["assetId"] for node in nodes if ".rendered" in node["type"]} == resting_on(kit, image["id"])


def test_waiting_for_a_cascade_answers_once_with_the_whole_of_it(api: Api, campaign: dict[str, Any]) -> None:
    kit = api.kit(campaign["id"])
    image = find(kit, kind="image", ordinal=2)
    body = {"type": "image", "assetId": image["id"]}
    job = api.post(f"/api/campaigns/{campaign['id']}/regenerate", body)
    answer = api.http.get(f"/api/cascades/{job['cascadeId']}", headers={"Prefer": "wait=30"}).json()
    rendered = {node["assetId"] for node in _flat(answer["root"]) if ".rendered" in node["type"]}
    assert (answer["status"], rendered) == ("settled", resting_on(kit, image["id"]))


def test_preview_tells_what_will_happen_and_changes_nothing(api: Api, campaign: dict[str, Any]) -> None:
    before = api.kit(campaign["id"])
    image = find(before, kind="image", ordinal=1)
    body = {"type": "image", "assetId": image["id"]}
    preview = api.post(f"/api/campaigns/{campaign['id']}/regenerate/preview", body)
    assert {asset["id"] for asset in preview["assets"]} == {image["id"]} | resting_on(before, image["id"])
    assert preview["paidCalls"] == 0
    assert changed(before, api.kit(campaign["id"])) == set()


def test_photo_over_an_image_needs_a_prompt_and_a_restored_one_regenerates_again(
    api: Api, campaign: dict[str, Any], tmp_path: Path
) -> None:
    image = find(api.kit(campaign["id"]), kind="image", ordinal=2)
    photo = tmp_path / "photo.png"
    Image.linear_gradient("L").resize((900, 700)).convert("RGB").save(photo)
    files = {"photo": ("photo.png", photo.read_bytes())}
    uploaded = api.http.post(f"/api/campaigns/{campaign['id']}/images", files=files, data={"assetId": image["id"]})
    assert uploaded.status_code == 202, uploaded.text
    api.settled(campaign["id"])
    body = {"type": "image", "assetId": image["id"]}
    refused = api.http.post(f"/api/campaigns/{campaign['id']}/regenerate", json=body)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (422, "photo-needs-prompt")
    api.post(f"/api/assets/{image['id']}/versions/{image['version']}/restore")
    assert api.regenerate(campaign["id"], image)["status"] == "COMPLETED"


def test_hand_written_copy_is_held_to_the_limits(api: Api, campaign: dict[str, Any]) -> None:
    variant = find(api.kit(campaign["id"]), kind="copy_variant", platform="line", variantLabel="A案")
    response = api.http.patch(f"/api/copy-variants/{variant['id']}", json={"headline": "あ" * 60})
    problem = response.json()
    assert response.status_code == 422
    assert problem["violations"]
    assert api.kit(campaign["id"])[variant["id"]]["version"] == variant["version"]


def test_hand_written_copy_cascades_like_any_change(api: Api, campaign: dict[str, Any]) -> None:
    before = api.kit(campaign["id"])
    variant = find(before, kind="copy_variant", platform="line", variantLabel="A案")
    edited = api.patch(f"/api/copy-variants/{variant['id']}", {"headline": "春を、ひとくち。"})
    api.settled(campaign["id"])
    after = api.kit(campaign["id"])
    assert edited["copy"]["headline"] == "春を、ひとくち。"
    assert edited["copy"]["body"] == variant["copy"]["body"]
    assert changed(before, after) == {variant["id"]} | resting_on(before, variant["id"])


def _flat(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for child in node["children"] for one in (child, *_flat(child))]
