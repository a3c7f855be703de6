"""Promise 1: state if and only if its outbox row, wherever the process is killed."""

import pytest

from chassis.testing import running

ASKED = range(20)


@pytest.mark.parametrize("role", ["noting", "batching"])
@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
async def test_promise_01_killed_around_its_commit_it_leaves_state_and_message_or_neither(world, role, point):
    accepted = await world.ask(ASKED)
    async with world.process(role, crash_at=f"{point}:1") as process:
        await process.crashed()
    left = await world.snapshot(world.requests)
    assert {row["message_id"] for row in left.effects} == left.claims
    assert left.outbox <= left.emitted
    assert bool(left.effects) or point == "before_commit"
    assert (await world.account(accepted)).broken == {}
    await world.free_leases()
    async with running(world.service("noting")):
        assert len((await world.settled(accepted)).applied) == len(ASKED)
