"""All replicas together keep to a provider's limit, and to its word when it asks to be left alone."""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from assets.execution import Execution
from assets.pacing import LONGEST_PAUSE, LONGEST_WAIT, Pace
from assets.provider_errors import InvalidRequest, TransientFault
from assets.testing import Clock
from chassis.db import Database
from chassis.subscriptions import Work
from chassis.testing import Happened, enveloped

PER_MINUTE = 60
AT_ONCE, INTERVAL = 15, 60 / 46


@pytest.fixture
def provider() -> str:
    """A provider that nobody has called yet."""
    return str(uuid4())


@pytest.fixture
async def replicas(database_url: str, database: Database) -> AsyncIterator[list[Work]]:
    """Two processes' deliveries, each with its own connections."""
    other = Database(database_url, "owner", pool_size=8)
    await other.open()
    yield [Work(one, "owner.jobs", enveloped(Happened(n=1))) for one in (database, other)]
    await other.close()


async def test_replicas_together_keep_to_the_limit(replicas, provider):
    called: list[float] = []
    paces = [Pace(provider, PER_MINUTE) for _ in replicas]

    async def call(n: int) -> None:
        await paces[n % 2].turn(replicas[n % 2])
        called.append(time.monotonic())

    begun = time.monotonic()
    await asyncio.gather(*(call(n) for n in range(AT_ONCE + 3)))
    late = [at - begun for at in called[AT_ONCE:]]
    assert [at >= n * INTERVAL for n, at in enumerate(late, 1)] == [True] * 3


async def test_limit_is_never_passed_in_a_minute_however_small_it_is(replicas, provider):
    clock = Clock()
    pace = Pace(provider, 1, clock.sleep)
    await pace.turn(replicas[0])
    with pytest.raises(TransientFault):
        await pace.turn(replicas[1])
    assert 59 < clock.slept[0] <= 60


async def test_provider_that_asks_one_replica_to_wait_is_left_alone_by_all(replicas, provider):
    pace = Pace(provider, 6000)
    await pace.push_back(replicas[0], 0.6)
    begun = time.monotonic()
    await asyncio.gather(*(Pace(provider, 6000).turn(replicas[n % 2]) for n in range(4)))
    assert time.monotonic() - begun >= 0.55


async def test_wait_is_bounded_and_takes_no_turn(replicas, provider):
    clock = Clock()
    pace = Pace(provider, 6000, clock.sleep)
    await pace.push_back(replicas[0], 86_400)
    # The clock that sleeps is not the database's, for which no time has passed.
    with pytest.raises(TransientFault) as caught:
        await pace.turn(replicas[1])
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > LONGEST_WAIT
    assert all(LONGEST_PAUSE - 5 < waited <= LONGEST_PAUSE for waited in clock.slept)
    assert LONGEST_WAIT - LONGEST_PAUSE < sum(clock.slept) <= LONGEST_WAIT


async def test_who_had_waited_before_the_provider_asked_for_a_pause_waits_it_out_as_well(replicas, provider):
    clock = Clock()
    pace = Pace(provider, 6000, clock.sleep)
    await pace.push_back(replicas[0], 5)

    async def asleep(seconds: float) -> None:
        await clock.sleep(seconds)
        if len(clock.slept) == 1:
            await pace.push_back(replicas[0], LONGEST_PAUSE)
        else:
            await replicas[0].pool.execute("DELETE FROM call_rates")

    await Pace(provider, 6000, asleep).turn(replicas[1])
    assert LONGEST_PAUSE < sum(clock.slept) <= LONGEST_PAUSE + 5


async def test_intent_is_as_young_as_its_call_however_long_the_turn_was_waited_for(replicas, provider):
    work, pace = replicas[0], Pace(provider, 6000)
    async with work.transaction() as tx:
        execution = await Execution.start(work, tx, str(uuid4()), provider, "flux")
    execution.keeps(pace)
    await execution.heed(TransientFault("429", retry_after=0.5))
    begun = time.monotonic()
    await execution.intend(1)
    [attempt] = await execution.past()
    assert attempt.age_seconds < time.monotonic() - begun - 0.4


async def test_only_a_fault_that_names_a_wait_holds_others_up(replicas, provider):
    work, clock = replicas[0], Clock()
    async with work.transaction() as tx:
        execution = await Execution.start(work, tx, str(uuid4()), provider, "flux")
    execution.keeps(pace := Pace(provider, 6000, clock.sleep))
    for error in (TransientFault("503"), InvalidRequest("400")):
        await execution.heed(error)
    await pace.turn(replicas[1])
    assert clock.slept == []
