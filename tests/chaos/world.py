"""One test's world: its own database, its own queues, and what it sees of them."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
from aiormq.exceptions import AMQPError, ChannelInvalidStateError

from assets.tables import PIECES
from chassis import outbox
from chassis.messages import to_bytes
from chassis.outbox import OutgoingMessage
from chassis.service import Service
from chassis.tables import STATEMENTS
from chassis.testing import Broker, Echoed, Happened, enveloped, eventually, running
from chassis.topology import EVENTS, Queue, ServiceTopology
from saisei_local.dead import list_dead
from saisei_local.embedded.ports import choose_ports
from saisei_local.provision.broker import declare

from .account import Account, Snapshot, account
from .chaos_service import Apply, Batching, note_batch, service, world_topology
from .processes import Process, start

EFFECTS = """
CREATE TABLE effects (
    at bigserial, consumer text NOT NULL, message_id uuid NOT NULL, n integer NOT NULL,
    outcome text NOT NULL, emitted uuid, made_by text NOT NULL
)
"""
ATTEMPTS = "CREATE TABLE attempts (message_id uuid NOT NULL, made_by text NOT NULL)"
FREE_LEASES = "UPDATE outbox SET leased_until = now() - interval '1 second'"
QUICK: Mapping[str, float] = {"sweep": 0.1}
PATIENCE = 40.0


@dataclass(frozen=True)
class World:
    """What tests of the chassis' promises work with."""

    database_url: str
    amqp_url: str
    topology: ServiceTopology
    sql: asyncpg.Pool
    broker: Broker
    folder: Path
    _numbers: Any = field(default_factory=itertools.count)

    @property
    def requests(self) -> Queue:
        """Where requests arrive."""
        return self.topology.queues[0]

    @property
    def echoes(self) -> Queue:
        """Where what handlers say arrives."""
        return self.topology.queues[1]

    def process(self, role: str, *, crash_at: str = "", **given: Any) -> AbstractAsyncContextManager[Process]:
        """A service in a process of its own; `given` says what differs, such as a URL of a proxy."""
        name = f"{role}-{next(self._numbers)}"
        return start(self._given(role, process=name, **given), self.folder / f"{name}.log", crash_at)

    def service(self, role: str, **given: Any) -> Service:
        """The same service within the test."""
        return service(self._given(role, **given))

    def batching(self, queue: int, *, apply: Apply = note_batch, **given: Any) -> Batching:
        """A batch consumer within the test."""
        return Batching(self._given("batching", **given), queue, apply)

    @asynccontextmanager
    async def receiving(self, apply: Apply = note_batch) -> AsyncIterator[None]:
        """Somebody within the test who takes the echoes, and publishes nothing."""
        async with running(self.batching(1, apply=apply)):
            yield

    def _given(self, role: str, **given: Any) -> dict[str, Any]:
        where = {"name": self.topology.name, "database_url": self.database_url, "amqp_url": self.amqp_url}
        return {**where, "role": role, "process": "test", "waits": QUICK, **given}

    async def ask(self, numbers: Iterable[int]) -> list[UUID]:
        """Sends a request a number; returns the ids that the broker accepted."""
        return [await self.broker.tell(Happened(n=n)) for n in numbers]

    async def store(self, numbers: Iterable[int], conn: Any = None) -> list[UUID]:
        """Leaves echoes in the outbox as a process does that died after its commit; returns their ids."""
        echoes = [enveloped(Echoed(n=n)) for n in numbers]
        rows = [OutgoingMessage(e.id, EVENTS, e.type, to_bytes(e), e.type, e.time) for e in echoes]
        await outbox.insert(conn or self.sql, rows, uuid4(), timedelta(seconds=-1))
        return [row.id for row in rows]

    async def free_leases(self) -> None:
        """What ten seconds do to the rows of a process that died."""
        await self.sql.execute(FREE_LEASES)

    async def effects(self, queue: Queue) -> list[int]:
        """The numbers that took effect, in the order they did."""
        rows = await self.sql.fetch("SELECT n FROM effects WHERE consumer = $1 ORDER BY at", queue.name)
        return [row["n"] for row in rows]

    async def outbox_rows(self) -> int:
        """How many messages wait."""
        return await self.sql.fetchval("SELECT count(*) FROM outbox") or 0

    async def snapshot(self, queue: Queue) -> Snapshot:
        """One consumer's state now."""
        dead = await list_dead(self.amqp_url, [self.topology])
        return await Snapshot.take(
            self.sql, queue.name, [_id(each.message_id) for each in dead if each.queue == queue.name]
        )

    async def account(self, accepted: Iterable[UUID]) -> Account:
        """Where the requests are now."""
        return account(accepted, await self.snapshot(self.requests))

    async def settled(self, accepted: Iterable[UUID]) -> Account:
        """Waits until every request and every echo of one has ended. Raises AssertionError that names the others."""
        requests = await self._closed(self.requests, accepted)
        emitted = (await self.snapshot(self.requests)).emitted
        await self.received(emitted)
        return requests

    async def received(self, emitted: Iterable[UUID]) -> Account:
        """The same for echoes that somebody emitted, and for the outbox that they left."""
        echoes = await self._closed(self.echoes, emitted)
        await eventually(self._is_sent, PATIENCE)
        return echoes

    async def _closed(self, queue: Queue, accepted: Iterable[UUID]) -> Account:
        known, found = list(accepted), Account()

        async def closed() -> bool:
            nonlocal found
            found = account(known, await self.snapshot(queue))
            return found.is_closed

        try:
            await eventually(closed, PATIENCE)
        except AssertionError as late:
            raise AssertionError(f"lost or late in {queue.name}: {found.pending}") from late
        assert found.broken == {}
        return found

    async def _is_sent(self) -> bool:
        return await self.outbox_rows() == 0


