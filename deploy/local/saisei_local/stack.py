"""The database and the broker of an instance: embedded ones, or those that the settings name."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from saisei_local.backoff import Backoff
from saisei_local.embedded import postgres, rabbitmq
from saisei_local.embedded.ports import LOOPBACK, choose_ports
from saisei_local.embedded.rabbitmq_install import require_rabbitmq
from saisei_local.environment import with_login
from saisei_local.log_files import rotate
from saisei_local.services import SERVICES
from saisei_local.settings import LocalSettings
from saisei_local.state import Secrets, StateDir

if TYPE_CHECKING:
    from chassis.topology import ServiceTopology

DATABASE = "saisei"
PORT_NAMES = ("postgres", "amqp", "epmd", "distribution")


class Stack:
    """Starts, watches and ends what the settings leave to us. Use it from the main thread."""

    def __init__(
        self, settings: LocalSettings, state: StateDir, secrets: Secrets, services: "Sequence[ServiceTopology]"
    ) -> None:
        self._services = services
        self._settings = settings
        self._state = state
        self._secrets = secrets
        self.postgres: postgres.EmbeddedPostgres | None = None
        self.rabbit: rabbitmq.EmbeddedRabbit | None = None
        self._ports: dict[str, int] = {}
        self._backoffs = {"postgres": Backoff(), "rabbitmq": Backoff()}

    def launch(self) -> None:
        """Start both without waiting: the broker takes longest, so it goes first and everything else overlaps."""
        self.launch_broker()
        self.launch_database()

    def launch_broker(self) -> None:
        """Start the broker without waiting."""
        self._prepare()
        if not self._settings.amqp_url:
            require_rabbitmq()
            self.rabbit = self._new_rabbit(self._ports)
            self.rabbit.launch()
        self.remember(self._ports)

    def launch_database(self) -> None:
        """Start the database without waiting, once its folder is there, which takes a second the first time."""
        self._prepare()
        if not self._settings.database_url:
            password = self._secrets.database["admin"]
            self.postgres = postgres.EmbeddedPostgres(self._state.root, self._ports["postgres"], password)
            self.postgres.launch()
        self.remember(self._ports)

    def _prepare(self) -> None:
        """Once: end what a killed run has left, then choose the ports of both servers."""
        if not self._ports:
            postgres.end_leftovers(self._state.root)
            rabbitmq.end_leftovers(self._state.root)
            self._ports = choose_ports(PORT_NAMES, self._state.instance().ports)

    def remember(self, ports: dict[str, int]) -> None:
        """Store ports, added to those already remembered, and the servers' process ids."""
        known = self._state.instance()
        self._state.remember(replace(known, ports=known.ports | ports, pids=self.pids()))

    def _new_rabbit(self, ports: dict[str, int]) -> rabbitmq.EmbeddedRabbit:
        from saisei_local.provision.broker import broker_definitions

        where = rabbitmq.RabbitPorts(ports["amqp"], ports["epmd"], ports["distribution"])
        definitions = broker_definitions(self._services, self._secrets.broker)
        return rabbitmq.EmbeddedRabbit(self._state.root, where, definitions, self._secrets.erlang_cookie)

    def wait_for_database(self) -> None:
        """Raises StartError."""
        if self.postgres:
            self.postgres.wait_ready()

    def wait_for_broker(self) -> None:
        """Raises StartError."""
        if self.rabbit:
            self.rabbit.wait_ready()

    def pids(self) -> dict[str, int]:
        """The embedded servers that run now."""
        return {name: server.pid for name, server in self._servers() if server.pid}

    def look_after(self) -> list[str]:
        """Start an embedded server again that has died and whose pause is over. Returns what happened, in sentences."""
        notices = []
        for name, server in self._servers():
            rotate(server.log)
            if server.pid:
                continue
            backoff = self._backoffs[name]
            if pause := backoff.note_exit():
                notices.append(f"{name} ended; starting it again in {pause:.1f} s")
            elif backoff.is_over:
                backoff.note_start()
                server.launch()
                self.remember({})
        return notices

    def _servers(self) -> "list[tuple[str, postgres.EmbeddedPostgres | rabbitmq.EmbeddedRabbit]]":
        return [(name, server) for name, server in (("postgres", self.postgres), ("rabbitmq", self.rabbit)) if server]

    def stop(self) -> None:
        """End the database, the broker, and the port mapper last."""
        if self.postgres:
            self.postgres.stop()
        if self.rabbit:
            self.rabbit.stop()


def database_url(settings: LocalSettings, secrets: Secrets, ports: dict[str, int]) -> str:
    """The administrator's URL of Saisei's database."""
    if settings.database_url:
        return urlunsplit(urlsplit(settings.database_url)._replace(path=f"/{database_name(settings.database_url)}"))
    base = f"postgresql://{LOOPBACK}:{ports['postgres']}/{DATABASE}"
    return with_login(base, "saisei_admin", secrets.database["admin"])


def amqp_url(settings: LocalSettings, secrets: Secrets, ports: dict[str, int], user: str = "admin") -> str:
    """The broker's URL for `admin` or `observer`; someone else's broker has the one login it was given with."""
    if settings.amqp_url:
        return settings.amqp_url
    return with_login(f"amqp://{LOOPBACK}:{ports['amqp']}/", f"saisei_{user}", secrets.broker[user])


def database_name(url: str) -> str:
    """The database that a URL names; Saisei's own when it names only the server's default one."""
    name = urlsplit(url).path.strip("/")
    return DATABASE if name in ("", "postgres") else name


def load_secrets(state: StateDir) -> Secrets:
    """The secrets of every service of this installation."""
    return state.secrets(SERVICES)
