"""Promise 2: no loss, wherever the relay's process is killed."""

import pytest

from chassis.testing import eventually, running

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    "point",
    ["after_sweep", "after_publish:3", "after_confirm:3", "after_delete"],
    ids=lambda each: each.partition(":")[0],
)
async def test_promise_02_relay_killed_on_a_rows_way_out_loses_none(world, point):
    async with world.receiving():
        stored = await world.store(range(20))
        async with world.process("relaying", crash_at=point) as process:
            await process.crashed()
        left = (await world.snapshot(world.echoes)).outbox
        assert left <= set(stored)
        assert left or point == "after_delete"
        await world.free_leases()
        async with running(world.service("relaying")):
            assert (await world.received(stored)).applied == set(stored)


async def test_promise_03_message_of_a_late_commit_is_delivered_like_the_one_that_overtook_it(world):
    async with world.receiving(), world.process("relaying"), world.sql.acquire() as late:
        async with late.transaction():
            first = await world.store([1], late)
            second = await world.store([2])
            await eventually(lambda: _delivered(world, [2]))
        await world.received(first + second)
    assert await world.effects(world.echoes) == [2, 1]


async def _delivered(world, numbers: list[int]) -> bool:
    return await world.effects(world.echoes) == numbers
