"""Ours: five services of the chassis in one process, as `saisei run all` runs them, with its defaults."""

import asyncio
from collections.abc import AsyncIterator
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
from saisei_local.provision.broker import declare

DATABASE = "bench_ours"


def handler(hop: int) -> Handler:
    """What a hop does: its effect, and the next fact."""
    following = STEPS[hop]

    async def handle(step: Step, tx: Transaction) -> None:
        await tx.conn.execute(EFFECT, step.cascade, hop, step.sha256)
        tx.emit(following(**dict(step)), subject=step.asset_id)

    return handle


def services(urls: dict[str, str], amqp_url: str) -> list[Service]:
    """One for each hop, not yet started."""
    return [
        Service(
            topology,
            ServiceSettings(
                service=topology.name, database_url=urls[topology.name], amqp_url=amqp_url, blob_url="memory:///"
            ),
            (Subscription(topology.queues[0].name, events={STEPS[hop - 1]: handler(hop)}),),
        )
        for hop, topology in enumerate(TOPOLOGIES, 1)
    ]


@asynccontextmanager
async def opened(database_url: str, amqp_url: str) -> AsyncIterator[Cascades]:
    """Tables, topology and services."""
    configure_logs("WARNING")
    urls = await install(database_url, DATABASE)
    await declare(amqp_url, TOPOLOGIES)
    running = services(urls, amqp_url)
    async with await aio_pika.connect(amqp_url) as connection:
        cascades = await Cascades.on(connection)
        await asyncio.gather(*(service.start() for service in running))
        try:
            yield cascades
        finally:
            await asyncio.gather(*(service.stop() for service in running))


if __name__ == "__main__":
    contend(opened)
