"""Listing what is stale, and regenerating all of it."""

from uuid import uuid4

from contracts.assets import AssetPinned
from contracts.compositor import RenderAssets
from contracts.envelope import Reply
from contracts.jobs import RequestJobs

KINDS = "copy_variant, image, composited_image, platform_image"


async def test_wrong_kind_among_stale_ones_is_one_error(client, kit):
    answer = await client.post(f"/api/campaigns/{kit.id}/regenerate-dirty", json={"kinds": ["poem"]})
    assert answer.json()["errors"] == [{"path": "kinds.0", "message": f"must be one of {KINDS}"}]
    empty = await client.post(f"/api/campaigns/{kit.id}/regenerate-dirty", json={"kinds": []})
    assert [one["path"] for one in empty.json()["errors"]] == ["kinds"]


async def test_stale_assets_are_listed_with_cause_and_price(client, stale_kit):
    told = (await client.get(f"/api/campaigns/{stale_kit.id}/dirty")).json()
    assert {one["id"] for one in told["items"]} == {stale_kit.copy, stale_kit.image}
    assert told["estimatedYen"] == 8
    causes = [one["causes"][0] for one in told["items"]]
    assert {cause["upstreamId"] for cause in causes} == {stale_kit.id}
    assert {cause["text"] for cause in causes} == {"brief is at version 2; this was made from version 1"}


async def test_regenerating_all_stale_is_one_cascade_and_repeats_alike(client, stale_kit, ledger):
    path, body = f"/api/campaigns/{stale_kit.id}/regenerate-dirty", {"kinds": ["copy_variant", "image"]}
    headers = {"Idempotency-Key": str(uuid4())}
    first = await client.post(path, json=body, headers=headers)
    assert first.status_code == 202
    assert {job["targetId"] for job in first.json()["jobs"]} == {stale_kit.copy, stale_kit.image}
    assert {job["cascadeId"] for job in first.json()["jobs"]} == {first.json()["cascadeId"]}
    again = await client.post(path, json=body, headers=headers)
    assert again.json() == first.json()
    assert len(ledger) == 2


async def test_repeat_starts_no_job_of_a_group_in_which_nothing_was_due_the_first_time(
    client, kit, ledger, services, settled, make_envelope, stale_brief
):
    async def nothing(_command, _services):
        return Reply(status=202, body={"jobs": [], "skipped": []})

    services.on(RenderAssets, nothing)
    path, body = f"/api/campaigns/{kit.id}/regenerate-dirty", {"kinds": ["image", "composited_image"]}
    headers = {"Idempotency-Key": str(uuid4())}
    first = await client.post(path, json=body, headers=headers)
    await settled(make_envelope(stale_brief))
    again = await client.post(path, json=body, headers=headers)
    assert (first.status_code, first.json()["jobs"], again.json()["jobs"]) == (202, [], [])
    assert ledger == []
    sent = [envelope.id for envelope in services.received if envelope.type == RequestJobs.type]
    assert len(sent) == 2
    assert len(set(sent)) == 1


async def test_pinned_assets_are_skipped_with_the_reason(client, stale_kit, ledger, settled, make_envelope):
    pinned = AssetPinned(campaign_id=stale_kit.id, asset_id=stale_kit.image, kind="image", pinned=True, revision=1)
    await settled(make_envelope(pinned))
    path = f"/api/campaigns/{stale_kit.id}/regenerate-dirty"
    told = (await client.post(path, json={"kinds": ["image"]})).json()
    assert told["jobs"] == []
    assert told["skipped"] == [{"assetId": stale_kit.image, "reason": "pinned"}]
    assert ledger == []


async def test_failed_asset_that_needs_a_retry_is_skipped(client, stale_kit, services, refuse):
    async def answer(_command, _services):
        return refuse("retry-required", 409, "retry")

    services.on(RequestJobs, answer)
    path = f"/api/campaigns/{stale_kit.id}/regenerate-dirty"
    told = (await client.post(path, json={"kinds": ["image"]})).json()
    assert told["skipped"] == [{"assetId": stale_kit.image, "reason": "retry-required"}]
