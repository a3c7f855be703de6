"""A whole Saisei: `saisei up` with a state directory of its own and the offline twins, used over HTTP."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from saisei_local.embedded import process
from saisei_local.embedded.ports import LOOPBACK, choose_ports
from saisei_local.services import SERVICES
from saisei_local.state import StateDir
from saisei_local.supervisor import supervised
from saisei_local.token import issue_token
from saisei_local.up import answers

START_SECONDS = 180.0
KIT_SECONDS = 180.0
TEAM, USER = "bench", "editor-1"
UNLIMITED = 1_000_000
"""Requests a second of one team: its limit is not what is measured."""

BRAND: dict[str, Any] = {
    "name": "茶寮みどり",
    "defaultRegister": "standard",
    "toneTags": ["上品"],
    "brandValues": ["手摘みの茶葉"],
    "colours": {"primary": "#2f5d50", "accent": "#c8553d", "text": "#1f2a26"},
}
CAMPAIGN: dict[str, Any] = {
    "name": "春の新作",
    "images": 2,
    "brief": {
        "objective": "awareness",
        "product": "宇治抹茶ラテ",
        "targetAudience": "仕事の合間にひと息つきたい20〜30代",
        "platforms": ["instagram", "x", "line"],
        "moodTags": ["春"],
    },
}


@dataclass(frozen=True)
class Saisei:
    """A running instance."""

    url: str
    state: StateDir
    process: "subprocess.Popen[bytes]"
    ready_seconds: float

    def token(self) -> str:
        """An editor's."""
        return issue_token(self.state.secrets(SERVICES), team=TEAM, user=USER, role="editor", ttl_seconds=3600)

    def megabytes(self) -> dict[str, float]:
        """What each process of services and its children have resident, by the name: `all`, or one service's."""
        running = supervised(self.process.pid)
        return {name: sum(map(_resident_megabytes, (pid, *process.children(pid)))) for name, pid in running.items()}


@contextmanager
def state_dir() -> Iterator[StateDir]:
    """An empty one, removed at the end, where the database's own user may walk, as below a checkout."""
    with tempfile.TemporaryDirectory(prefix="saisei-bench-") as name:
        Path(name).chmod(0o755)
        yield StateDir(Path(name) / "state")


@contextmanager
def up(state: StateDir, *options: str) -> Iterator[Saisei]:
    """`saisei up` on this state directory. Raises StartError."""
    port = choose_ports(["gateway"], {})["gateway"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SAISEI_")}
    ours = {"SAISEI_STATE_DIR": str(state.root), "SAISEI_PORT": str(port)}
    env = clean | ours | {"SAISEI_GATEWAY_READS_PER_SECOND": str(UNLIMITED)}
    url, log = f"http://{LOOPBACK}:{port}", state.root.parent / "up.log"
    argv = [sys.executable, "-m", "saisei_local", "up", *options]
    began = time.monotonic()
    running = process.spawn(argv, log=log, death_signal=signal.SIGTERM, env=env)
    try:
        process.wait_until(lambda: answers(f"{url}/readyz"), running, log, START_SECONDS)
        yield Saisei(url, state, running, time.monotonic() - began)
    finally:
        process.stop(running, ((signal.SIGTERM, 60.0),))


class Api:
    """One editor's calls."""

    def __init__(self, saisei: Saisei) -> None:
        headers = {"Authorization": f"Bearer {saisei.token()}"}
        self._http = httpx2.Client(base_url=saisei.url, headers=headers, timeout=30, trust_env=False)

    def get(self, path: str) -> Any:
        """The resource at a path."""
        return self._http.get(path).raise_for_status().json()

    def post(self, path: str, body: Any) -> Any:
        """The answer to a POST under an idempotency key of its own."""
        headers = {"Idempotency-Key": str(uuid4())}
        return self._http.post(path, json=body, headers=headers).raise_for_status().json()

    def stream(self, path: str, position: int) -> Any:
        """An open event stream that starts after a position."""
        return self._http.stream("GET", path, headers={"Last-Event-ID": str(position)})

    def new_kit(self) -> str:
        """Makes a campaign with a brand of its own; its id once every asset is there."""
        brand = self.post("/api/brands", BRAND)
        path = f"/api/campaigns/{self.post('/api/campaigns', CAMPAIGN | {'brandId': brand['id']})['id']}"
        wait_for(lambda: _is_whole(self.get(path)))
        return path

    def settle(self, cascade_id: str) -> None:
        """Waits until nothing of a cascade is under way."""
        wait_for(lambda: self.get(f"/api/cascades/{cascade_id}")["status"] == "settled")


def wait_for(done: Callable[[], bool]) -> None:
    """Asks twenty times a second. Raises TimeoutError."""
    deadline = time.monotonic() + KIT_SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not done after {KIT_SECONDS:.0f} s")
        time.sleep(0.05)


def _is_whole(campaign: dict[str, Any]) -> bool:
    return bool(campaign["assets"]) and all(asset["status"] != "pending" for asset in campaign["assets"])


def _resident_megabytes(pid: int) -> float:
    return process.memory_bytes(pid) / 1024**2
