"""Ours with a process a service, as `saisei up --split` runs them, and this one, which starts cascades."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aio_pika

from bench.hops.cascades import Cascades
from bench.hops.contending import START_SECONDS, contend
from bench.hops.our_service import DATABASE_URL
from bench.hops.steps import TOPOLOGIES
from bench.hops.tables import install
from saisei_local.embedded import process
from saisei_local.provision.broker import declare

DATABASE = "bench_ours_split"
ROOT = Path(__file__).parents[2]


@contextmanager
def services(urls: Mapping[str, str], folder: Path) -> Iterator[None]:
    """A process for each hop. Raises RuntimeError with what they said when nothing ran in time."""
    logs = {name: folder / f"{name}.log" for name in urls}
    children = [
        process.spawn(
            [sys.executable, "-m", "bench.hops.our_service", str(hop)],
            log=logs[name],
            death_signal=signal.SIGTERM,
            env=os.environ | {DATABASE_URL: url},
            cwd=ROOT,
        )
        for hop, (name, url) in enumerate(urls.items(), 1)
    ]
    try:
        yield
    except TimeoutError as error:
        raise RuntimeError("\n".join(map(process.tail, logs.values()))) from error
    finally:
        for child in children:
            child.terminate()
        for child in children:
            process.stop(child, ((signal.SIGTERM, 10.0),))


@asynccontextmanager
async def opened(database_url: str, amqp_url: str) -> AsyncIterator[Cascades]:
    """Tables, topology and the services' processes."""
    urls = await install(database_url, DATABASE)
    await declare(amqp_url, TOPOLOGIES)
    async with await aio_pika.connect(amqp_url) as connection:
        cascades = await Cascades.on(connection)
        with tempfile.TemporaryDirectory() as folder, services(urls, Path(folder)):
            async with asyncio.timeout(START_SECONDS):
                await cascades.burst(1)
            yield cascades


if __name__ == "__main__":
    contend(opened)
