"""What a regeneration would cost: told by whoever would make the next version, not read off the current one."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest


async def preview(client, kit, asset_id, kind):
    return await client.post(f"/api/campaigns/{kit.id}/regenerate/preview", json={"type": kind, "assetId": asset_id})


@pytest.fixture
async def price(client, kit):
    """Paid calls and yen of regenerating the kit's image."""

    async def told():
        answer = (await preview(client, kit, kit.image, "image")).json()
        return answer["paidCalls"], answer["estimatedYen"], answer["assets"][0]["paid"]

    return told


async def test_next_call_is_paid_though_the_current_version_was_made_offline(
    price, kit, kit_events, settled, make_envelope, announced
):
    twin = {"version": 2, "sha256": f"{2:064x}", "offline": True, "provider": "offline"}
    await settled(make_envelope(kit_events[2].model_copy(update=twin)), announced("image", 0, offline=True))
    assert await price() == (0, 0, False)
    await settled(announced("image", 7))
    assert await price() == (1, 7, True)


async def test_next_call_is_free_though_the_current_version_was_paid_for(price, settled, announced):
    assert await price() == (1, 6, True)
    await settled(announced("image", 0, offline=True))
    assert await price() == (0, 0, False)


async def test_last_word_counts_by_its_time_however_words_arrive(price, settled, announced):
    for order in permutations(range(3)):
        start = datetime.now(UTC)
        words = [announced("image", 10 + age, at=start - timedelta(milliseconds=age)) for age in order]
        await settled(*words)
        await settled(*words[:1])
        assert await price() == (1, 10, True)


async def test_stale_assets_are_priced_by_the_same_words(client, stale_kit, settled, announced):
    await settled(announced("copy_variant", 3), announced("image", 0, offline=True))
    told = (await client.get(f"/api/campaigns/{stale_kit.id}/dirty")).json()
    assert {one["id"]: one["estimatedYen"] for one in told["items"]} == {stale_kit.copy: 3, stale_kit.image: 0}
    assert {one["id"]: one["paid"] for one in told["items"]} == {stale_kit.copy: True, stale_kit.image: False}
    assert told["estimatedYen"] == 3


async def test_plan_that_was_free_when_agreed_to_is_refused_once_it_costs(client, kit, ledger, settled, announced):
    await settled(announced("image", 0, offline=True))
    plan = (await preview(client, kit, kit.image, "image")).json()["planHash"]
    await settled(announced("image", 6))
    body = {"type": "image", "assetId": kit.image, "planHash": plan}
    refused = await client.post(f"/api/campaigns/{kit.id}/regenerate", json=body)
    assert (refused.status_code, refused.json()["preview"]["paidCalls"]) == (409, 1)
    assert ledger == []


async def test_price_that_nobody_has_told_is_not_made_up(client, stale_kit, gateway, ledger):
    await gateway.database.pool.execute("DELETE FROM generators")
    asked = [
        await preview(client, stale_kit, stale_kit.image, "image"),
        await client.get(f"/api/campaigns/{stale_kit.id}/dirty"),
    ]
    for answer in asked:
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/price-unknown")
        assert int(answer.headers["Retry-After"]) > 0
    free = await preview(client, stale_kit, stale_kit.composite, "composited_image")
    assert (free.status_code, free.json()["estimatedYen"]) == (200, 0)
    body = {"type": "image", "assetId": stale_kit.image}
    assert (await client.post(f"/api/campaigns/{stale_kit.id}/regenerate", json=body)).status_code == 202


async def test_announcement_is_no_teams_event(client, gateway, kit, announced, settled):
    word = announced("image", 6)
    await settled(word)
    assert (await client.get(f"/api/cascades/{word.correlationid}")).status_code == 404
