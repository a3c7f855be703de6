"""A whole Saisei for end-to-end tests: `saisei up` as a real process, used over HTTP."""

import base64
import fcntl
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from saisei_local.services import SERVICES
from saisei_local.state import StateDir
from saisei_local.token import issue_token

ROOT = Path(__file__).parents[2]
START_SECONDS = 120.0
WAIT_SECONDS = 60.0

BRAND: dict[str, Any] = {
    "name": "茶寮みどり",
    "defaultRegister": "standard",
    "toneTags": ["上品"],
    "brandValues": ["手摘みの茶葉"],
    "colours": {"primary": "#2f5d50", "accent": "#c8553d", "text": "#1f2a26"},
}
BRIEF: dict[str, Any] = {
    "objective": "awareness",
    "product": "宇治抹茶ラテ",
    "targetAudience": "仕事の合間にひと息つきたい20〜30代",
    "platforms": ["instagram", "x", "line"],
    "moodTags": ["夏"],
}


WEBHOOK_SECRET = f"whsec_{base64.b64encode(b'what the provider signs with').decode()}"


def signed(body: bytes) -> dict[str, str]:
    """The headers of a webhook as the provider signs it now."""
    webhook_id, timestamp = f"msg_{uuid4().hex}", str(int(time.time()))
    key = base64.b64decode(WEBHOOK_SECRET.removeprefix("whsec_"))
    signature = hmac.digest(key, f"{webhook_id}.{timestamp}.".encode() + body, "sha256")
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


