"""A broker that is gone, silent or half heard: publishing is bounded, nothing is lost, and it goes on by itself."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from chassis import outbox, relay
from chassis.context import MessageContext
from chassis.outbox import OutgoingMessage
from chassis.testing import ACTOR, TEAM, Echoed, enveloped, eventually, numbers, received, running
from chassis.topology import EVENTS

CONTEXT = MessageContext(TEAM, ACTOR, uuid4())


async def _say(service, *numbers: int) -> None:
    for n in numbers:
        async with service.database.transaction(CONTEXT) as tx:
            tx.emit(Echoed(n=n), subject=str(n))


async def test_relay_resumes_after_its_connection_is_cut(bench, proxied):
    world, proxy = proxied
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    service = world.service()
    async with running(service):
        await _say(service, 1)
        await received(watched)
        await proxy.cut()
        await _say(service, 2, 3)
        assert numbers(await received(watched, 2)) == [2, 3]
        await eventually(lambda: _is_empty(bench))


async def test_confirm_that_got_lost_means_two_deliveries_of_one_id(bench, proxied, monkeypatch):
    monkeypatch.setattr(relay, "CONFIRM_TIMEOUT", 0.5)
    world, proxy = proxied
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    service = world.service()
    async with running(service):
        await _say(service, 1)
        await received(watched)
        proxy.swallow(answers_only=True)
        await _say(service, 2)
        [first] = await received(watched)
        await eventually(lambda: bench.sql.fetchval("SELECT attempts > 0 FROM outbox"))
        await proxy.cut()
        proxy.pass_on()
        [second] = await received(watched)
        await eventually(lambda: _is_empty(bench))
    assert first.id == second.id


async def test_silent_broker_piles_up_nothing_in_memory(bench, proxied, monkeypatch):
    """Rows wait in the database: a lease that runs out must not add a copy of each row with every sweep."""
    for name, value in {"CONFIRM_TIMEOUT": 0.2, "SWEEP_EVERY": 0.05, "SWEEP_LIMIT": 40, "IN_FLIGHT": 2}.items():
        monkeypatch.setattr(relay, name, value)
    monkeypatch.setattr(relay, "LEASE", timedelta(seconds=0.4))
    world, proxy = proxied
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    service = world.service()
    async with running(service):
        await _say(service, 0)
        await received(watched)
        proxy.swallow()
        await _store(bench, range(1, 101))
        await eventually(lambda: bench.sql.fetchval("SELECT count(*) >= 8 FROM outbox WHERE attempts > 0"))
        assert service.relay._due.qsize() <= 40
        proxy.pass_on()
        ids: set[UUID] = set()
        while len(ids) < 100:
            ids |= {envelope.id for envelope in await received(watched)}
        await eventually(lambda: _is_empty(bench))


async def test_missing_exchange_holds_up_no_other_and_heals_when_it_is_there(bench):
    name = f"{bench.topology.name}.exchange"
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    service = bench.service()
    async with running(service):
        await outbox.insert(bench.sql, [_row(7, name)], uuid4(), timedelta(seconds=-1))
        await eventually(lambda: bench.sql.fetchval("SELECT attempts > 0 FROM outbox"))
        await _say(service, 1)
        assert numbers(await received(watched)) == [1]
        await bench.broker.declare_exchange(name)
        await watched.bind(name, Echoed.type)
        assert numbers(await received(watched)) == [7]
        await eventually(lambda: _is_empty(bench))
    await bench.broker.delete_exchange(name)


async def _store(bench, which: range) -> None:
    await outbox.insert(bench.sql, [_row(n) for n in which], uuid4(), timedelta(seconds=-1))


def _row(n: int, exchange: str = EVENTS) -> OutgoingMessage:
    envelope = enveloped(Echoed(n=n))
    body = envelope.model_dump_json(exclude_none=True).encode()
    return OutgoingMessage(envelope.id, exchange, Echoed.type, body, Echoed.type, datetime.now(UTC))


async def _is_empty(bench) -> bool:
    return await bench.waiting() == 0
