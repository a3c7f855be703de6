"""Long work on one message: it stays unacknowledged while it runs, and finishes once."""

import asyncio
from dataclasses import replace

from chassis.subscriptions import AlreadyDone, Subscription, Work
from chassis.testing import Echoed, Happened, drained, eventually, numbers, received, running
from chassis.topology import EVENTS
from saisei_local.dead import replay


def _working(bench, worker, concurrency: int = 2) -> Subscription:
    return Subscription(bench.events.name, workers={Happened: worker}, concurrency=concurrency)


async def _finish(event: Happened, work: Work) -> None:
    async with work.finish() as tx:
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n)
        tx.emit(Echoed(n=event.n), subject="x")


async def test_messages_at_work_stay_unacknowledged_so_the_queue_shows_the_backlog(bench):
    go_on = asyncio.Event()
    started: list[int] = []

    async def work_until_told(event: Happened, work: Work) -> None:
        started.append(event.n)
        await go_on.wait()
        await _finish(event, work)

    async with running(bench.service(_working(bench, work_until_told))):
        for n in range(5):
            await bench.broker.tell(Happened(n=n))
        await eventually(lambda: len(started) == 2)
        assert await bench.broker.depth(bench.events.name) == 3
        go_on.set()
        await eventually(lambda: _all_noted(bench, 5))


async def test_step_on_the_way_is_kept_when_the_work_fails_later(bench):
    async def step_then_fail(event: Happened, work: Work) -> None:
        async with work.transaction() as tx:
            await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n)
        raise LookupError

    async with running(bench.service(_working(bench, step_then_fail))):
        await bench.broker.tell(Happened(n=4))
        await eventually(lambda: bench.broker.depth(bench.events.dead))
    assert await bench.effects() == [4, 4, 4]
    assert await bench.sql.fetchval("SELECT count(*) FROM inbox") == 0


async def test_duplicate_of_finished_work_does_not_run_it_again(bench):
    runs: list[int] = []

    async def work(event: Happened, work: Work) -> None:
        runs.append(event.n)
        await _finish(event, work)

    async with running(bench.service(_working(bench, work))):
        message_id = await bench.broker.tell(Happened(n=1))
        await eventually(bench.effects)
        await bench.broker.tell(Happened(n=1), message_id)
        await bench.broker.tell(Happened(n=2))
        await eventually(lambda: _all_noted(bench, 2))
    assert runs == [1, 2]


async def test_of_two_workers_on_one_message_the_second_to_finish_changes_nothing(bench):
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    both = asyncio.Barrier(2)
    refused: list[int] = []

    async def finish_together(event: Happened, work: Work) -> None:
        await both.wait()
        try:
            await _finish(event, work)
        except AlreadyDone:
            refused.append(event.n)
            raise

    async with running(bench.service(_working(bench, finish_together))):
        message_id = await bench.broker.tell(Happened(n=1))
        await bench.broker.tell(Happened(n=1), message_id)
        await eventually(lambda: refused)
        await received(watched)
        await eventually(lambda: _is_empty(bench))
    assert (await bench.effects(), await drained(watched), refused) == ([1], [], [1])
    assert await bench.broker.depth(bench.events.dead) == 0


async def test_work_redelivered_after_its_connection_was_cut_finishes_once(bench, proxied):
    world, proxy = proxied
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    again = asyncio.Event()
    runs: list[int] = []

    async def wait_for_the_redelivery(event: Happened, work: Work) -> None:
        runs.append(event.n)
        if len(runs) == 1:
            await proxy.cut()
            await again.wait()
        again.set()
        await _finish(event, work)

    async with running(world.service(_working(bench, wait_for_the_redelivery))):
        await bench.broker.tell(Happened(n=1))
        assert numbers(await received(watched)) == [1]
        await bench.broker.tell(Happened(n=2))
        assert numbers(await received(watched)) == [2]
        await eventually(lambda: _is_empty(bench))
    assert (runs, await bench.effects()) == ([1, 1, 2], [1, 2])


