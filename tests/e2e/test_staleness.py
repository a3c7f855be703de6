"""Staleness as a person meets it: named causes, nothing done unasked, nothing done twice."""

import io
from typing import Any

import pytest
from PIL import Image, ImageDraw

from tests.e2e.conftest import Api, changed, find, resting_on, until


@pytest.fixture(scope="module")
def campaign(saisei) -> dict[str, Any]:
    return saisei.api(user="editor-2").new_campaign(images=2)


def _jobs(api: Api, campaign_id: str) -> list[dict[str, Any]]:
    return api.get("/api/jobs", campaignId=campaign_id, limit=100)["items"]


def test_edited_prompt_is_stale_with_its_cause_and_edited_back_is_fresh_without_work(
    api: Api, campaign: dict[str, Any]
) -> None:
    before, jobs = api.kit(campaign["id"]), _jobs(api, campaign["id"])
    image = find(before, kind="image", ordinal=1)
    api.patch(f"/api/images/{image['id']}", {"prompt": "朝の光の中の湯呑み"})
    after = api.kit(campaign["id"])
    assert after[image["id"]]["stale"]
    assert [cause["now"] for cause in after[image["id"]]["causes"]] == ["朝の光の中の湯呑み"]
    assert all(after[key]["pendingUpstream"] and not after[key]["stale"] for key in resting_on(after, image["id"]))
    api.patch(f"/api/images/{image['id']}", {"prompt": image["prompt"]})
    back = api.kit(campaign["id"])
    assert not [asset for asset in back.values() if asset["stale"] or asset["pendingUpstream"]]
    assert changed(before, after) == changed(before, back) == set()
    assert _jobs(api, campaign["id"]) == jobs


def test_equal_bytes_stop_the_cascade(api: Api, campaign: dict[str, Any]) -> None:
    before = api.kit(campaign["id"])
    composite = find(before, kind="composited_image", platform="x", ordinal=1)
    job = api.regenerate(campaign["id"], composite)
    cascade = api.cascade(job["cascadeId"])
    assert job["result"]["changed"] is False
    assert changed(before, api.kit(campaign["id"])) == set()
    assert "platform_image.rendered" not in str(cascade)


def test_brand_words_confirm_composites_and_wait_for_consent_on_paid_work(api: Api) -> None:
    campaign = api.new_campaign(platforms=["x"])
    before = api.kit(campaign["id"])
    api.patch(f"/api/brands/{campaign['brandId']}", {"toneDescription": "静かに語りかける"})
    paid = {key for key, asset in before.items() if asset["kind"] in ("copy_variant", "image")}
    stale = until(
        lambda: {key for key, asset in api.kit(campaign["id"]).items() if asset["stale"]}, lambda now: now == paid
    )
    after = api.kit(campaign["id"])
    assert stale == paid
    assert changed(before, after) == set()
    assert {cause["upstreamId"] for key in paid for cause in after[key]["causes"]} == {campaign["brandId"]}


def test_brand_colour_renders_composites_anew(api: Api) -> None:
    campaign = api.new_campaign(platforms=["x"])
    before = api.kit(campaign["id"])
    colours = {"primary": "#2f5d50", "accent": "#1f4fa3", "text": "#1f2a26"}
    api.patch(f"/api/brands/{campaign['brandId']}", {"colours": colours})
    free = {key for key, asset in before.items() if asset["kind"] in ("composited_image", "platform_image")}
    until(lambda: changed(before, api.kit(campaign["id"])), lambda now: now == free)


def _wordmark() -> bytes:
    image = Image.new("RGBA", (480, 160))
    pen = ImageDraw.Draw(image)
    pen.ellipse((20, 20, 140, 140), fill="#b0402a")
    pen.rectangle((180, 50, 460, 110), fill="#1f2a26")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_logo_renders_composites_anew_and_leaves_what_is_paid_for_fresh(api: Api) -> None:
    campaign = api.new_campaign(platforms=["x"])
    before, jobs = api.kit(campaign["id"]), _jobs(api, campaign["id"])
    brand = api.put_logo(campaign["brandId"], _wordmark())
    assert (brand["logo"]["width"], brand["logo"]["height"]) == (441, 121)
    free = {key for key, asset in before.items() if asset["kind"] in ("composited_image", "platform_image")}
    until(lambda: changed(before, api.kit(campaign["id"])), lambda now: now == free)
    marked = api.settled(campaign["id"])
    assert marked["status"] == "ready"
    assert not [asset for asset in marked["assets"] if asset["stale"]]
    assert _jobs(api, campaign["id"]) == jobs
    assert api.delete(f"/api/brands/{campaign['brandId']}/logo")["logo"] is None
    until(
        lambda: {key: asset["contentHash"] for key, asset in api.kit(campaign["id"]).items()},
        lambda now: now == {key: asset["contentHash"] for key, asset in before.items()},
    )
    assert not [asset for asset in api.settled(campaign["id"])["assets"] if asset["stale"]]


