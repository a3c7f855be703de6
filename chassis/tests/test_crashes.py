"""A process killed by SIGKILL at the worst moments: state if and only if message, and one effect."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chassis.crashpoints import VARIABLE
from chassis.subscriptions import Subscription
from chassis.testing import Echoed, Happened, drained, eventually, numbers, received, running
from chassis.topology import EVENTS
from chassis.transaction import Transaction
from saisei_local.dead import list_dead

SCRIPT = Path(__file__).with_name("noting_service.py")


@asynccontextmanager
async def _process(bench, crash_at: str = ""):
    argv = [str(SCRIPT), bench.topology.name, bench.database_url, bench.amqp_url]
    process = await asyncio.create_subprocess_exec(sys.executable, *argv, env={**os.environ, VARIABLE: crash_at})
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _crash(bench, point: str) -> None:
    async with _process(bench, point) as process:
        async with asyncio.timeout(20):
            assert await process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("point", ["after_claim", "before_commit"])
async def test_killed_before_its_commit_leaves_neither_state_nor_message(bench, point):
    await bench.broker.tell(Happened(n=7))
    await _crash(bench, point)
    claims = await bench.sql.fetchval("SELECT count(*) FROM inbox")
    assert (await bench.effects(), await bench.waiting(), claims) == ([], 0, 0)
    async with running(bench.service(bench.noting())):
        await eventually(bench.effects)
    assert await bench.effects() == [7]


async def test_killed_after_its_commit_another_process_delivers(bench):
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    await bench.broker.tell(Happened(n=7))
    await _crash(bench, "after_commit")
    assert (await bench.effects(), await bench.waiting(), await drained(watched)) == ([7], 1, [])
    await bench.let_leases_run_out()
    async with running(bench.service(bench.noting())):
        assert numbers(await received(watched)) == [7]
        await eventually(lambda: _settled(bench))
    assert await bench.effects() == [7]


async def test_killed_between_confirm_and_delete_delivers_twice_with_one_effect(bench):
    """The echo's two deliveries go to a second service as well, which notes it once."""
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    listening = await bench.broker.queue(bench.commands.name)
    await listening.bind(EVENTS, Echoed.type)
    await bench.broker.tell(Happened(n=7))
    await _crash(bench, "after_confirm")
    await bench.let_leases_run_out()
    counting = Subscription(bench.commands.name, events={Echoed: _count})
    async with running(bench.service(bench.noting(), counting)):
        first, second = await received(watched, 2)
        await eventually(lambda: _settled(bench))
    assert first.id == second.id
    assert await bench.effects() == [7, 1007]


async def test_message_that_kills_its_process_is_dead_lettered_and_those_at_work_beside_it_take_effect(bench):
    await bench.broker.watch(EVENTS, Echoed.type)
    neighbours = [1, 2, *range(100, 106)]
    killer, *_ = [await bench.broker.tell(Happened(n=n)) for n in (-1, *neighbours)]
    async with asyncio.timeout(60):
        await _killed_until(bench, lambda: bench.broker.depth(bench.events.dead))
    async with running(bench.service(bench.noting())):
        await eventually(lambda: _noted(bench, neighbours))
        await eventually(lambda: _settled(bench))
    [letter] = await list_dead(bench.amqp_url, [bench.topology])
    assert (letter.message_id, letter.reason) == (str(killer), "ProcessEnded: its process ended 5 times while at it")
    assert await bench.sql.fetchval("SELECT count(*) FROM deliveries WHERE begun > 0") == 0


async def _killed_until(bench, done: Callable[[], Awaitable[int]]) -> None:
    """Starts the process again whenever it was killed, as a supervisor does."""
    while True:
        async with _process(bench) as process:
            while process.returncode is None:
                if await done():
                    return
                await asyncio.sleep(0.02)
            assert process.returncode == -signal.SIGKILL


async def _noted(bench, numbers: list[int]) -> bool:
    return await bench.effects() == numbers


async def _count(event: Echoed, tx: Transaction) -> None:
    await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n + 1000)


async def _settled(bench) -> bool:
    depths = [await bench.broker.depth(queue.name) for queue in bench.topology.queues]
    return await bench.waiting() == 0 and not any(depths)
