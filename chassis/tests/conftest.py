"""A database with the chassis' tables, a service's queues, and a service made of both."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from chassis import relay
from chassis.service import Service
from chassis.settings import ServiceSettings
from chassis.subscriptions import Subscription
from chassis.tables import STATEMENTS
from chassis.testing import Broker, Echoed, Happened
from chassis.testing_proxy import Proxy
from chassis.topology import Queue, ServiceTopology
from chassis.transaction import Transaction
from saisei_local.provision.broker import declare

TRIES = 3


async def note(event: Happened, tx: Transaction) -> None:
    await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n)
    tx.emit(Echoed(n=event.n), subject=str(event.n))


@dataclass(frozen=True)
class Bench:
    """One service's world: its own database, its own queues on a broker that tests share."""

    database_url: str
    amqp_url: str
    topology: ServiceTopology
    sql: asyncpg.Pool
    broker: Broker

    @property
    def events(self) -> Queue:
        return self.topology.queues[0]

    @property
    def commands(self) -> Queue:
        return self.topology.queues[1]

    def service(self, *subscriptions: Subscription, **settings: Any) -> Service:
        """A service on this database and these queues, not yet started."""
        given: dict[str, Any] = {
            "database_url": self.database_url,
            "amqp_url": self.amqp_url,
            "blob_url": "memory://",
        } | settings
        return Service(self.topology, ServiceSettings(service=self.topology.name, **given), subscriptions)

    def noting(self, handler: Any = note, concurrency: int = 10) -> Subscription:
        """Each event leaves its number in the table of effects, and an echo."""
        return Subscription(self.events.name, events={Happened: handler}, concurrency=concurrency)

    async def declare(self) -> None:
        """Makes the queues that are not there."""
        await declare(self.amqp_url, [self.topology])

    async def effects(self) -> list[int]:
        """What handlers wrote, in order of size."""
        return [row["n"] for row in await self.sql.fetch("SELECT n FROM effects ORDER BY n")]

    async def waiting(self) -> int:
        """How many messages wait in the outbox."""
        return await self.sql.fetchval("SELECT count(*) FROM outbox") or 0

    async def let_leases_run_out(self) -> None:
        """What ten seconds do to the rows of a process that died."""
        await self.sql.execute("UPDATE outbox SET leased_until = now() - interval '1 second'")


@pytest.fixture
async def proxied(bench: Bench) -> AsyncIterator[tuple[Bench, Proxy]]:
    """The same world, with the service's way to the broker in the test's hands."""
    async with Proxy.before(bench.amqp_url) as proxy:
        yield replace(bench, amqp_url=proxy.url), proxy


@pytest.fixture(scope="session")
def vhost(make_vhost: Callable[[], str]) -> str:
    return make_vhost()


@pytest.fixture(scope="session")
def database_url(make_database: Callable[[], str]) -> str:
    """A database with the chassis' tables, emptied for each test."""
    url = make_database()

    async def install() -> None:
        connection = await asyncpg.connect(url)
        for statement in (*STATEMENTS, "CREATE TABLE effects (n integer NOT NULL)"):
            await connection.execute(statement)
        await connection.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, install()).result()
    return url


@pytest.fixture
async def bench(database_url: str, vhost: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setattr(relay, "SWEEP_EVERY", 0.1)
    name = f"t{uuid4().hex[:8]}"
    topology = ServiceTopology(
        name=name,
        queues=(
            Queue(f"{name}.events", events=(Happened.type,), tries=TRIES, retry_delay_ms=50),
            Queue(f"{name}.commands", commands=True, tries=TRIES, retry_delay_ms=50),
        ),
        publishes=(Echoed.type,),
    )
    await declare(vhost, [topology])
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as sql, Broker.at(vhost) as broker:
        await sql.execute("TRUNCATE outbox, inbox, effects")
        yield Bench(database_url, vhost, topology, sql, broker)
        await broker.delete(topology.queues)
