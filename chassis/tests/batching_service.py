"""A batch consumer in a process of its own, killed by a negative number: `… NAME DATABASE_URL AMQP_URL`."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from chassis import trouble
from chassis.batch import BatchConsumer, BatchHandler
from chassis.db import Database
from chassis.telemetry import tracer_provider
from chassis.testing import Happened
from chassis.topology import Queue
from contracts.envelope import Envelope


async def note(envelopes: Sequence[Envelope], conn: Any) -> None:
    numbers = [envelope.data["n"] for envelope in envelopes]
    if min(numbers) < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    await conn.executemany("INSERT INTO effects VALUES ($1)", [(n,) for n in numbers])


async def main(name: str, database_url: str, amqp_url: str) -> None:
    database = Database(database_url, name)
    await database.open()
    queue = Queue(f"{name}.events", events=(Happened.type,))
    handler = BatchHandler(note)
    await BatchConsumer(queue, handler, database, amqp_url, tracer_provider(name)).start()
    await asyncio.Event().wait()


# Each end takes a second or two.
trouble.ENDS_AT_MOST = 4
asyncio.run(main(*sys.argv[1:]))
