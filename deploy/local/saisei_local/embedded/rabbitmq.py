"""A private RabbitMQ node from the distribution's package: own name, cookie, folders and epmd, on loopback only."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from saisei_local.embedded import process
from saisei_local.embedded.ports import LOOPBACK
from saisei_local.embedded.rabbitmq_install import SERVER
from saisei_local.embedded.rabbitmq_modules import link_core_plugin, link_modules

START_SECONDS = 60.0
STOP_STEPS = ((signal.SIGTERM, 20.0),)
EPMD_STOP_STEPS = ((signal.SIGTERM, 2.0),)
# The start script becomes the node by way of two more; the node has helpers.
PROGRAMS = ("rabbitmq-server", "erl", "erlexec", "beam.smp", "erl_child_setup", "inet_gethost", "epmd")
AMQP_HEADER = b"AMQP\x00\x00\x09\x01"
# Below the node's working folder: the start script splits its options at spaces, of which a path may have some.
MODULES = "modules"
ERLANG_OPTIONS = f"-kernel inet_dist_use_interface {{127,0,0,1}} +B i -pa {MODULES}"
# The write-ahead log's limit and the watermark keep the node near 165 MB.
CONFIG = """\
listeners.tcp.1 = {listen}
load_definitions = {definitions}
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 50MB
raft.wal_max_size_bytes = 33554432
log.console = false
log.file.level = warning
log.file.rotation.size = 20000000
log.file.rotation.count = 1
"""


def end_leftovers(state_dir: Path) -> None:
    """End a node whose supervisor was killed, should it still be shutting down."""
    if (state_dir / "rabbitmq").exists():
        process.end_leftovers(state_dir / "rabbitmq", PROGRAMS, signal.SIGTERM, grace=20.0)


@dataclass(frozen=True)
class RabbitPorts:
    """Where clients, the Erlang port mapper and Erlang's own distribution listen, all on loopback."""

    amqp: int
    epmd: int
    distribution: int


class EmbeddedRabbit:
    """One node under our own supervision. Start it from the main thread: it ends when the starting thread does."""

    def __init__(self, state_dir: Path, ports: RabbitPorts, definitions: Mapping[str, Any], cookie: str) -> None:
        self.ports = ports
        self.folder = state_dir / "rabbitmq"
        self.log = state_dir / "logs" / "rabbitmq.log"
        self._definitions = definitions
        self._cookie = cookie
        self._epmd: subprocess.Popen[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The node's process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start and wait until it takes logins. Raises StartError."""
        self.launch()
        self.wait_ready()

    def launch(self) -> None:
        """Start the port mapper and the node, without waiting for them."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._epmd or self._epmd.poll() is not None:
            end_leftovers(self.folder.parent)
        self._write_files()
        self._start_epmd()
        self._process = process.spawn(
            [str(SERVER)], log=self.log, death_signal=signal.SIGTERM, env=self._environment(), cwd=self.folder
        )

    def wait_ready(self) -> None:
        """Wait until it takes logins; users and topology are in place by then. Raises StartError."""
        assert self._process is not None, "launch() comes first"
        process.wait_until(self._accepts, self._process, self.log, START_SECONDS)

    def stop(self) -> None:
        """Stop the node cleanly, then its port mapper."""
        if self._process is not None:
            process.stop(self._process, STOP_STEPS)
            self._process = None
        if self._epmd is not None:
            process.stop(self._epmd, EPMD_STOP_STEPS)
            self._epmd = None

    def _accepts(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.ports.amqp), timeout=1) as probe:
                probe.sendall(AMQP_HEADER)
                return bool(probe.recv(1))
        except OSError:
            return False

    def _start_epmd(self) -> None:
        if self._epmd and self._epmd.poll() is None:
            return
        argv = ["epmd", "-port", str(self.ports.epmd), "-address", LOOPBACK]
        log = self.log.with_name("epmd.log")
        self._epmd = process.spawn(argv, log=log, death_signal=signal.SIGTERM, cwd=self.folder)

    def _write_files(self) -> None:
        config = CONFIG.format(listen=f"{LOOPBACK}:{self.ports.amqp}", definitions=self.folder / "definitions.json")
        _write(self.folder / "definitions.json", json.dumps(self._definitions))
        _write(self.folder / "rabbitmq.conf", config)
        _write(self.folder / "rabbitmq-env.conf", "")
        _write(self.folder / "enabled_plugins", "[].\n")
        _write(self.folder / ".erlang.cookie", self._cookie, mode=0o400)
        link_core_plugin(self.folder / "plugins")
        link_modules(self.folder / MODULES)

    def _environment(self) -> dict[str, str]:
        """Everything the start script would otherwise take from /etc/rabbitmq, which belongs to another broker."""
        folder = self.folder
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(self.ports.epmd),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_CRASH_DUMP": str(self.log.with_name("erl_crash.dump")),
            "RABBITMQ_NODENAME": "saisei@localhost",
            "RABBITMQ_NODE_PORT": str(self.ports.amqp),
            "RABBITMQ_DIST_PORT": str(self.ports.distribution),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.log.parent / "rabbitmq"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_PLUGINS_DIR": str(folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG_OPTIONS,
            # Makes the script become the node instead of a shell that waits for it.
            "RUNNING_UNDER_SYSTEMD": "true",
        }


def _write(path: Path, text: str, mode: int = 0o600) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)
