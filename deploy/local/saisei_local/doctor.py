"""`saisei doctor`: what is set up, and what is wrong."""

import asyncio
import ctypes.util
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any

from saisei_local.embedded.ports import LOOPBACK
from saisei_local.embedded.rabbitmq_install import is_installed
from saisei_local.environment import service_environment
from saisei_local.invocation import command
from saisei_local.providers import copy_provider, image_provider
from saisei_local.settings import LocalSettings
from saisei_local.stack import amqp_url, database_url, load_secrets
from saisei_local.state import StateDir
from saisei_local.up import answers

TIMEOUT = 5.0
NOT_CHECKED = "not checked: the instance is not running"

Look = Callable[[], Awaitable[str]]


@dataclass(frozen=True)
class Check:
    """One thing that must be right; `looked` is False where that would have told nothing new."""

    name: str
    ok: bool
    detail: str
    looked: bool = True


@dataclass(frozen=True)
class Report:
    """An instance's addresses, with the administrator's credentials, and the state of its parts."""

    gateway_url: str
    database_url: str
    amqp_url: str
    observer_amqp_url: str
    state_dir: str
    versions: dict[str, str]
    checks: list[Check]

    @property
    def ok(self) -> bool:
        """Whether every check passed."""
        return all(check.ok for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """The report in the names of the command's JSON."""
        return {
            "gatewayUrl": self.gateway_url,
            "databaseUrl": self.database_url,
            "amqpUrl": self.amqp_url,
            "observerAmqpUrl": self.observer_amqp_url,
            "stateDir": self.state_dir,
            "versions": self.versions,
            "checks": [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in self.checks],
        }


async def examine(settings: LocalSettings) -> Report:
    """Look at the instance of these settings, running or not."""
    state = StateDir(settings.state_dir)
    secrets = load_secrets(state)
    ports = {"postgres": 0, "amqp": 0} | state.instance().ports
    database = database_url(settings, secrets, ports)
    broker = amqp_url(settings, secrets, ports)
    observer = amqp_url(settings, secrets, ports, "observer")
    running = state.instance().gateway_url if state.is_locked() else ""
    gateway = running or f"http://{LOOPBACK}:{settings.port}"
    versions = {"saisei": version("saisei-local"), "python": sys.version.split()[0]}
    looks: dict[str, Look] = {
        "database": partial(_postgres, database, versions),
        "broker": partial(_rabbitmq, broker, versions),
        "broker as observer": partial(_rabbitmq, observer, versions),
        "earlier events": partial(_earlier_events, database),
        "gateway": partial(_gateway, running),
        **{f"service {name}": partial(_ready, url) for name, url in _own_probes(state).items()},
    }
    environment = service_environment(("copy", "image"), settings, state, secrets, database, broker)
    providers: dict[str, Look] = {
        "copy": partial(copy_provider, environment),
        "pictures": partial(image_provider, environment),
    }
    if state.is_locked():
        live = [*await _attempt_all(looks, TIMEOUT), *await _attempt_all(providers, None)]
    else:
        others = {name for name, url in (("database", settings.database_url), ("broker", settings.amqp_url)) if url}
        live = await _attempt_all({name: looks[name] for name in others}, TIMEOUT)
        live += [Check(name, False, NOT_CHECKED, looked=False) for name in looks | providers if name not in others]
    checks = [*_machine(settings, state), *live]
    return Report(gateway, database, broker, observer, str(state.root), versions, checks)


def _machine(settings: LocalSettings, state: StateDir) -> list[Check]:
    running = state.is_locked()
    rabbit = bool(settings.amqp_url) or is_installed()
    fribidi = ctypes.util.find_library("fribidi")
    return [
        Check("instance", running, "running" if running else f"not running: start it with `{command()} up`"),
        Check("RabbitMQ package", rabbit, "found" if rabbit else "missing: run `make setup`"),
        Check("FriBidi", bool(fribidi), fribidi or "missing, vertical text needs it: run `make setup`"),
    ]


async def _attempt_all(looks: Mapping[str, Look], limit: float | None) -> list[Check]:
    return await asyncio.gather(*(_attempt(name, look, limit) for name, look in looks.items()))


async def _attempt(name: str, look: Look, limit: float | None) -> Check:
    try:
        async with asyncio.timeout(limit):
            return Check(name, True, await look())
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is the check's result.
        return Check(name, False, f"{type(error).__name__}: {error}".rstrip(": "))


async def _postgres(url: str, versions: dict[str, str]) -> str:
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        versions["postgresql"] = await connection.fetchval("SHOW server_version")
    finally:
        await connection.close()
    return "answers"


async def _earlier_events(url: str) -> str:
    import asyncpg

    from saisei_local.backfill_store import pending

    connection = await asyncpg.connect(url)
    try:
        late = await pending(connection)
    finally:
        await connection.close()
    if late:
        names = ", ".join(one.name for one in late)
        raise LookupError(f"{names} not told all that was before them yet; `{command()} backfill` does it")
    return "every service was told of them"


async def _rabbitmq(url: str, versions: dict[str, str]) -> str:
    import aio_pika

    # What it logs of a failed attempt is in the error that it raises, too.
    for name in ("aio_pika", "aiormq"):
        logging.getLogger(name).addHandler(logging.NullHandler())
    connection = await aio_pika.connect(url)
    try:
        assert connection.transport is not None, "connect() has just opened it"
        versions["rabbitmq"] = str(connection.transport.connection.server_properties.get("version", "unknown"))
    finally:
        await connection.close()
    return "answers"


async def _gateway(url: str) -> str:
    if not url:  # Somebody else's may answer where ours would.
        raise ConnectionError("this instance has none that is ready")
    return await _ready(f"{url}/readyz")


async def _ready(url: str) -> str:
    if not await asyncio.to_thread(answers, url):
        raise ConnectionError(f"{url} does not answer with 200")
    return "ready"


def _own_probes(state: StateDir) -> dict[str, str]:
    """The services that run in processes of their own; the gateway answers for all that run in its process."""
    return {name: url for name, url in state.instance().probes.items() if name not in ("all", "gateway")}
