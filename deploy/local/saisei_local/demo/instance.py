"""The instance that the demo plays on: the one that runs already, or one of its own."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from saisei_local.embedded import process
from saisei_local.embedded.ports import LOOPBACK, choose_ports, is_free
from saisei_local.settings import LocalSettings
from saisei_local.state import StateDir
from saisei_local.up import answers

START_SECONDS = 120.0
STOP_SECONDS = 60.0


@contextmanager
def running_instance(settings: LocalSettings, console: Console) -> Iterator[str]:
    """The gateway's URL. An instance of our own is ended again, whatever happens. Raises StartError."""
    state = StateDir(settings.state_dir)
    if state.is_locked():
        console.print(f"using the instance that runs in {state.root}", highlight=False)
        yield f"http://{LOOPBACK}:{settings.port}"
        return
    # A port that somebody chose is used or refused; only the default one gives way.
    chosen = is_free(settings.port) or "SAISEI_PORT" in os.environ
    port = settings.port if chosen else choose_ports(["demo"], {})["demo"]
    console.print("starting database, broker and services …")
    log = state.logs / "demo-instance.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    env = os.environ | {"SAISEI_PORT": str(port), "SAISEI_STATE_DIR": str(settings.state_dir)}
    child = process.spawn([sys.executable, "-m", "saisei_local", "up"], log=log, death_signal=signal.SIGTERM, env=env)
    url = f"http://{LOOPBACK}:{port}"
    try:
        process.wait_until(lambda: answers(f"{url}/readyz"), child, log, START_SECONDS)
        yield url
    finally:
        process.stop(child, ((signal.SIGTERM, STOP_SECONDS),))
