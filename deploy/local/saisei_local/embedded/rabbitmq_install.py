"""Getting the distribution's RabbitMQ package onto this machine, without leaving its own broker running."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
PACKAGE = "rabbitmq-server"
UNIT = "rabbitmq-server.service"
SYSTEMD_RUNTIME = Path("/run/systemd/system")
MISSING = """\
Saisei needs RabbitMQ, and it is not installed here. Any one of these will do:
  1. install the distribution's package:  sudo apt-get install --no-install-recommends rabbitmq-server
  2. use a broker you have:               export SAISEI_AMQP_URL=amqp://user:password@host:5672/
  3. run one in a container:              docker run -d -p 127.0.0.1:5672:5672 rabbitmq:4
                                          export SAISEI_AMQP_URL=amqp://guest:guest@127.0.0.1:5672/"""


class RabbitMissingError(RuntimeError):
    """RabbitMQ is not installed and may not be installed from here; the message names the ways to get it."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{MISSING}\n{detail}".rstrip())


def is_installed() -> bool:
    """Whether the distribution's server and Erlang's port mapper are here."""
    return SERVER.exists() and shutil.which("epmd") is not None


def ensure_rabbitmq_installed() -> None:
    """Install the package when absent and allowed (root or password-free sudo, with apt). Raises RabbitMissingError."""
    if is_installed():
        return
    prefix = _root_prefix()
    if prefix is None or shutil.which("apt-get") is None:
        raise RabbitMissingError
    _install(prefix)
    if not is_installed():
        raise RabbitMissingError(f"apt-get installed {PACKAGE}, yet {SERVER} is not there.")


def _root_prefix() -> tuple[str, ...] | None:
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") and _run(("sudo", "-n", "true")).returncode == 0:
        return ("sudo", "-n")
    return None


def _install(prefix: Sequence[str]) -> None:
    install = (*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "--no-install-recommends")
    result = _run((*install, PACKAGE))
    if result.returncode != 0:  # The package lists may be absent or old.
        _run((*prefix, "apt-get", "update"))
        result = _run((*install, PACKAGE))
    if result.returncode != 0:
        raise RabbitMissingError(f"apt-get install failed:\n{result.stderr.strip()[-600:]}")
    _stop_packaged_broker(prefix)


def _stop_packaged_broker(prefix: Sequence[str]) -> None:
    """The package starts a broker of its own under systemd. None was there before us, so nobody depends on it."""
    if SYSTEMD_RUNTIME.is_dir():
        _run((*prefix, "systemctl", "disable", "--now", UNIT))


def _run(argv: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)  # noqa: S603 - constants only.
