"""Celery: the process that starts cascades, and forked worker processes that run them.

Forked rather than threads: most of a task is Python, and threads would share one interpreter.
"""

# Peers are installed for `make bench` only, and checked by types all the same.
# pyright: reportMissingImports=false

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import aio_pika
import psycopg

from bench.hops.cascades import FinishLine
from bench.hops.contending import START_SECONDS, contend
from bench.hops.steps import first_step
from saisei_local.embedded import process
from saisei_local.provision.database import with_database

DATABASE = "bench_celery"
ROOT = Path(__file__).parents[2]
AT_ONCE = 4
PROCESSES = 3 * len(os.sched_getaffinity(0))
"""Celery's default of one a core leaves the cores idle while tasks wait for commits and confirms: on two cores, 2
processes end 94 cascades a second, 3: 106, 4: 111, 6: 116, 8: 117."""


class Tasks:
    """Cascades of tasks."""

    def __init__(self, line: FinishLine) -> None:
        self._line = line
        self._starting = ThreadPoolExecutor(AT_ONCE)

    async def burst(self, count: int) -> float:
        """Seconds from the first task sent to the end of the last cascade."""
        steps = [first_step().model_dump(mode="json", by_alias=True) for _ in range(count)]
        finished = self._line.expect(count)
        loop, began = asyncio.get_running_loop(), time.perf_counter()
        await asyncio.gather(*(loop.run_in_executor(self._starting, self._send, step) for step in steps))
        await finished
        return time.perf_counter() - began

    async def rest(self, count: int) -> list[float]:
        """Milliseconds of each cascade, one after another."""
        return [1000 * await self.burst(1) for _ in range(count)]

    def _send(self, step: dict[str, Any]) -> None:
        from bench.hops.celery_app import TASK, app

        app.send_task(TASK, (1, step), task_id=str(uuid4()))


@contextmanager
def worker(folder: Path) -> Iterator[None]:
    """The worker with its processes, which end with this one."""
    argv = ["-m", "celery", "-A", "bench.hops.celery_app", "worker", "--pool=prefork", f"--concurrency={PROCESSES}"]
    quiet = ["-Q", "hops", "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING"]
    log = folder / "celery.log"
    child = process.spawn(
        [sys.executable, *argv, *quiet], log=log, death_signal=signal.SIGTERM, env=os.environ, cwd=ROOT
    )
    try:
        yield
    finally:
        process.stop(child, ((signal.SIGTERM, 10.0),))


def install(admin_url: str) -> str:
    """Makes the database with its tables; returns its URL."""
    from bench.hops.celery_app import TABLES

    url = with_database(admin_url, DATABASE)
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {DATABASE}")
    with psycopg.connect(url, autocommit=True) as connection:
        for table in TABLES:
            connection.execute(table)
    return url


@asynccontextmanager
async def opened(database_url: str, amqp_url: str) -> AsyncIterator[Tasks]:
    """Tables, the worker, and a consumer of the tasks that end cascades."""
    os.environ["BENCH_CELERY_DATABASE_URL"] = install(database_url)
    line = FinishLine()
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("finish", durable=True)
        await queue.consume(line.take, no_ack=True)
        with tempfile.TemporaryDirectory() as folder, worker(Path(folder)):
            tasks = Tasks(line)
            async with asyncio.timeout(START_SECONDS):
                await tasks.burst(1)
            yield tasks


if __name__ == "__main__":
    contend(opened)
