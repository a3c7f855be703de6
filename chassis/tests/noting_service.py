"""A service in a process of its own, to be killed: `python noting_service.py NAME DATABASE_URL AMQP_URL`.

A negative number kills it; numbers from 100 on take a while.
"""

import asyncio
import os
import signal
import sys

from chassis import trouble
from chassis.service import Service
from chassis.settings import ServiceSettings
from chassis.subscriptions import Subscription
from chassis.testing import Echoed, Happened
from chassis.topology import Queue, ServiceTopology
from chassis.transaction import Transaction


async def note(event: Happened, tx: Transaction) -> None:
    if event.n < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    if event.n >= 100:
        await tx.conn.execute("SELECT pg_sleep(0.1)")
    await tx.conn.execute("INSERT INTO effects VALUES ($1)", event.n)
    tx.emit(Echoed(n=event.n), subject=str(event.n))


async def main(name: str, database_url: str, amqp_url: str) -> None:
    queue = Queue(f"{name}.events", events=(Happened.type,))
    settings = ServiceSettings(service=name, database_url=database_url, amqp_url=amqp_url, blob_url="memory://")
    subscription = Subscription(queue.name, events={Happened: note})
    await Service(ServiceTopology(name, (queue,), (Echoed.type,)), settings, (subscription,)).start()
    await asyncio.Event().wait()


# Each end takes a second or two.
trouble.ENDS_AT_MOST = 4
asyncio.run(main(*sys.argv[1:]))