async def install(database_url: str) -> None:
    """Makes the tables of a world."""
    connection = await asyncpg.connect(database_url)
    try:
        for statement in (*STATEMENTS, EFFECTS, ATTEMPTS, PIECES):
            await connection.execute(statement)
    finally:
        await connection.close()


class Feeder:
    """Asks steadily, and asks again with the same id until the broker has confirmed it."""

    def __init__(self, amqp_url: str) -> None:
        self.accepted: list[UUID] = []
        self._url = amqp_url
        self._broker: Broker | None = None
        self._connected = AsyncExitStack()

    async def feed(self, numbers: Iterable[int], pause: float) -> None:
        """One request a number."""
        async with self._connected:
            for n in numbers:
                message_id = uuid4()
                await eventually(partial(self._sent, n, message_id), PATIENCE)
                self.accepted.append(message_id)
                await asyncio.sleep(pause)

    async def _sent(self, n: int, message_id: UUID) -> bool:
        try:
            async with asyncio.timeout(2):
                if self._broker is None:
                    self._broker = await self._connected.enter_async_context(Broker.at(self._url))
                await self._broker.tell(Happened(n=n), message_id)
        except (AMQPError, OSError, ChannelInvalidStateError):
            self._broker = None
            return False
        return True


@asynccontextmanager
async def world_at(database_url: str, amqp_url: str, folder: Path) -> AsyncIterator[World]:
    """A world on servers that are there already; its queues are gone at the end."""
    topology = world_topology(f"w{uuid4().hex[:8]}")
    await asyncio.gather(install(database_url), declare(amqp_url, [topology]))
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as sql, Broker.at(amqp_url) as broker:
        yield World(database_url, amqp_url, topology, sql, broker, folder)
    async with Broker.at(amqp_url) as broker:
        await broker.delete(topology.queues)


class Probed:
    """What a process's probes say."""

    def __init__(self) -> None:
        self.port = choose_ports(("probes",), {})["probes"]

    async def is_ready(self) -> bool:
        """Whether /readyz says so; False also while nobody answers."""
        try:
            return (await self._get("/readyz")).status_code == 200
        except httpx2.TransportError:
            return False

    async def is_unready(self) -> bool:
        """Whether /readyz answers, and says no."""
        return (await self._get("/readyz")).status_code == 503

    async def metric(self, line: str) -> float:
        """The value of one line of /metrics."""
        text = (await self._get("/metrics")).text
        found = [each.rpartition(" ")[2] for each in text.splitlines() if each.startswith(line)]
        return float(found[0]) if found else 0.0

    async def _get(self, path: str) -> httpx2.Response:
        async with httpx2.AsyncClient(trust_env=False, timeout=15) as http:
            return await http.get(f"http://127.0.0.1:{self.port}{path}")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
