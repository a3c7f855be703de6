"""A service in a process of its own, for tests to end: `python chaos_service.py '{"role": …}'`.

Each message that takes effect leaves a row in `effects`, and a request also says so in an echo. SIGTERM stops it.
"""

import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import Any

from chassis import db, inbox, relay
from chassis.batch import BatchConsumer, BatchHandler
from chassis.logs import configure_logs
from chassis.probes import Probes
from chassis.service import Service
from chassis.settings import ServiceSettings
from chassis.subscriptions import Subscription, Work
from chassis.telemetry import tracer_provider
from chassis.testing import Echoed, Happened
from chassis.topology import Queue, ServiceTopology
from chassis.transaction import Transaction
from contracts.envelope import Envelope

EFFECT = "INSERT INTO effects (consumer, message_id, n, outcome, emitted, made_by) VALUES ($1, $2, $3, $4, $5, $6)"
TRIES = 3
THROWS = -1
SLOW_FROM = 1000


def world_topology(name: str) -> ServiceTopology:
    """A service that is asked for things and hears what became of them."""
    requests = Queue(f"{name}.requests", events=(Happened.type,), tries=TRIES, retry_delay_ms=50)
    echoes = Queue(f"{name}.echoes", events=(Echoed.type,), tries=TRIES, retry_delay_ms=50)
    return ServiceTopology(name, (requests, echoes), (Echoed.type,))


async def note_request(consumer: str, process: str, event: Happened, tx: Transaction) -> None:
    """The effect of a request, and the message that tells of it."""
    if event.n >= SLOW_FROM:
        await tx.conn.execute("SELECT pg_sleep(0.1)")
    emitted = tx.emit(Echoed(n=event.n), subject=str(event.n))
    await tx.conn.execute(EFFECT, consumer, tx.context.causation_id, event.n, "applied", emitted, process)


async def refuse_some(consumer: str, process: str, event: Happened, tx: Transaction) -> None:
    """Throws on one number, after its effect."""
    await note_request(consumer, process, event, tx)
    if event.n == THROWS:
        raise LookupError("this number is never handled")


async def note_echo(consumer: str, process: str, event: Echoed, tx: Transaction) -> None:
    """The effect of an echo."""
    await tx.conn.execute(EFFECT, consumer, tx.context.causation_id, event.n, "applied", None, process)


async def note_batch(consumer: str, process: str, envelopes: Sequence[Envelope], conn: Any) -> None:
    """The effects of many messages."""
    rows = [(consumer, envelope.id, envelope.data["n"], "applied", None, process) for envelope in envelopes]
    await conn.executemany(EFFECT, rows)


async def begin(process: str, event: Happened, work: Work) -> list[str]:
    """Says who is at work on a message, and goes on when the test lets go of the lock; returns who was before."""
    async with work.transaction() as tx:
        message_id = tx.context.causation_id
        before = await tx.conn.fetch("SELECT made_by FROM attempts WHERE message_id = $1", message_id)
        await tx.conn.execute("INSERT INTO attempts VALUES ($1, $2)", message_id, process)
    async with work.transaction() as tx:
        await tx.conn.execute("SELECT pg_advisory_xact_lock_shared($1)", event.n)
    return [row["made_by"] for row in before]


async def work(consumer: str, process: str, event: Happened, work: Work) -> None:
    """Long work that may be done again, as long as it is finished once."""
    await begin(process, event, work)
    await finish(consumer, process, event, work, "applied")


async def pay(consumer: str, process: str, event: Happened, work: Work) -> None:
    """Work that may not be done again: whoever finds that another began cannot know, and says so."""
    before = await begin(process, event, work)
    await finish(consumer, process, event, work, "unknown" if before else "applied")


async def finish(consumer: str, process: str, event: Happened, work: Work, outcome: str) -> None:
    """The last step, which claims the message."""
    async with work.finish() as tx:
        emitted = tx.emit(Echoed(n=event.n), subject=str(event.n))
        await tx.conn.execute(EFFECT, consumer, tx.context.causation_id, event.n, outcome, emitted, process)


Apply = Callable[[str, str, Sequence[Envelope], Any], Awaitable[None]]


def service(given: Mapping[str, Any]) -> Service:
    """The service in one of its roles; as a relay it consumes nothing."""
    topology = world_topology(given["name"])
    requests, echoes = (queue.name for queue in topology.queues)
    handlers: dict[str, Any] = {"noting": note_request, "refusing": refuse_some}
    workers: dict[str, Any] = {"working": work, "paying": pay}
    subscriptions: tuple[Subscription, ...] = ()
    if handler := handlers.get(given["role"]):
        subscriptions = (
            Subscription(requests, events={Happened: partial(handler, requests, given["process"])}),
            Subscription(echoes, events={Echoed: partial(note_echo, echoes, given["process"])}),
        )
    elif worker := workers.get(given["role"]):
        subscriptions = (Subscription(requests, workers={Happened: partial(worker, requests, given["process"])}),)
    settings = ServiceSettings(
        service=topology.name,
        database_url=given["database_url"],
        amqp_url=given["amqp_url"],
        blob_url="memory://",
        outbox_limit_seconds=given.get("outbox_limit_seconds", 30),
    )
    return Service(topology, settings, subscriptions)


class Batching:
    """A batch consumer of one of the world's queues, started and stopped like a service."""

    def __init__(self, given: Mapping[str, Any], queue: int = 0, apply: Apply = note_batch) -> None:
        topology = world_topology(given["name"])
        source = topology.queues[queue]
        self.database = db.Database(given["database_url"], topology.name)
        handler = BatchHandler(partial(apply, source.name, given["process"]))
        self.bus = BatchConsumer(source, handler, self.database, given["amqp_url"], tracer_provider(topology.name))

    async def start(self) -> None:
        """Opens the database and consumes."""
        await self.database.open()
        await self.bus.start()

    async def stop(self) -> None:
        """Lets the batch at hand commit, and closes."""
        await self.bus.stop()
        await self.database.close()


def shorten(waits: Mapping[str, float]) -> None:
    """Sets the chassis' periods, in seconds, so that a test need not wait as long as an installation may."""
    periods: dict[str, tuple[tuple[Any, str], ...]] = {
        "sweep": ((relay, "SWEEP_EVERY"),),
        "confirm": ((relay, "CONFIRM_TIMEOUT"),),
        "lease": ((relay, "LEASE"), (db, "LEASE")),
        "command": ((db, "COMMAND_TIMEOUT"),),
        "retention": ((inbox, "RETENTION"),),
        "skew": ((inbox, "CLOCK_SKEW"),),
        "clean_up": ((inbox, "CLEAN_UP_EVERY"),),
    }
    for name, seconds in waits.items():
        for module, constant in periods[name]:
            old = getattr(module, constant)
            setattr(module, constant, timedelta(seconds=seconds) if isinstance(old, timedelta) else seconds)


async def main(given: Mapping[str, Any]) -> None:
    """Runs until SIGTERM, then stops in order."""
    shorten(given["waits"])
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    running: Any = Batching(given) if given["role"] == "batching" else service(given)
    await running.start()
    async with AsyncExitStack() as stack:
        if port := given.get("health_port"):
            probes = Probes([running.health], port)
            await probes.start()
            stack.push_async_callback(probes.stop)
        await stopping.wait()
    await running.stop()


if __name__ == "__main__":
    configure_logs("INFO")
    asyncio.run(main(json.loads(sys.argv[1])))
