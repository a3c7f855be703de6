"""`saisei up`: everything on this machine, until Ctrl-C."""

import os
import signal
import time
import urllib.request
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from http.client import HTTPException

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from saisei_local.backfilling import STATUS_PENDING, Backfill
from saisei_local.embedded import process
from saisei_local.embedded.ports import LOOPBACK, choose_ports, is_free
from saisei_local.environment import service_environment
from saisei_local.gate import Gate
from saisei_local.invocation import command, command_line
from saisei_local.services import SERVICES, topologies
from saisei_local.settings import LocalSettings, SettingsError
from saisei_local.stack import Stack, amqp_url, database_url, load_secrets
from saisei_local.state import Secrets, StateDir
from saisei_local.stopping import Stopped, stopping_on_signals
from saisei_local.supervisor import Child, Supervisor

READY_SECONDS = 90.0
PATIENCE_EXITS = 4
TICK = 0.1

# Whatever proxy the environment names, this machine's own addresses are asked directly.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def up(settings: LocalSettings, *, split: bool, console: Console) -> None:
    """Run until stopped. Raises StartError, StateError, SettingsError or RabbitMissingError when it cannot start."""
    state = StateDir(settings.state_dir)
    with state.lock(), stopping_on_signals():
        instance = _Instance(settings, state, console, split)
        try:
            instance.start()
            instance.watch()
        except Stopped:
            console.print("Stopping …")
        finally:
            instance.stop()


class _Instance:
    """One run of everything."""

    def __init__(self, settings: LocalSettings, state: StateDir, console: Console, split: bool) -> None:
        if not is_free(settings.port):
            raise SettingsError(f"SAISEI_PORT: port {settings.port} on {LOOPBACK} is in use; choose another")
        self._settings = settings
        self._state = state
        self._console = console
        self._split = split
        self._url = f"http://{LOOPBACK}:{settings.port}"
        self._secrets: Secrets = load_secrets(state)
        self._stack = Stack(settings, state, self._secrets, topologies())
        self._supervisor = Supervisor([])
        self._migrated = Gate()
        self._backfill: Backfill | None = None

    def start(self) -> None:
        began = time.monotonic()
        self._console.print(f"Starting Saisei in [bold]{escape(str(self._state.root))}[/] …", highlight=False)
        self._stack.launch_broker()
        # Loading them takes as long as both servers do. They wait for the tables here, for the broker by themselves.
        self._supervisor = Supervisor(self._children())
        self._supervisor.start()
        self._stack.launch_database()
        self._stack.wait_for_database()
        somebody_is_late = self._migrate()
        self._migrated.open()
        self._stack.wait_for_broker()
        self._wait_until_ready()
        self._state.remember(replace(self._state.instance(), gateway_url=self._url))
        self._greet(time.monotonic() - began)
        if somebody_is_late:
            self._backfill = Backfill(self._state)

    def watch(self) -> None:
        while True:
            show_notices(self._console, self._stack.look_after())
            show_notices(self._console, self._backfill.look_after() if self._backfill else ())
            self._report()
            time.sleep(TICK)

    def stop(self) -> None:
        if self._backfill:
            self._backfill.stop()
        killed = self._supervisor.stop()
        show_notices(self._console, (f"{name} did not stop in time and was killed" for name in killed))
        self._stack.stop()
        self._console.print(Text(f"Stopped. Data stays in {self._state.root}"))

    def _migrate(self) -> bool:
        """Says whether a service came later and is not told everything yet."""
        ports = self._state.instance().ports
        url = self._settings.database_url or database_url(self._settings, self._secrets, ports)
        env = os.environ | {"SAISEI_DATABASE_URL": url, "SAISEI_STATE_DIR": str(self._state.root)}
        log = self._state.logs / "migrate.log"
        argv = command_line("migrate", "--supervised")
        child = process.spawn(argv, log=log, death_signal=signal.SIGTERM, env=env)
        try:
            process.wait_until(lambda: child.poll() in (0, STATUS_PENDING), child, log, READY_SECONDS)
        finally:
            process.stop(child, ((signal.SIGTERM, 5.0),))
        return child.returncode == STATUS_PENDING

    def _children(self) -> list[Child]:
        """The processes to supervise; notes where each says whether it is ready."""
        gateway = f"{self._url}/readyz"
        if not self._split:
            self._remember_probes({"all": gateway})
            return [self._child("all", SERVICES, {})]
        known = self._state.instance().ports
        ports = choose_ports([f"{name}.health" for name in SERVICES if name != "gateway"], known)
        self._stack.remember(ports)
        chosen = {name: str(ports[f"{name}.health"]) for name in SERVICES if name != "gateway"}
        health = {name: os.environ.get(f"SAISEI_{name.upper()}_HEALTH_PORT") or port for name, port in chosen.items()}
        probes = {name: f"http://{LOOPBACK}:{port}/readyz" for name, port in health.items()}
        self._remember_probes(probes | {"gateway": gateway})
        extra = {name: {f"SAISEI_{name.upper()}_HEALTH_PORT": port} for name, port in health.items()}
        return [self._child(name, (name,), extra.get(name, {})) for name in SERVICES]

    def _remember_probes(self, probes: dict[str, str]) -> None:
        self._state.remember(replace(self._state.instance(), probes=probes))

    def _child(self, name: str, services: tuple[str, ...], extra: dict[str, str]) -> Child:
        ports = self._state.instance().ports
        urls = (database_url(self._settings, self._secrets, ports), amqp_url(self._settings, self._secrets, ports))
        env = service_environment(services, self._settings, self._state, self._secrets, *urls)
        gate = self._migrated.waiting_end
        argv = command_line("run", "--after", str(gate), "--supervised", name)
        return Child(name, argv, env | extra, self._state.logs / f"{name}.log", (gate,))

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        probes = self._state.instance().probes
        while not all(answers(url) for url in probes.values()):
            self._report()
            failing = [child for child in self._supervisor.children if child.exits >= PATIENCE_EXITS]
            late = self._supervisor.children if time.monotonic() > deadline else []
            for child in (*failing, *late):
                raise process.StartError(f"{child.name} does not come up. {child.log} ends:\n{process.tail(child.log)}")
            time.sleep(TICK)

    def _report(self) -> None:
        show_notices(self._console, self._supervisor.look_after())

    def _greet(self, seconds: float) -> None:
        saisei = escape(command())
        layout = "one process a service" if self._split else "all services in one process"
        self._console.print(
            f"[green]Saisei is up[/] after {seconds:.1f} s, {layout}.\n"
            f"  API      {self._url}/docs\n"
            f"  logs     {escape(str(self._state.logs))}\n"
            f"  token    {saisei} token --team demo --user you --role editor\n"
            f"  details  {saisei} doctor\n"
            "Ctrl-C stops it; its data stays.",
            highlight=False,
        )


def show_notices(console: Console, notices: Iterable[str]) -> None:
    """One line each, as it is: what a service logged may hold anything, square brackets too."""
    for notice in notices:
        console.print(Text(notice, style="yellow"))


def answers(url: str) -> bool:
    """Whether a GET of this URL is answered with success."""
    with suppress(OSError, HTTPException), _direct.open(url, timeout=3) as response:
        return bool(response.status == 200)
    return False
