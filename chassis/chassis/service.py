"""One running service: database, relay and consumers, started and stopped in the right order."""

from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from chassis import inbox
from chassis.background import Background
from chassis.bus import Bus
from chassis.db import Database
from chassis.deadcommands import DeadCommands
from chassis.depths import DeadLetterDepths
from chassis.health import Health
from chassis.infrastructure import patiently
from chassis.relay import Relay
from chassis.settings import ServiceSettings
from chassis.subscriptions import Subscription
from chassis.telemetry import shut_down, tracer_provider
from chassis.topology import ServiceTopology

log = structlog.get_logger()

Hook = Callable[[], Coroutine[Any, Any, None]]


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
        self.subscriptions = DeadCommands(topology, settings.amqp_url).added_to(subscriptions)
        self.tracing = tracer_provider(topology.name)
        self.database = Database(settings.database_url, topology.name, settings.pool_size)
        self.background = Background()
        self.relay = Relay(self.database, settings.amqp_url, self.tracing, self.background)
        self.bus = Bus(topology, self.subscriptions, self.database, settings.amqp_url, self.tracing)
        self.health = Health(
            topology.name,
            self.database,
            self.bus,
            self.relay.publish_check,
            settings.outbox_limit_seconds,
            self.background,
        )
        self._depths = DeadLetterDepths(topology.queues)
        self._hooks: dict[str, Hook] = {"clean up": self._clean_up, "dead letters": self._depths.observe}
        self._checks: dict[str, Hook] = {}

    def run_beside(self, name: str, hook: Hook) -> None:
        """Adds a task that runs beside the consumers; when it fails, the service is not ready."""
        self._hooks[name] = hook

    def check_beside(self, name: str, hook: Hook) -> None:
        """Adds a task that ends; until it has, and when it fails, the service is not ready."""
        self._checks[name] = hook

    async def start(self) -> None:
        """Opens the database, then the relay, then the consumers."""
        await self.database.open()
        await self.relay.start()
        self._depths.use(self.relay.connection)
        await self.bus.start()
        for name, hook in self._hooks.items():
            self.background.start(name, patiently(hook))
        for name, check in self._checks.items():
            self.background.start(name, patiently(check), awaited=True)
        log.info("service_started", service=self.topology.name)

    async def stop(self) -> None:
        """Stops consuming, lets work at hand finish, publishes what it committed, and closes."""
        await self.bus.stop()
        await self.relay.drain()
        await self.background.stop()
        await self.relay.close()
        await self.health.stop()
        await self.database.close()
        await shut_down(self.tracing)
        log.info("service_stopped", service=self.topology.name)

    async def _clean_up(self) -> None:
        await inbox.keep_clean(self.database.pool)