async def test_service_that_stops_lets_work_at_hand_finish(bench):
    started, stopping = asyncio.Event(), asyncio.Event()

    async def work_past_the_stop(event: Happened, work: Work) -> None:
        started.set()
        await stopping.wait()
        await _finish(event, work)

    watched = await bench.broker.watch(EVENTS, Echoed.type)
    service = bench.service(_working(bench, work_past_the_stop))
    await service.start()
    await bench.broker.tell(Happened(n=1))
    await started.wait()
    stopped = asyncio.create_task(service.stop())
    await eventually(lambda: service.bus.silent_queues())
    stopping.set()
    await stopped
    assert numbers(await received(watched)) == [1]
    assert (await bench.effects(), await bench.waiting()) == ([1], 0)
    assert await bench.broker.depth(bench.events.name) == 0


async def test_service_that_stops_takes_no_more_messages_while_work_at_hand_goes_on(bench):
    started, go_on = asyncio.Event(), asyncio.Event()

    async def work_until_told(event: Happened, work: Work) -> None:
        started.set()
        await go_on.wait()
        await _finish(event, work)

    service = bench.service(_working(bench, work_until_told, concurrency=3))
    await service.start()
    await bench.broker.tell(Happened(n=1))
    await started.wait()
    stopped = asyncio.create_task(service.stop())
    await eventually(lambda: service.bus.silent_queues())
    for n in (2, 3, 4):
        await bench.broker.tell(Happened(n=n))
    await eventually(lambda: bench.broker.depth(bench.events.name))
    assert await bench.broker.depth(bench.events.name) == 3
    go_on.set()
    await stopped
    assert await bench.effects() == [1]


async def _all_noted(bench, count: int) -> bool:
    return len(await bench.effects()) == count


async def _is_empty(bench) -> bool:
    return await bench.waiting() == 0 and await bench.broker.depth(bench.events.name) == 0


async def test_work_that_is_given_up_is_closed_once_and_a_replay_does_not_start_it_again(bench):
    async def fail(event: Happened, work: Work) -> None:
        raise LookupError

    async with running(bench.service(replace(_working(bench, fail), buried={Happened: _finish}))):
        watched = await bench.broker.watch(EVENTS, Echoed.type)
        message_id = await bench.broker.tell(Happened(n=4))
        await eventually(lambda: bench.broker.depth(bench.events.dead))
        assert numbers(await received(watched)) == [4]
        await replay(bench.amqp_url, [bench.topology], str(message_id))
        await eventually(lambda: _at_rest(bench))
    assert await bench.effects() == [4]


async def test_closing_a_buried_message_waits_for_the_database_and_leaves_one_dead_letter(bench):
    closings: list[int] = []

    async def close_at_the_third_go(event: Happened, work: Work) -> None:
        closings.append(event.n)
        if len(closings) < 3:
            raise ConnectionResetError
        await _finish(event, work)

    await _bury(bench, close_at_the_third_go, bench.effects)
    assert (closings, await bench.effects()) == ([4, 4, 4], [4])


async def test_buried_message_that_cannot_be_closed_leaves_one_dead_letter_and_comes_no_more(bench):
    closings: list[int] = []

    async def fail(event: Happened, work: Work) -> None:
        closings.append(event.n)
        raise LookupError("this cannot be closed")

    await _bury(bench, fail, lambda: closings)
    assert (closings, await bench.effects()) == ([4], [])


async def _bury(bench, close, closed) -> None:
    async def fail(event: Happened, work: Work) -> None:
        raise LookupError

    async with running(bench.service(replace(_working(bench, fail), buried={Happened: close}))):
        await bench.broker.tell(Happened(n=4))
        await eventually(closed)
    await eventually(lambda: _retries_nothing(bench))
    assert [await bench.broker.depth(name) for name in (bench.events.name, bench.events.dead)] == [0, 1]


async def _retries_nothing(bench) -> bool:
    return await bench.broker.depth(bench.events.retry) == 0


async def _at_rest(bench) -> bool:
    return await bench.broker.depth(bench.events.dead) == await bench.broker.depth(bench.events.name) == 0
