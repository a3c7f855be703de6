"""Infrastructure that goes away: messages are held, no try is spent, and everything resumes."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from prometheus_client import REGISTRY

from chassis import db, health
from chassis.infrastructure import is_infrastructure
from chassis.metrics import HELD
from chassis.tables import STATEMENTS
from chassis.testing import Happened, eventually, running
from saisei_local.dead import list_dead
from saisei_local.embedded.ports import choose_ports
from saisei_local.embedded.postgres import EmbeddedPostgres


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path, choose_ports(("postgres",), {})["postgres"], "secret")
    server.start()
    yield server
    server.stop()


async def test_database_that_stops_and_comes_back_costs_no_try(bench, postgres):
    sql = await asyncpg.connect(postgres.url())
    for statement in (*STATEMENTS, "CREATE TABLE effects (n integer NOT NULL)"):
        await sql.execute(statement)
    await sql.close()
    world = replace(bench, database_url=postgres.url())
    async with running(world.service(world.noting())):
        postgres.stop()
        for n in range(30):
            await bench.broker.tell(Happened(n=n))
        await eventually(lambda: _held(bench) == 10)
        postgres.start()
        sql = await asyncpg.connect(postgres.url())
        await eventually(lambda: _counted(sql, 30))
    await sql.close()
    assert await bench.broker.depth(bench.events.dead) == 0
    assert _held(bench) == 0


async def test_connection_killed_in_the_middle_of_a_handler_costs_no_try(bench):
    runs: list[int] = []

    async def lose_the_connection_three_times(event: Happened, tx):
        runs.append(event.n)
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n)
        if len(runs) <= 3:
            await bench.sql.fetchval("SELECT pg_terminate_backend($1)", tx.conn.get_server_pid())
            await tx.conn.fetchval("SELECT 1")

    async with running(bench.service(bench.noting(lose_the_connection_three_times))):
        await bench.broker.tell(Happened(n=1))
        await eventually(bench.effects)
    assert (runs, await bench.effects()) == ([1] * 4, [1])
    assert await bench.broker.depth(bench.events.dead) == 0


async def test_statement_that_always_takes_too_long_is_the_messages_fault_and_spends_its_tries(bench, monkeypatch):
    monkeypatch.setattr(db, "STATEMENT_TIMEOUT", timedelta(seconds=0.2))

    async def never_end(event: Happened, tx):
        await tx.conn.execute("SELECT pg_sleep(600)")

    async with running(bench.service(bench.noting(never_end))):
        await bench.broker.tell(Happened(n=1))
        await eventually(lambda: bench.broker.depth(bench.events.dead))
    [letter] = await list_dead(bench.amqp_url, [bench.topology])
    assert (letter.tries, letter.reason[:18]) == (3, "QueryCanceledError")


async def test_lock_that_another_holds_for_too_long_costs_no_try(bench, monkeypatch):
    monkeypatch.setattr(db, "LOCK_TIMEOUT", timedelta(seconds=0.1))
    runs: list[int] = []

    async def write(event: Happened, tx):
        runs.append(event.n)
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n)

    async with running(bench.service(bench.noting(write))):
        async with bench.sql.acquire() as other, other.transaction():
            await other.execute("LOCK TABLE effects")
            await bench.broker.tell(Happened(n=1))
            await eventually(lambda: len(runs) == 5)
        await eventually(bench.effects)
    assert await bench.broker.depth(bench.events.dead) == 0


async def test_message_held_for_long_is_seen_in_readiness_and_in_a_metric(bench, monkeypatch):
    monkeypatch.setattr(health, "HELD_LIMIT", 0.5)
    away = asyncio.Event()
    away.set()

    async def need_what_is_away(event: Happened, tx):
        if away.is_set():
            raise TimeoutError("silence")
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n)

    service = bench.service(bench.noting(need_what_is_away))
    async with running(service):
        assert (await _consumers(service)).ok
        await bench.broker.tell(Happened(n=1))
        queue = bench.events.name
        ill = await eventually(lambda: _ill(service))
        assert ill == f"held for 1 s, because the database or the network fails: {queue}"
        assert (REGISTRY.get_sample_value("saisei_messages_held_seconds", {"queue": queue}) or 0) > 0.5
        away.clear()
        await eventually(bench.effects)
        assert (await _consumers(service)).ok


async def _consumers(service):
    return next(check for check in await service.health.checks() if check.name.endswith(".consumers"))


async def _ill(service) -> str:
    check = await _consumers(service)
    return "" if check.ok else check.detail


async def test_idle_connections_that_were_killed_cost_no_try(bench):
    async with running(bench.service(bench.noting())):
        await bench.broker.tell(Happened(n=1))
        await eventually(bench.effects)
        for n in (2, 3, 4):
            await bench.sql.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name LIKE 'saisei-%'"
            )
            await bench.broker.tell(Happened(n=n))
            await eventually(lambda: _counted(bench.sql, n))  # noqa: B023 - awaited before n changes
    assert await bench.broker.depth(bench.events.dead) == 0


async def test_service_stops_in_its_budget_while_the_database_is_away(bench, postgres):
    sql = await asyncpg.connect(postgres.url())
    for statement in STATEMENTS:
        await sql.execute(statement)
    await sql.close()
    service = replace(bench, database_url=postgres.url()).service(bench.noting())
    await service.start()
    postgres.stop()
    await bench.broker.tell(Happened(n=1))
    await eventually(lambda: _held(bench) == 1)
    async with asyncio.timeout(5):
        await service.stop()
    assert await eventually(lambda: bench.broker.depth(bench.events.name)) == 1


async def test_consumer_resumes_after_its_broker_connection_is_cut(bench, proxied):
    world, proxy = proxied
    async with running(world.service(world.noting())):
        await bench.broker.tell(Happened(n=1))
        await eventually(bench.effects)
        await proxy.cut()
        await bench.broker.tell(Happened(n=2))
        await eventually(lambda: _counted(bench.sql, 2))
        await eventually(lambda: _is_drained(bench))


async def test_message_whose_acknowledgement_was_cut_off_takes_effect_once(bench, proxied):
    world, proxy = proxied
    runs: list[int] = []

    async def cut_before_the_acknowledgement(event: Happened, tx):
        runs.append(event.n)
        await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n)
        if len(runs) == 1:
            await proxy.cut()

    async with running(world.service(world.noting(cut_before_the_acknowledgement))):
        await bench.broker.tell(Happened(n=1))
        await eventually(lambda: proxy.connections > 2)
        await bench.broker.tell(Happened(n=2))
        await eventually(lambda: _counted(bench.sql, 2))
        await eventually(lambda: _is_drained(bench))
    assert await bench.effects() == [1, 2]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_refused_connection_is_the_infrastructures_fault_by_name_and_by_address(host):
    port = choose_ports(("none",), {})["none"]
    with pytest.raises(OSError) as caught:  # noqa: PT011 - the very class is what differs
        await asyncpg.connect(f"postgresql://nobody@{host}:{port}/none", ssl=False)
    assert is_infrastructure(caught.value)


@pytest.mark.parametrize(
    "fault", [FileNotFoundError("x"), OSError("cannot identify image file"), asyncpg.UniqueViolationError("x")]
)
def test_fault_of_the_message_is_not_taken_for_the_infrastructures(fault):
    assert not is_infrastructure(fault)


def test_host_name_whose_addresses_all_refuse_is_the_infrastructures_fault():
    assert is_infrastructure(OSError("Multiple exceptions: [Errno 111] Connect call failed, [Errno 99] …"))


def _held(bench) -> float:
    return HELD.labels(bench.events.name)._value.get()


async def _counted(sql: asyncpg.Connection | asyncpg.Pool, count: int) -> bool:
    return await sql.fetchval("SELECT count(*) FROM effects") == count


async def _is_drained(bench) -> bool:
    return await bench.broker.depth(bench.events.name) == 0
