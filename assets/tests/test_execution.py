"""Executions: the effect is fenced by an epoch, the evidence never is."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from assets.execution import Execution, fold, told
from assets.runs_store import Run
from chassis.errors import RetryLater
from chassis.subscriptions import AlreadyDone

NOW = datetime(2026, 4, 1, tzinfo=UTC)


async def _start(work, job_id: str) -> Execution:
    delivery = work()
    async with delivery.transaction() as tx:
        return await Execution.start(delivery, tx, job_id, "replicate", "flux")


async def test_each_take_over_raises_the_epoch(work):
    job_id = str(uuid4())
    assert [(await _start(work, job_id)).epoch for _ in range(3)] == [1, 2, 3]


async def test_take_overs_at_once_all_get_epochs_of_their_own(work):
    job_id = str(uuid4())
    started = await asyncio.gather(*(_start(work, job_id) for _ in range(10)))
    assert sorted(one.epoch for one in started) == list(range(1, 11))


async def test_worker_that_was_taken_over_may_not_intend_or_finish(work):
    job_id = str(uuid4())
    paused, successor = await _start(work, job_id), await _start(work, job_id)
    with pytest.raises(AlreadyDone):
        await paused.intend(1)
    async with work().transaction() as tx:
        with pytest.raises(AlreadyDone):
            await paused.check(tx)
        await successor.check(tx)
    assert await successor.past() == []


async def test_job_taken_over_for_good_is_taken_up_by_nobody(work):
    job_id, delivery = str(uuid4()), work()
    paused = await _start(work, job_id)
    for epoch in (2, 3):
        async with delivery.transaction() as tx:
            cancelled = await Execution.cancel(delivery, tx, job_id, "replicate", "flux")
            assert (cancelled.epoch, await Execution.is_cancelled(tx, job_id)) == (epoch, True)
    assert not await paused.in_charge()
    with pytest.raises(AlreadyDone):
        await _start(work, job_id)
    with pytest.raises(AlreadyDone):
        await paused.intend(1)
    await cancelled.unknown(1, "evidence is kept", 5)


async def test_job_that_never_began_can_be_taken_over_for_good(work):
    job_id, delivery = str(uuid4()), work()
    async with delivery.transaction() as tx:
        assert not await Execution.is_cancelled(tx, job_id)
        assert (await Execution.cancel(delivery, tx, job_id, "replicate", "flux")).epoch == 1
    with pytest.raises(AlreadyDone):
        await _start(work, job_id)


def _held_up(delivery, meanwhile) -> None:
    """From now on the worker stands still after each of its transactions, while something else happens."""
    transaction = delivery.transaction

    @asynccontextmanager
    async def and_then_nothing():
        async with transaction() as tx:
            yield tx
        await meanwhile()

    delivery.transaction = and_then_nothing


async def test_worker_taken_over_between_its_intent_and_the_call_does_not_call(work):
    job_id, delivery = str(uuid4()), work()
    async with delivery.transaction() as tx:
        paused = await Execution.start(delivery, tx, job_id, "replicate", "flux")
    _held_up(delivery, lambda: _start(work, job_id))
    with pytest.raises(AlreadyDone):
        await paused.intend(1)
    [attempt] = await (await _start(work, job_id)).past()
    assert (attempt.outcome, attempt.cost_yen) == ("failed", 0), "nothing was sent, and the ledger says so"


async def test_worker_held_up_between_its_intent_and_the_call_does_not_call_but_comes_again(work, monkeypatch):
    monkeypatch.setattr("assets.execution.FRESH_SECONDS", 0.0)
    job_id, delivery = str(uuid4()), work()
    async with delivery.transaction() as tx:
        paused = await Execution.start(delivery, tx, job_id, "replicate", "flux")
    with pytest.raises(RetryLater):
        await paused.intend(1)
    [attempt] = await (await _start(work, job_id)).past()
    assert (attempt.outcome, attempt.cost_yen) == ("failed", 0)


async def test_evidence_of_a_worker_that_was_taken_over_is_kept(work):
    job_id = str(uuid4())
    paused = await _start(work, job_id)
    await paused.intend(1)
    successor = await _start(work, job_id)
    await paused.submitted(1, "prediction-1", 8)
    await paused.succeeded(1, 8, {"sha256": "x"})
    [attempt] = await successor.past()
    assert (attempt.provider_id, attempt.outcome, attempt.cost_yen) == ("prediction-1", "succeeded", 8)
    assert attempt.output == {"sha256": "x"}


async def test_finishing_waits_for_a_take_over_under_way_and_then_is_refused(work):
    job_id = str(uuid4())
    paused = await _start(work, job_id)
    taking_over = work()
    async with taking_over.transaction() as tx:
        await Execution.start(taking_over, tx, job_id, "replicate", "flux")
        finishing = asyncio.create_task(paused.intend(1))
        await asyncio.wait([finishing], timeout=0.2)
        assert not finishing.done()
    with pytest.raises(AlreadyDone):
        await finishing


async def test_same_evidence_twice_is_one_row(work):
    execution = await _start(work, str(uuid4()))
    await execution.intend(1)
    for _ in range(2):
        await execution.submitted(1, "prediction-1", 3)
        await execution.failed(1, "429", cost_yen=3)
    [attempt] = await execution.past()
    assert (attempt.outcome, attempt.cost_yen) == ("failed", 3)


async def test_age_counts_from_the_intent(work, database):
    execution = await _start(work, str(uuid4()))
    await execution.intend(1)
    [attempt] = await execution.past()
    assert 0 <= attempt.age_seconds < 5


@pytest.mark.parametrize("statement", ["UPDATE provider_runs SET cost_yen = 0", "DELETE FROM provider_runs"])
async def test_database_refuses_to_change_evidence(work, database, statement):
    await (await _start(work, str(uuid4()))).intend(1)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="insert-only"):
        await database.pool.execute(statement)


def _run(attempt: int, happened: str, seconds: int = 0, **fields) -> Run:
    return Run("job", attempt, happened, 1, "p", "m", at=NOW + timedelta(seconds=seconds), **fields)


def test_attempts_are_folded_in_order_from_what_happened_to_them():
    runs = [
        _run(2, "intent", 20),
        _run(1, "intent", 0),
        _run(1, "failed", 5, cost_yen=2),
        _run(2, "submitted", 21, provider_id="p-2"),
    ]
    first, second = fold(runs)
    assert (first.n, first.outcome, first.cost_yen, first.started_at) == (1, "failed", 2, NOW)
    assert (second.n, second.outcome, second.provider_id) == (2, None, "p-2")
    assert second.started_at == NOW + timedelta(seconds=20)


@pytest.mark.parametrize(
    ("ends", "outcome"),
    [
        (("unknown", "succeeded"), "succeeded"),
        (("succeeded", "unknown"), "succeeded"),
        (("failed", "succeeded"), "succeeded"),
        (("unknown", "failed"), "failed"),
        (("unknown",), "unknown"),
        (("cancelled", "unknown"), "cancelled"),
        (("cancelled", "failed"), "failed"),
        (("cancelled", "succeeded"), "succeeded"),
    ],
)
def test_surer_evidence_outweighs_a_doubt_whichever_came_first(ends, outcome):
    [attempt] = fold([_run(1, "intent"), *(_run(1, end, n + 1) for n, end in enumerate(ends))])
    assert attempt.outcome == outcome


def test_dearest_word_on_the_cost_counts():
    [attempt] = fold([_run(1, "intent"), _run(1, "unknown", 1, cost_yen=9), _run(1, "succeeded", 2, cost_yen=7)])
    assert attempt.cost_yen == 9


def test_run_that_never_began_costs_nothing_whatever_price_was_named():
    ordered = _run(1, "submitted", 1, provider_id="p-1", cost_yen=9)
    [attempt] = fold([_run(1, "intent"), ordered, _run(1, "cancelled", 2)])
    assert (attempt.outcome, attempt.cost_yen) == ("cancelled", 0)
    [attempt] = fold([_run(1, "intent"), ordered, _run(1, "cancelled", 2), _run(1, "succeeded", 3, cost_yen=9)])
    assert attempt.cost_yen == 9


def test_attempt_without_an_end_is_told_as_unfinished():
    assert [one.outcome for one in told(fold([_run(1, "intent")]))] == ["unfinished"]
