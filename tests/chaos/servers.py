"""A database and a broker of this folder's own, which tests may end, start again and put under alarm."""

import asyncio
import os
import secrets
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from chassis.testing import eventually
from saisei_local.embedded.ports import LOOPBACK, choose_ports
from saisei_local.embedded.postgres import EmbeddedPostgres
from saisei_local.embedded.rabbitmq import EmbeddedRabbit, RabbitPorts
from saisei_local.environment import with_login
from saisei_local.provision.broker import broker_definitions
from saisei_local.services import SERVICES, topologies

CONTROL = "/usr/lib/rabbitmq/bin/rabbitmqctl"
NO_MEMORY, ENOUGH_MEMORY = ("0.00001",), ("absolute", "1GB")


class OwnServers:
    """Both servers; the broker has every service's users, permissions and queues. Use it from the main thread."""

    def __init__(self, folder: Path) -> None:
        ports = choose_ports(("postgres", "amqp", "epmd", "distribution"), {})
        where = RabbitPorts(ports["amqp"], ports["epmd"], ports["distribution"])
        self._passwords = {name: secrets.token_urlsafe(8) for name in ("admin", "observer", *SERVICES)}
        definitions = broker_definitions(topologies(), self._passwords)
        self._rabbit = EmbeddedRabbit(folder, where, definitions, secrets.token_hex(20))
        self._postgres = EmbeddedPostgres(folder, ports["postgres"], "secret")

    def start(self) -> None:
        """Starts both."""
        self._rabbit.launch()
        self._postgres.start()
        self._rabbit.wait_ready()

    def stop(self) -> None:
        """Stops both."""
        self._postgres.stop()
        self._rabbit.stop()

    def database_url(self, database: str = "postgres") -> str:
        """The superuser's URL."""
        return self._postgres.url(database)

    def amqp_url(self, user: str = "admin") -> str:
        """The URL of the administrator or of a service."""
        return with_login(f"amqp://{LOOPBACK}:{self._rabbit.ports.amqp}/", f"saisei_{user}", self._passwords[user])

    async def crash_database(self) -> None:
        """SIGKILL, and a start from whatever it left."""
        await _killed(lambda: self._postgres.pid)
        self._postgres.launch()
        await asyncio.to_thread(self._postgres.wait_ready)

    async def crash_broker(self) -> None:
        """The same for the broker."""
        await _killed(lambda: self._rabbit.pid)
        self._rabbit.launch()
        await asyncio.to_thread(self._rabbit.wait_ready)

    async def raise_memory_alarm(self) -> None:
        """From now on the broker takes nothing from those who publish."""
        await self._control("set_vm_memory_high_watermark", *NO_MEMORY)

    async def clear_memory_alarm(self) -> None:
        """It takes everything again."""
        await self._control("set_vm_memory_high_watermark", *ENOUGH_MEMORY)

    async def _control(self, *arguments: str) -> None:
        environment = self._rabbit._environment()
        run = subprocess.run
        await asyncio.to_thread(run, [CONTROL, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)


async def _killed(pid: Callable[[], int | None]) -> None:
    running = pid()
    assert running is not None
    os.kill(running, signal.SIGKILL)
    await eventually(lambda: pid() is None)
