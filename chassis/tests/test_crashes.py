"""A process killed by SIGKILL at the worst moments: state if and only if message, and one effect."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from chassis import outbox, trouble
from chassis.crashpoints import VARIABLE
from chassis.messages import to_bytes
from chassis.outbox import OutgoingMessage
from chassis.subscriptions import Subscription
from chassis.testing import Echoed, Happened, drained, enveloped, eventually, numbers, received, running
from chassis.topology import EVENTS
from chassis.transaction import Transaction
from chassis.trouble import DELIVERIES_AT_MOST
from saisei_local.dead import list_dead

SCRIPT = Path(__file__).with_name("noting_service.py")
ENDS_AT_MOST = 4
"""That of the processes under test as well."""

GIVEN_UP = f"ProcessEnded: its process ended {ENDS_AT_MOST} times while at it"
BATCHING = Path(__file__).with_name("batching_service.py")


@asynccontextmanager
async def _process(bench, crash_at: str = "", script: Path = SCRIPT):
    argv = [str(script), bench.topology.name, bench.database_url, bench.amqp_url]
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


@pytest.mark.parametrize("script", [SCRIPT, BATCHING], ids=["one-by-one", "in-batches"])
async def test_message_that_kills_its_process_is_dead_lettered_and_those_at_work_beside_it_take_effect(
    bench, script, monkeypatch
):
    """Killed between the letter and the acknowledgement as well, it is buried again and handled by nobody."""
    monkeypatch.setattr(trouble, "ENDS_AT_MOST", ENDS_AT_MOST)
    await bench.broker.watch(EVENTS, Echoed.type)
    neighbours = [1, 2, *range(100, 106)]
    killer, *_ = [await bench.broker.tell(Happened(n=n)) for n in (-1, *neighbours)]
    async with asyncio.timeout(150):
        await _killed_until(bench, script, "after_bury", lambda: bench.broker.depth(bench.events.dead))
    async with running(bench.service(bench.noting())):
        await eventually(lambda: _noted(bench, neighbours))
        await eventually(lambda: _settled(bench))
    letters = await list_dead(bench.amqp_url, [bench.topology])
    assert [(letter.message_id, letter.reason) for letter in letters] == [(str(killer), GIVEN_UP)] * 2


async def test_message_that_was_only_handed_back_is_handled_however_often_that_was(bench):
    await bench.broker.tell(Happened(n=7))
    source = await bench.broker.queue(bench.events.name)
    for _ in range(DELIVERIES_AT_MOST + 5):
        message = await eventually(lambda: source.get(fail=False))
        await message.reject(requeue=True)
    async with running(bench.service(bench.noting())):
        await eventually(lambda: _noted(bench, [7]))
    assert await bench.broker.depth(bench.events.dead) == 0


async def _killed_until(bench, script: Path, crash_at: str, done: Callable[[], Awaitable[int]]) -> None:
    """Starts the process again whenever it was killed, as a supervisor does."""
    while True:
        async with _process(bench, crash_at, script) as process:
            while process.returncode is None:
                if await done():
                    return
                await asyncio.sleep(0.02)
            assert process.returncode == -signal.SIGKILL


async def _noted(bench, numbers: list[int]) -> bool:
    return await bench.effects() == numbers


async def test_killed_after_the_sweeps_claim_the_row_is_delivered_by_another_process(bench):
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    await _store(bench, 7)
    await _crash(bench, "after_sweep")
    assert (await bench.waiting(), await drained(watched)) == (1, [])
    await bench.let_leases_run_out()
    async with running(bench.service()):
        assert numbers(await received(watched)) == [7]
        await eventually(lambda: _settled(bench))
    assert await drained(watched) == []


async def test_killed_between_publish_and_confirm_the_message_has_left_and_its_row_is_sent_again(bench):
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    await _store(bench, 7)
    await _crash(bench, "after_publish")
    [first] = await received(watched)
    assert await bench.waiting() == 1
    await bench.let_leases_run_out()
    async with running(bench.service()):
        [second] = await received(watched)
        await eventually(lambda: _settled(bench))
    assert first.id == second.id


async def test_killed_after_the_delete_nothing_is_left_to_send(bench):
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    await _store(bench, 7)
    await _crash(bench, "after_delete")
    assert (await bench.waiting(), numbers(await drained(watched))) == (0, [7])


async def _store(bench, n: int) -> None:
    """A row of a process that died."""
    envelope = enveloped(Echoed(n=n))
    row = OutgoingMessage(envelope.id, EVENTS, Echoed.type, to_bytes(envelope), Echoed.type, envelope.time)
    await outbox.insert(bench.sql, [row], uuid4(), timedelta(seconds=-1))


async def _count(event: Echoed, tx: Transaction) -> None:
    await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n + 1000)


async def _settled(bench) -> bool:
    depths = [await bench.broker.depth(queue.name) for queue in bench.topology.queues]
    return await bench.waiting() == 0 and not any(depths)