class Api:
    """One person's calls to a running gateway."""

    def __init__(self, url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self.http = httpx2.Client(base_url=url, headers=headers, timeout=30, trust_env=False)

    def get(self, path: str, **params: Any) -> Any:
        """The resource at a path."""
        return self._body(self.http.get(path, params=params))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """The answer to a POST under an idempotency key of its own."""
        return self._body(self.http.post(path, json=body or {}, headers={"Idempotency-Key": str(uuid4()), **headers}))

    def patch(self, path: str, body: Any) -> Any:
        """The answer to a PATCH."""
        return self._body(self.http.patch(path, json=body, headers={"Idempotency-Key": str(uuid4())}))

    def put_logo(self, brand_id: str, data: bytes) -> Any:
        """The brand with this file as its logo."""
        return self._body(self.http.put(f"/api/brands/{brand_id}/logo", files={"logo": ("logo.png", data)}))

    def delete(self, path: str) -> Any:
        """The answer to a DELETE."""
        return self._body(self.http.delete(path))

    def new_campaign(self, images: int = 1, **brief: Any) -> dict[str, Any]:
        """A campaign with a brand of its own, its kit ready."""
        brand = self.post("/api/brands", BRAND)
        body = {"name": "夏", "brandId": brand["id"], "brief": BRIEF | brief, "images": images}
        return self.settled(self.post("/api/campaigns", body)["id"])

    def kit(self, campaign_id: str) -> dict[str, Any]:
        """A campaign's assets by id."""
        return {asset["id"]: asset for asset in self.get(f"/api/campaigns/{campaign_id}")["assets"]}

    def settled(self, campaign_id: str) -> dict[str, Any]:
        """The campaign once nothing of it is under way."""
        path = f"/api/campaigns/{campaign_id}"
        return until(lambda: self.get(path), lambda campaign: not _under_way(campaign))

    def cascade(self, cascade_id: str, every: float = 0.05) -> dict[str, Any]:
        """A cascade once it has settled, asked for `every` so many seconds."""
        path = f"/api/cascades/{cascade_id}"
        return until(lambda: self.get(path), lambda one: one["status"] == "settled", every=every)

    def regenerate(self, campaign_id: str, asset: dict[str, Any], **options: Any) -> dict[str, Any]:
        """The finished job of a regeneration, its cascade settled."""
        field = "copyVariantId" if asset["kind"] == "copy_variant" else "assetId"
        body = {"type": asset["kind"], field: asset["id"], "options": options}
        job = self.post(f"/api/campaigns/{campaign_id}/regenerate", body, Prefer="wait=30")
        self.cascade(job["cascadeId"])
        return job

    @staticmethod
    def _body(response: httpx2.Response) -> Any:
        assert response.is_success, f"{response.request.method} {response.request.url}: {response.text}"
        return response.json()


class Saisei:
    """A running instance."""

    def __init__(self, url: str, state: Path, process: subprocess.Popen[bytes]) -> None:
        self.url = url
        self.state = state
        self.process = process
        self._people: dict[tuple[str, str, str], Api] = {}

    def api(self, role: str = "editor", team: str = "team-a", user: str = "editor-1") -> Api:
        """Calls as this person."""
        person = (role, team, user)
        if person not in self._people:
            secrets = StateDir(self.state).secrets(SERVICES)
            token = issue_token(secrets, team=team, user=user, role=role, ttl_seconds=3600)
            self._people[person] = Api(self.url, token)
        return self._people[person]

    def close(self) -> None:
        """Ends everybody's connections."""
        for api in self._people.values():
            api.http.close()


def database_url(saisei: Saisei) -> str:
    """The administrator's URL of the instance's database."""
    return _doctor(saisei)["databaseUrl"]


def broker_url(saisei: Saisei) -> str:
    """The administrator's URL of the instance's broker."""
    return _doctor(saisei)["amqpUrl"]


def _doctor(saisei: Saisei) -> dict[str, Any]:
    return json.loads(_command("doctor", "--json", state=saisei.state).stdout)


def _command(*arguments: str, state: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "saisei_local", *arguments]
    return subprocess.run(command, env=_environment(state), capture_output=True, text=True, check=False)


def _environment(state: Path, **ours: str) -> dict[str, str]:
    """This one without what is meant for another instance."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SAISEI_")}
    return clean | {"SAISEI_STATE_DIR": str(state)} | ours


@contextmanager
def stand_in(script: str) -> Iterator[str]:
    """A provider's stand-in, by its path or its module, as a process; its base URL."""
    module = script.removesuffix(".py").replace("/", ".")
    command = [sys.executable, "-m", module, "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()


def until(
    read: Callable[[], Any], done: Callable[[Any], bool], seconds: float = WAIT_SECONDS, every: float = 0.05
) -> Any:
    """What is read once it is done; fails with the last state when that takes too long."""
    deadline = time.monotonic() + seconds
    while not done(state := read()):
        assert time.monotonic() < deadline, f"not done after {seconds:.0f} s: {str(state)[:2000]}"
        time.sleep(every)
    return state


def find(kit: dict[str, Any], **wanted: Any) -> dict[str, Any]:
    """The one asset whose fields have these values, or the first of several."""
    return next(asset for asset in kit.values() if all(asset.get(name) == value for name, value in wanted.items()))


def identities(kit: dict[str, Any]) -> dict[str, tuple[int, str]]:
    """Version and bytes of every asset."""
    return {key: (asset["version"], asset["contentHash"]) for key, asset in kit.items()}


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Ids of assets with another version or other bytes."""
    was = identities(before)
    return {key for key, identity in identities(after).items() if was.get(key) != identity}


def resting_on(kit: dict[str, Any], asset_id: str) -> set[str]:
    """Ids of everything that rests on an asset."""
    direct = {key for key, asset in kit.items() if asset_id in asset["upstream"]}
    return direct.union(*(resting_on(kit, key) for key in direct))


def _install(state: Path) -> None:
    """Sets a state directory up as `saisei up` would, by a copy of one that the run sets up once."""
    shared = state.parents[2] if "PYTEST_XDIST_WORKER" in os.environ else state.parents[1]
    first = shared / "installed"
    with (shared / "installed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not first.exists():
            fresh = shared / "installing"
            done = _command("migrate", state=fresh)
            assert done.returncode == 0, done.stdout + done.stderr
            # Each instance chooses ports of its own.
            (fresh / "instance.json").unlink()
            fresh.rename(first)
    subprocess.run(["cp", "-a", str(first), str(state)], check=True)


@contextmanager
def running(folder: Path, *arguments: str, **environment: str) -> Iterator[Saisei]:
    """A `saisei up` of its own, ended cleanly afterwards. The demo is tested with a first start from nothing."""
    state = folder / "state"
    _install(state)
    port = _free_port()
    env = _environment(state, SAISEI_PORT=str(port), **environment)
    log = folder / "up.log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "saisei_local", "up", *arguments]
        process = subprocess.Popen(command, env=env, stdout=output, stderr=subprocess.STDOUT)
    saisei = Saisei(f"http://127.0.0.1:{port}", state, process)
    try:
        until(lambda: process.poll() is not None or _is_ready(saisei.url), bool, START_SECONDS)
        assert process.poll() is None, log.read_text()
        yield saisei
    finally:
        saisei.close()
        process.send_signal(signal.SIGTERM)
        status = process.wait(60)
    assert status == 0, log.read_text()


@pytest.fixture(scope="session")
def saisei(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saisei]:
    """One instance for all end-to-end tests of this worker that do not need their own."""
    secret = {"SAISEI_GATEWAY_REPLICATE_WEBHOOK_SECRET": WEBHOOK_SECRET}
    with running(tmp_path_factory.mktemp("saisei"), **secret) as instance:
        yield instance


@pytest.fixture
def api(saisei: Saisei) -> Api:
    """An editor's calls."""
    return saisei.api()


def metrics(url: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """What is told at a /metrics, by name and the labels' values in the order of their names."""
    text = httpx2.get(url, trust_env=False).raise_for_status().text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, tuple(sample.labels.values())): sample.value for sample in samples}


def _under_way(campaign: dict[str, Any]) -> bool:
    return any(asset["status"] == "pending" for asset in campaign["assets"]) or not campaign["assets"]


def _is_ready(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"{url}/readyz", timeout=3) as response:
        return response.status == 200
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
