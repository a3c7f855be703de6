"""Ours: five services of the chassis in one process, as `saisei run all` runs them, with its defaults."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aio_pika

from bench.hops.cascades import Cascades
from bench.hops.contending import contend
from bench.hops.steps import EFFECT, STEPS, TOPOLOGIES, Step
from bench.hops.tables import install
from chassis.logs import configure_logs
from chassis.service import Service
from chassis.settings import ServiceSettings
from chassis.subscriptions import Handler, Subscription
from chassis.transaction import Transaction
from saisei_local.memory import give_memory_back, keep_small
from saisei_local.provision.broker import declare

DATABASE = "bench_ours"


def handler(hop: int) -> Handler:
    """What a hop does: its effect, and the next fact."""
    following = STEPS[hop]

    async def handle(step: Step, tx: Transaction) -> None:
        await tx.conn.execute(EFFECT, step.cascade, hop, step.sha256)
        tx.emit(following(**dict(step)), subject=step.asset_id)

    return handle


def service(hop: int, database_url: str, amqp_url: str) -> Service:
    """The service of one hop, counted from 1, not yet started."""
    topology = TOPOLOGIES[hop - 1]
    settings = ServiceSettings(
        service=topology.name, database_url=database_url, amqp_url=amqp_url, blob_url="memory:///"
    )
    return Service(topology, settings, (Subscription(topology.queues[0].name, events={STEPS[hop - 1]: handler(hop)}),))


@asynccontextmanager
async def started(services: Sequence[Service]) -> AsyncIterator[None]:
    """They run as long as the context lasts, in a process that is as `saisei run` has it."""
    await asyncio.gather(*(one.start() for one in services))
    keeping = asyncio.create_task(keep_small())
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(*(one.stop() for one in services))


@asynccontextmanager
async def opened(database_url: str, amqp_url: str) -> AsyncIterator[Cascades]:
    """Tables, topology and services."""
    urls = await install(database_url, DATABASE)
    await declare(amqp_url, TOPOLOGIES)
    services = [service(hop, url, amqp_url) for hop, url in enumerate(urls.values(), 1)]
    async with await aio_pika.connect(amqp_url) as connection, started(services):
        yield await Cascades.on(connection)


def prepare() -> None:
    """Before there are threads: memory and logs as `saisei run` has them."""
    give_memory_back()
    configure_logs("WARNING")


if __name__ == "__main__":
    prepare()
    contend(opened)
