"""What is known of a campaign: the newest word of each thing, in whatever order it comes."""

import random
from itertools import permutations
from typing import Any

import pytest

from assets.testing import brand, brief, campaign
from chassis.testing import TEAM
from contracts.campaign import BrandUpdated, CampaignDeleted, CampaignUpdated
from contracts.values import KitAsset
from lineage.manifest import manifest_hash
from qa_service import kit_store
from qa_service.kit import Kit as StoredKit

from .qa_bench import Kit, QaBench, contents, copy_of


async def _kit(bench: QaBench, kit: Kit) -> StoredKit:
    found = await kit_store.kit(bench.database.pool, kit.id, TEAM)
    assert found is not None
    return found


async def test_kit_is_complete_once_everything_planned_was_made(bench):
    kit = await bench.planned()
    *most, last = contents(kit)
    for event in most:
        await bench.hear(event)
    assert not (await _kit(bench, kit)).complete
    await bench.hear(last)
    stored = await _kit(bench, kit)
    assert stored.complete
    assert stored.manifest == manifest_hash({event.asset_id: event.sha256 for event in (*most, last)})


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
async def test_newest_version_stays_whatever_the_order(bench, order):
    kit = await bench.made()
    for version in order:
        await bench.hear(copy_of(kit, kit.ids[0], f"{version}番目のお茶です。", version + 1))
    words = {one.asset_id: one.text.body for one in (await _kit(bench, kit)).judged().words}
    assert words[kit.ids[0]] == "3番目のお茶です。"


async def test_content_that_comes_before_its_plan_is_known_with_its_place(bench):
    kit = await bench.planned()
    events, seed = contents(kit), random.Random(7)
    ahead = Kit(kit.created.model_copy(update={"campaign_id": f"late-{kit.id}", "kit": _renamed(kit)}))
    later = contents(ahead)
    seed.shuffle(later)
    for event in later:
        await bench.hear(event)
    assert await kit_store.kit(bench.database.pool, ahead.id, TEAM) is None
    await bench.hear(ahead.created)
    stored = await _kit(bench, ahead)
    assert stored.complete
    [composite] = [one for one in stored.judged().pictures if one.kind == "composited_image"]
    [size] = [one for one in stored.judged().pictures if one.kind == "platform_image"]
    assert (composite.platform, composite.contrast) == ("x", 610)
    assert (size.placement, size.width, size.height, size.bytes) == ("x.square", 800, 800, 90_000)
    assert len(events) == len(later)


def _renamed(kit: Kit) -> tuple[KitAsset, ...]:
    return tuple(asset.model_copy(update={"id": f"late-{asset.id}"}) for asset in kit.created.kit)


async def test_words_are_held_to_the_briefs_register_else_to_the_brands(bench):
    kit = await bench.made()
    assert {one.register for one in (await _kit(bench, kit)).judged().words} == {"standard"}
    await bench.hear(BrandUpdated(brand=brand(kit.brand_id, 3, default_register="casual")))
    await bench.hear(BrandUpdated(brand=brand(kit.brand_id, 2, default_register="formal")))
    stored = await _kit(bench, kit)
    assert ({one.register for one in stored.judged().words}, stored.brand_version) == ({"casual"}, 3)
    await bench.hear(_updated(kit, 3, register_override="formal"))
    await bench.hear(_updated(kit, 2, register_override="casual"))
    assert {one.register for one in (await _kit(bench, kit)).judged().words} == {"formal"}


async def test_kit_that_grew_is_incomplete_until_what_joined_it_was_made(bench):
    kit = await bench.made()
    photo = KitAsset(id=f"photo-{kit.id}", kind="image", ordinal=2)
    event = _updated(kit, 1).model_copy(update={"added": (photo,)})
    await bench.hear(event)
    stored = await _kit(bench, kit)
    assert (stored.complete, len(stored.made), len(stored.contents)) == (False, 5, 6)


async def test_plan_that_is_known_in_part_is_not_a_complete_kit(bench):
    kit = Kit(campaign("partly", "brand-partly"))
    photo = KitAsset(id="photo-partly", kind="image", ordinal=2)
    await bench.hear(BrandUpdated(brand=brand("brand-partly")))
    await bench.hear(_updated(kit, 1).model_copy(update={"added": (photo,)}))
    [_, _, image, *_] = contents(await bench.planned())
    await bench.hear(image.model_copy(update={"campaign_id": "partly", "asset_id": "photo-partly"}))
    stored = await _kit(bench, kit)
    assert (len(stored.made), stored.complete) == (1, False)


async def test_deleted_campaign_is_gone_also_when_that_was_heard_first(bench):
    kit = await bench.made()
    await bench.hear(CampaignDeleted(campaign_id=kit.id))
    assert await bench.due_rows(kit) == 0
    await bench.hear(kit.created)
    assert await kit_store.kit(bench.database.pool, kit.id, TEAM) is None


async def test_other_team_sees_no_kit(bench):
    kit = await bench.made()
    assert await kit_store.kit(bench.database.pool, kit.id, "team-b") is None


def _updated(kit: Kit, version: int, **changes: Any) -> CampaignUpdated:
    return CampaignUpdated(
        campaign_id=kit.id, revision=version, name="春", brand_id=kit.brand_id, brief=brief(version, **changes)
    )
