"""The instance that the demo plays on: the one that runs already, or one of its own."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from saisei_local.embedded import process
from saisei_local.embedded.ports import LOOPBACK, choose_ports, is_free
from saisei_local.settings import LocalSettings
from saisei_local.state import StateDir, StateError
from saisei_local.up import answers

START_SECONDS = 120.0
STOP_SECONDS = 60.0


@contextmanager
def running_instance(settings: LocalSettings, console: Console) -> Iterator[str]:
    """The gateway's URL. An instance of our own is ended again, whatever happens. Raises StartError or StateError."""
    state = StateDir(settings.state_dir)
    if state.is_locked():
        console.print(Text(f"using the instance that runs in {state.root}"))
        yield _gateway_of(state)
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


def _gateway_of(state: StateDir) -> str:
    """The demo's token is for this gateway alone, so no other address will do."""
    url = state.instance().gateway_url
    if not url:
        raise StateError(f"{state.root} is in use, and its gateway is not up yet: try again when it is")
    return url
