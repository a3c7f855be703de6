"""One running service: database, relay and consumers, started and stopped in the right order."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from chassis import inbox
from chassis.bus import Bus
from chassis.db import Database
from chassis.health import Health
from chassis.relay import Relay
from chassis.settings import ServiceSettings
from chassis.subscriptions import Subscription
from chassis.telemetry import tracer_provider
from chassis.topology import ServiceTopology

CLEAN_UP_EVERY = 600.0

log = structlog.get_logger()

Hook = Callable[[], Awaitable[None]]


class Service:
    """Wires a service's topology, settings and subscriptions to the database and the broker."""

    def __init__(
        self,
        topology: ServiceTopology,
        settings: ServiceSettings,
        subscriptions: tuple[Subscription, ...],
    ) -> None:
        self.topology = topology
        self.settings = settings
        self.subscriptions = subscriptions
        self.tracing = tracer_provider(topology.name)
        self.database = Database(settings.database_url, topology.name, settings.pool_size)
        self.relay = Relay(self.database, settings.amqp_url, self.tracing)
        self.bus = Bus(topology, subscriptions, self.database, settings.amqp_url, self.tracing)
        self.health = Health(topology.name, self.database, self.bus, settings.outbox_limit_seconds)
        self._hooks: list[Hook] = []
        self._tasks: list[asyncio.Task[None]] = []

    def run_beside(self, hook: Hook) -> None:
        """Adds a task that runs as long as the service does."""
        self._hooks.append(hook)

    async def start(self) -> None:
        """Opens the database, then the relay, then the consumers."""
        await self.database.open()
        await self.relay.start()
        await self.bus.start()
        self._tasks = [asyncio.ensure_future(hook()) for hook in (self._clean_up, *self._hooks)]
        log.info("service_started", service=self.topology.name)

    async def stop(self) -> None:
        """Stops consuming, lets work at hand finish, publishes what it committed, and closes."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.bus.stop()
        await self.relay.stop()
        await self.database.close()
        self.tracing.shutdown()
        log.info("service_stopped", service=self.topology.name)

    async def _clean_up(self) -> None:
        while True:
            try:
                deleted = await inbox.clean_up(self.database.pool)
            except Exception as error:  # noqa: BLE001 - cleaning up must outlive whatever is away
                log.warning("inbox_clean_up_failed", error=repr(error))
                deleted = 0
            await asyncio.sleep(0 if deleted else CLEAN_UP_EVERY)
