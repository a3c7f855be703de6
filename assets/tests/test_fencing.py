"""A worker that was taken over stops waiting."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import asyncpg
import pytest

from assets.evidence import awaited
from assets.execution import Execution
from assets.fencing import while_in_charge
from chassis.subscriptions import AlreadyDone, Work

NEVER = 60.0


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.fencing.LOOK_EVERY", 0.02)


async def _started(work: Callable[[], Work], job_id: str) -> Execution:
    delivery = work()
    async with delivery.transaction() as tx:
        return await Execution.start(delivery, tx, job_id, "replicate", "flux")


async def test_work_that_nobody_takes_over_gives_its_outcome_and_its_error(work):
    execution = await _started(work, str(uuid4()))

    async def done() -> str:
        return "a picture"

    async def fails() -> None:
        raise LookupError("nothing")

    assert await while_in_charge(execution, done()) == "a picture"
    with pytest.raises(LookupError):
        await while_in_charge(execution, fails())


async def test_worker_that_was_taken_over_is_let_go_of_what_it_waits_for(work):
    job_id, ended = str(uuid4()), asyncio.Event()
    execution = await _started(work, job_id)

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    waiting = asyncio.create_task(while_in_charge(execution, waits()))
    await _started(work, job_id)
    with pytest.raises(AlreadyDone):
        await asyncio.wait_for(waiting, NEVER)
    assert ended.is_set()


async def test_look_that_the_database_does_not_answer_is_taken_again(work, monkeypatch):
    job_id = str(uuid4())
    execution = await _started(work, job_id)
    looks, look = iter([asyncpg.PostgresConnectionError("away")]), execution.in_charge

    async def in_charge() -> bool:
        if (fault := next(looks, None)) is not None:
            raise fault
        return await look()

    monkeypatch.setattr(execution, "in_charge", in_charge)
    waiting = asyncio.create_task(while_in_charge(execution, asyncio.Event().wait()))
    await _started(work, job_id)
    with pytest.raises(AlreadyDone):
        await asyncio.wait_for(waiting, NEVER)


async def test_worker_whose_message_is_lost_ends_its_work(work):
    execution, begun, ended = await _started(work, str(uuid4())), asyncio.Event(), asyncio.Event()

    async def waits() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    waiting = asyncio.create_task(while_in_charge(execution, waits()))
    await begun.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended.is_set()


async def test_answer_to_a_call_is_awaited_until_it_is_in_the_ledger_and_no_longer(work):
    execution, slept = await _started(work, str(uuid4())), []
    await execution.intend(1)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            await execution.submitted(1, "run-1", 6)

    [attempt] = await awaited(execution, 60.0, sleep)
    assert (attempt.provider_id, len(slept)) == ("run-1", 3)


async def test_answer_that_never_comes_is_awaited_for_as_long_as_the_provider_may_take(work):
    execution, slept = await _started(work, str(uuid4())), []
    assert await awaited(execution, 60.0, asyncio.sleep) == [], "nothing was asked for"
    await execution.intend(1)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    [attempt] = await awaited(execution, 30.0, sleep)
    assert (attempt.outcome, attempt.provider_id) == (None, None)
    assert 20 < sum(slept) <= 30
