"""DBOS: a queued workflow of five steps on the same PostgreSQL, in one process: application, queue worker, threads.

A step writes the effect row and DBOS records it afterwards; a row that a crash left unrecorded is let be the second
time. That is a third faster than DBOS's datasource transactions; limits on the queue's concurrency made it no faster.
While cascades run all at once the queue is looked at twenty times a second, so that no burst waits for the next look;
at rest as seldom as by default, so that looking costs the direct call nothing.
"""

# Peers are installed for `make bench` only, and checked by types all the same.
# pyright: reportMissingImports=false

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from queue import LifoQueue
from uuid import uuid4

import psycopg
from dbos import DBOS, Queue

from bench.hops.contending import contend
from bench.hops.steps import EFFECTS_TABLE, HOPS, SHA256
from saisei_local.provision.database import with_database

DATABASE = "bench_dbos"
EFFECT = "INSERT INTO effects (cascade, hop, sha256) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
OFTEN, SELDOM = 0.05, 1.0
CONNECTIONS = 16
AT_ONCE = 4
"""Threads that enqueue. One workflow takes a commit, and one thread would keep the workers waiting."""


class Effects:
    """A few connections, shared by whatever threads DBOS runs steps in."""

    def __init__(self, url: str) -> None:
        self._idle: LifoQueue[psycopg.Connection] = LifoQueue()
        for _ in range(CONNECTIONS):
            self._idle.put(psycopg.connect(url, autocommit=True))

    def write(self, cascade: str, hop: int) -> None:
        """One row."""
        connection = self._idle.get()
        try:
            connection.execute(EFFECT, (cascade, hop, SHA256))
        finally:
            self._idle.put(connection)


class Workflows:
    """Five steps a workflow, through the queue or called directly."""

    def __init__(self, effects: Effects) -> None:
        self._finished = threading.Semaphore(0)

        @DBOS.step()
        def effect(cascade: str, hop: int) -> None:
            effects.write(cascade, hop)

        @DBOS.workflow()
        def cascade(name: str) -> None:
            for hop in range(1, HOPS + 1):
                effect(name, hop)
            self._finished.release()

        self._cascade = cascade
        self._enqueuing = ThreadPoolExecutor(AT_ONCE)
        DBOS.launch()
        self._queue: Queue = DBOS.register_queue("hops", polling_interval_sec=SELDOM)

    async def burst(self, count: int) -> float:
        """All at once through the queue; seconds until the last step of the last workflow."""
        return await asyncio.to_thread(self._burst, count)

    async def rest(self, count: int) -> list[float]:
        """Direct calls, one after another; milliseconds of each."""
        return await asyncio.to_thread(lambda: [self._call() for _ in range(count)])

    def _burst(self, count: int) -> float:
        self._queue.set_polling_interval_sec(OFTEN)
        time.sleep(SELDOM * 1.2)
        began = time.perf_counter()
        enqueued = list(self._enqueuing.map(lambda _: self._queue.enqueue(self._cascade, str(uuid4())), range(count)))
        for _ in enqueued:
            self._finished.acquire()
        seconds = time.perf_counter() - began
        self._queue.set_polling_interval_sec(SELDOM)
        return seconds

    def _call(self) -> float:
        began = time.perf_counter()
        self._cascade(str(uuid4()))
        milliseconds = 1000 * (time.perf_counter() - began)
        self._finished.acquire()
        return milliseconds


@asynccontextmanager
async def opened(database_url: str, _amqp_url: str) -> AsyncIterator[Workflows]:
    """A database of its own, and DBOS launched on it."""
    url = with_database(database_url, DATABASE)
    with psycopg.connect(database_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {DATABASE}")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(EFFECTS_TABLE)
    DBOS(config={"name": "bench", "system_database_url": url, "log_level": "WARNING"})
    workflows = await asyncio.to_thread(Workflows, Effects(url))
    try:
        yield workflows
    finally:
        await asyncio.to_thread(DBOS.destroy)


if __name__ == "__main__":
    contend(opened)