def test_edited_brief_makes_copy_and_images_stale(api: Api) -> None:
    campaign = api.new_campaign(platforms=["x"])
    api.patch(f"/api/campaigns/{campaign['id']}", {"brief": {"targetAudience": "週末に出かける家族"}})
    kit = api.kit(campaign["id"])
    assert {asset["kind"] for asset in kit.values() if asset["stale"]} == {"copy_variant", "image"}
    dirty = api.get(f"/api/campaigns/{campaign['id']}/dirty")
    assert {item["id"] for item in dirty["items"]} == {key for key, asset in kit.items() if asset["stale"]}
    answer = api.post(f"/api/campaigns/{campaign['id']}/regenerate-dirty", {"kinds": ["copy_variant", "image"]})
    assert len(answer["jobs"]) == 5
    api.cascade(answer["cascadeId"])
    until(lambda: [a for a in api.kit(campaign["id"]).values() if a["stale"]], lambda stale: not stale)
    assert api.settled(campaign["id"])["status"] == "ready"


def test_restoring_a_version_cascades_like_any_change(api: Api, campaign: dict[str, Any]) -> None:
    image = find(api.kit(campaign["id"]), kind="image", ordinal=2)
    api.regenerate(campaign["id"], image)
    before = api.kit(campaign["id"])
    newest = before[image["id"]]["version"]
    api.post(f"/api/assets/{image['id']}/versions/{newest - 1}/restore")
    expected = {image["id"]} | resting_on(before, image["id"])
    until(lambda: changed(before, api.kit(campaign["id"])), lambda now: now == expected)
    after = api.settled(campaign["id"])
    restored = find(api.kit(campaign["id"]), id=image["id"])
    assert (restored["version"], restored["contentHash"]) == (newest + 1, image["contentHash"])
    assert not [asset for asset in after["assets"] if asset["stale"]]


def test_vertical_layout_renders_the_composite_and_what_rests_on_it(api: Api, campaign: dict[str, Any]) -> None:
    before = api.kit(campaign["id"])
    composite = find(before, kind="composited_image", platform="line", ordinal=2)
    api.patch(f"/api/composites/{composite['id']}", {"layout": "vertical_right"})
    expected = {composite["id"]} | resting_on(before, composite["id"])
    until(lambda: changed(before, api.kit(campaign["id"])), lambda now: now == expected)
    rendered = find({asset["id"]: asset for asset in api.settled(campaign["id"])["assets"]}, id=composite["id"])
    assert (rendered["layout"], rendered["stale"]) == ("vertical_right", False)


def test_pinned_asset_takes_no_part_until_it_is_unpinned(api: Api, campaign: dict[str, Any]) -> None:
    before = api.kit(campaign["id"])
    image = find(before, kind="image", ordinal=1)
    pinned = find(before, kind="composited_image", platform="x", ordinal=1)
    api.patch(f"/api/composites/{pinned['id']}", {"pinned": True})
    api.regenerate(campaign["id"], image)
    held = api.kit(campaign["id"])
    assert held[pinned["id"]]["pinned"]
    assert held[pinned["id"]]["stale"]
    assert pinned["id"] not in changed(before, held)
    api.patch(f"/api/composites/{pinned['id']}", {"pinned": False})
    until(lambda: api.kit(campaign["id"])[pinned["id"]]["stale"], lambda stale: not stale)


def test_accepted_asset_is_fresh_as_it_is(api: Api, campaign: dict[str, Any]) -> None:
    image = find(api.kit(campaign["id"]), kind="image", ordinal=2)
    api.patch(f"/api/images/{image['id']}", {"prompt": "少しだけ違う言い方"})
    assert api.kit(campaign["id"])[image["id"]]["stale"]
    api.patch(f"/api/images/{image['id']}", {"accept": {"reason": "言い回しの違いだけで、絵は同じでよいため"}})
    accepted = api.kit(campaign["id"])[image["id"]]
    assert not accepted["stale"]
    assert accepted["contentHash"] == image["contentHash"]


def test_burst_of_five_ends_with_the_newest_and_drops_what_had_not_started(api: Api) -> None:
    campaign = api.new_campaign(platforms=["x"])
    image = find(api.kit(campaign["id"]), kind="image", ordinal=1)
    body = {"type": "image", "assetId": image["id"]}
    jobs = [api.post(f"/api/campaigns/{campaign['id']}/regenerate", body) for _ in range(5)]
    for job in jobs:
        api.cascade(job["cascadeId"])
    kit = {asset["id"]: asset for asset in api.settled(campaign["id"])["assets"]}
    ended = [api.get(f"/api/jobs/{job['id']}") for job in jobs]
    superseded = [job for job in ended if job["status"] == "SUPERSEDED"]
    assert ended[-1]["status"] == "COMPLETED"
    assert kit[image["id"]]["jobId"] == jobs[-1]["id"]
    assert [job for job in superseded if job["startedAt"] is None]
    assert all(not job["attempts"] for job in superseded if job["startedAt"] is None)
    assert not [asset for asset in kit.values() if asset["stale"]]
