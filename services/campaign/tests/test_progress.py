"""When a campaign's kit is complete."""

import asyncio
from typing import Any

import pytest

from contracts.campaign import AddPhoto, CampaignReady, DeleteCampaign
from contracts.compositor import CompositeRendered, PlatformImageRendered, RenderFailed
from contracts.copy import CopyRegenerated
from contracts.image import ImageRegenerated
from contracts.jobs import JobCancelled, JobFailed
from contracts.values import BlobRef, CopyText, InputSet, KitAsset, Wanted

TEXT = CopyText(headline="春", body="春です", cta="見る")
OWN_FIELDS: dict[str, tuple[type, dict[str, Any]]] = {
    "copy_variant": (
        CopyRegenerated,
        {"platform": "x", "variant_label": "A案", "text": TEXT, "register_used": "casual"},
    ),
    "image": (ImageRegenerated, {"prompt_origin": "derived"}),
    "composited_image": (CompositeRendered, {"layout": "l", "contrast": 700, "focal_x": 500, "focal_y": 500}),
    "platform_image": (PlatformImageRendered, {"placement": "x.square", "composite_id": "c"}),
}


@pytest.fixture
async def kit(create) -> list[KitAsset]:
    """The smallest kit: one platform, one image."""
    data = (await create(images=1, platforms=("rakuten",))).data
    kit = [KitAsset.model_validate(asset) for asset in data["kit"]]
    assert len(kit) == 4 + 1 + 1 + 1
    return kit


def _made(asset: KitAsset, version: int = 1):
    model, own = OWN_FIELDS[asset.kind]
    return model(
        campaign_id="c",
        asset_id=asset.id,
        version=version,
        sha256="1" * 64,
        media_type="image/png",
        input_hash="2" * 64,
        inputs=InputSet(),
        wanted=Wanted(revision=1),
        provider="offline",
        offline=True,
        reason="initial",
        **own,
    )


def _failed(asset: KitAsset):
    identity: dict[str, Any] = {"campaign_id": "c", "kind": asset.kind}
    if asset.kind in ("copy_variant", "image"):
        return JobFailed(job_id="j", target_id=asset.id, code="X", message="x", **identity)
    return RenderFailed(asset_id=asset.id, code="X", message="x", wanted=Wanted(revision=1), **identity)


def _told(said) -> list[tuple[str, list[str]]]:
    assert all(envelope.type == CampaignReady.type for envelope in said)
    return [(envelope.data["status"], envelope.data["failedAssetIds"]) for envelope in said]


async def _hear_all(hear, events) -> list[tuple[str, list[str]]]:
    return [told for event in events for told in _told(await hear(event))]


async def test_campaign_is_ready_when_the_last_asset_of_its_kit_is_made(kit, hear):
    *most, last = kit
    assert await _hear_all(hear, map(_made, most)) == []
    assert await _hear_all(hear, [_made(last)]) == [("ready", [])]


async def test_readiness_is_told_once_when_the_last_events_come_at_once(create, hear):
    for _ in range(5):
        data = (await create(images=1, platforms=("rakuten",))).data
        kit = [KitAsset.model_validate(asset) for asset in data["kit"]]
        said = await asyncio.gather(*(hear(_made(asset)) for asset in kit))
        assert [told for one in said for told in _told(one)] == [("ready", [])]


async def test_later_versions_tell_nothing_again(kit, hear):
    await _hear_all(hear, map(_made, kit))
    assert await _hear_all(hear, [_made(asset, version=2) for asset in kit]) == []


async def test_what_rests_on_a_failed_asset_is_not_waited_for(kit, hear):
    chosen, *others, image, _composite, _size = kit
    assert await _hear_all(hear, [_failed(chosen), *map(_made, others)]) == []
    assert await _hear_all(hear, [_made(image)]) == [("partially_failed", [chosen.id])]


async def test_all_that_failed_is_named_whichever_failed_last(kit, hear):
    *copies, image, _composite, _size = kit
    assert await _hear_all(hear, [_failed(image), *map(_made, copies[:-1])]) == []
    assert await _hear_all(hear, [_failed(copies[-1])]) == [("partially_failed", sorted([image.id, copies[-1].id]))]


async def test_what_does_not_rest_on_a_failed_asset_is_waited_for(kit, hear):
    chosen, spare, *rest, last = kit
    assert await _hear_all(hear, [_failed(spare), _made(chosen), *map(_made, rest)]) == []
    assert await _hear_all(hear, [_made(last)]) == [("partially_failed", [spare.id])]


async def test_sizes_of_a_composite_that_failed_are_not_waited_for(kit, hear):
    *pieces, composite, _size = kit
    assert await _hear_all(hear, map(_made, pieces)) == []
    assert await _hear_all(hear, [_failed(composite)]) == [("partially_failed", [composite.id])]


async def test_campaign_becomes_ready_when_what_failed_and_what_rests_on_it_is_made_after_all(kit, hear):
    chosen, *others, composite, size = kit
    await _hear_all(hear, [_failed(chosen), *map(_made, others)])
    assert await _hear_all(hear, [_made(chosen), _made(composite)]) == []
    assert await _hear_all(hear, [_made(size)]) == [("ready", [])]


async def test_asset_whose_job_was_cancelled_is_not_waited_for_until_it_is_made_after_all(kit, hear):
    chosen, *others, image, composite, size = kit
    cancelled = JobCancelled(
        job_id="j", campaign_id="c", kind="image", target_id=image.id, cancelled_by="sato", billed="no"
    )
    assert await _hear_all(hear, map(_made, [chosen, *others])) == []
    assert await _hear_all(hear, [cancelled]) == [("partially_failed", [image.id])]
    assert await _hear_all(hear, map(_made, [image, composite, size])) == [("ready", [])]


async def test_failure_of_a_later_job_leaves_a_ready_campaign_ready(kit, hear):
    await _hear_all(hear, map(_made, kit))
    assert await _hear_all(hear, map(_failed, kit)) == []


async def test_deleted_campaign_tells_nothing(kit, hear, do, database):
    *most, last = kit
    await _hear_all(hear, map(_made, most))
    query = "SELECT campaign_id FROM kit_assets WHERE asset_id = $1"
    await do(DeleteCampaign(campaign_id=await database.pool.fetchval(query, last.id)))
    assert await _hear_all(hear, [_made(last)]) == []


async def test_failure_in_what_a_photo_added_is_told_of_a_campaign_that_was_ready(kit, hear, do, database):
    await _hear_all(hear, map(_made, kit))
    campaign_id = await database.pool.fetchval("SELECT campaign_id FROM kit_assets WHERE asset_id = $1", kit[0].id)
    photo = BlobRef(sha256="1" * 64, media_type="image/jpeg", bytes=9)
    _, [envelope] = await do(AddPhoto(campaign_id=campaign_id, photo=photo))
    image, composite, _size = [KitAsset.model_validate(asset) for asset in envelope.data["added"]]
    assert await _hear_all(hear, [_made(image), _failed(composite)]) == [("partially_failed", [composite.id])]


async def test_asset_of_no_campaign_here_is_ignored(kit, hear):
    stranger = kit[0].model_copy(update={"id": "nobody's"})
    assert await _hear_all(hear, [_made(stranger), _failed(stranger)]) == []
