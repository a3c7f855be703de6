"""Ours with a process a service, as `saisei up --split` runs them, and this one, which starts cascades."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
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
    """A process for each hop; they end with this one."""
    with ExitStack() as stack:
        for hop, (name, url) in enumerate(urls.items(), 1):
            child = process.spawn(
                [sys.executable, "-m", "bench.hops.our_service", str(hop)],
                log=folder / f"{name}.log",
                death_signal=signal.SIGTERM,
                env=os.environ | {DATABASE_URL: url},
                cwd=ROOT,
            )
            stack.callback(process.stop, child, ((signal.SIGTERM, 10.0),))
        yield


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
