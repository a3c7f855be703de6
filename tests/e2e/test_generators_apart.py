"""No generator runs where a retry is approved and executed: the job waits for its worker, and then runs as any does."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from chassis.testing import Broker, drained
from chassis.topology import COMMANDS, EVENTS
from contracts.envelope import Envelope
from image_service.topology import JOBS
from saisei_local.embedded.ports import choose_ports
from saisei_local.environment import owner_urls, service_environment
from saisei_local.provision.broker import declare
from saisei_local.provision.database import provision_database
from saisei_local.services import SERVICES, topologies
from saisei_local.settings import LocalSettings
from saisei_local.stack import database_name
from saisei_local.state import Secrets, StateDir
from saisei_local.tables import migrate_tables
from saisei_local.token import issue_token
from tests.conftest import PASSWORDS
from tests.e2e.conftest import BRAND, BRIEF, START_SECONDS, Api, find, metrics, stand_in, until

HERE = Path(__file__).parent
STAND_IN = "services/image/tests/replicate_standin.py"
GENERATORS = {
    "anthropic",
    "assets",
    "compositor_service",
    "copy_service",
    "image_service",
    "numpy",
    "pyvips",
    "replicate",
}
ALWAYS_TOLD = {"job.requested", "job.started", "image.regenerated", "job.completed"}
WHY = "提供元の審査で止まったため、構図を変えます"


@dataclass(frozen=True)
class Installation:
    """Servers that are there, and the processes of services that a test starts and stops on them."""

    folder: Path
    settings: LocalSettings
    secrets: Secrets
    database_url: str
    amqp_url: str
    ports: dict[str, int]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    def api(self, role: str, user: str) -> Api:
        return Api(self.url, issue_token(self.secrets, team="team-a", user=user, role=role, ttl_seconds=3600))

    def metrics(self, service: str) -> dict[tuple[str, tuple[str, ...]], float]:
        """What a service alone tells."""
        return metrics(f"http://127.0.0.1:{self.ports[service]}/metrics")

    def modules(self, service: str) -> set[str]:
        """Every module that a service's process had imported when it ended."""
        return set((self.folder / f"{service}.modules").read_text().split())

    @contextmanager
    def process(self, service: str, provider: str) -> Iterator[None]:
        """One service as a process of its own that was told of this provider, until it has stopped by itself."""
        log = self.folder / f"{service}.log"
        with log.open("ab") as output:
            argv = [sys.executable, "-m", "saisei_local", "run", service]
            process = subprocess.Popen(argv, env=self._environment(service, provider), stdout=output, stderr=output)
        try:
            until(lambda: process.poll() is not None or self._is_ready(service), bool, START_SECONDS)
            assert process.poll() is None, log.read_text()
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            status = process.wait(60)
        assert status == 0, log.read_text()

    def _environment(self, service: str, provider: str) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SAISEI_")}
        told = {
            "PYTHONPATH": str(HERE / "telling_modules"),
            "MODULES_FILE": str(self.folder / f"{service}.modules"),
            "REPLICATE_API_TOKEN": "test-token",
            "REPLICATE_BASE_URL": provider,
            "ANTHROPIC_API_KEY": "test-key",
            "ANTHROPIC_BASE_URL": provider,
        }
        if service != "gateway":
            told[f"SAISEI_{service.upper()}_HEALTH_PORT"] = str(self.ports[service])
        state = StateDir(self.settings.state_dir)
        given = (self.settings, state, self.secrets, self.database_url, self.amqp_url, clean | told)
        return service_environment((service,), *given)

    def _is_ready(self, service: str) -> bool:
        try:
            return httpx2.get(f"http://127.0.0.1:{self.ports[service]}/readyz", trust_env=False, timeout=5).is_success
        except httpx2.TransportError:
            return False


@pytest.fixture
def installation(make_database: Callable[[], str], module_amqp_url: str, tmp_path: Path) -> Installation:
    database, state = make_database(), tmp_path / "state"
    ports = choose_ports(SERVICES, {})
    secrets = replace(StateDir(state).secrets(SERVICES), database=PASSWORDS)
    asyncio.run(_install(database, secrets, module_amqp_url))
    settings = LocalSettings(state, ports["gateway"], database, module_amqp_url, None)
    return Installation(tmp_path, settings, secrets, database, module_amqp_url, ports)


async def _install(database: str, secrets: Secrets, amqp_url: str) -> None:
    await provision_database(database, SERVICES, secrets.database, database_name(database))
    await migrate_tables(owner_urls(database, secrets))
    await declare(amqp_url, topologies())


@pytest.fixture
def tripwire() -> Iterator[socket.socket]:
    """Listens at a provider's address at which nobody may ever call."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture
def provider() -> Iterator[str]:
    with stand_in(STAND_IN) as url:
        yield url


def was_called(listening: socket.socket) -> bool:
    """Whether anybody has ever connected, even if only for a moment."""
    try:
        listening.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def charges(provider: str) -> int:
    return httpx2.get(f"{provider}/control/ledger", trust_env=False).raise_for_status().json()["charges"]


class Story:
    """One campaign with one image, as an editor and an admin go through it."""

    def __init__(self, installation: Installation) -> None:
        self.editor = installation.api("editor", "yamada")
        self.admin = installation.api("admin", "sato")

    def begins(self) -> None:
        """Makes the campaign, and waits for its image."""
        brand = self.editor.post("/api/brands", BRAND)
        body = {"name": "春", "brandId": brand["id"], "brief": BRIEF | {"platforms": ["x"]}, "images": 1}
        self.campaign_id = self.editor.post("/api/campaigns", body)["id"]
        self.image = until(self._image, lambda image: image.get("status") == "ready")

    def fails(self) -> dict[str, Any]:
        """A job that the provider refuses for good."""
        body = {"type": "image", "assetId": self.image["id"], "options": {"customPrompt": "[fault:nsfw] 花"}}
        job = self.editor.post(f"/api/campaigns/{self.campaign_id}/regenerate", body, Prefer="wait=30")
        assert job["status"] == "FAILED"
        return job

    def retried(self, failed: dict[str, Any]) -> dict[str, Any]:
        """The new job of a retry that an admin approves and executes."""
        approval = {"sourceJobId": failed["id"], "reasonCode": "IMPROVED_PROMPT", "reasonText": WHY}
        intent = self.admin.post("/api/admin/retry-intents", approval | {"correction": {"prompt": "白い花、朝の光"}})
        return self.admin.post(f"/api/admin/retry-intents/{intent['id']}/execute")

    def job(self, job_id: str) -> dict[str, Any]:
        return self.editor.get(f"/api/jobs/{job_id}")

    def close(self) -> None:
        """Ends both connections."""
        for api in (self.editor, self.admin):
            api.http.close()

    def _image(self) -> dict[str, Any]:
        kit = self.editor.kit(self.campaign_id)
        return find(kit, kind="image") if kit else {}


async def test_executed_retry_waits_for_a_worker_and_then_runs_as_a_first_job_does(
    installation: Installation, tripwire: socket.socket, provider: str
) -> None:
    nobody = f"http://127.0.0.1:{tripwire.getsockname()[1]}"
    async with Broker.at(installation.amqp_url) as broker:
        said = await broker.watch(EVENTS, "#")
        sent = await broker.watch(COMMANDS, JOBS)
        first, retried = await asyncio.to_thread(_play, installation, nobody, provider)
        events, commands = await drained(said), await drained(sent)
    assert not was_called(tripwire)
    assert _shape(events, retried) == _shape(events, first)
    assert {kind for _, kind, _ in _shape(events, first)} >= ALWAYS_TOLD
    assert len(_shape(commands, first)) == 1
    assert _shape(commands, retried) == _shape(commands, first)
    for service in ("gateway", "jobs"):
        assert {name.partition(".")[0] for name in installation.modules(service)} & GENERATORS == set()
    assert "PIL" not in installation.modules("jobs")
    assert installation.modules("image") >= {"image_service.replicate", "assets.execution", "replicate"}


def _play(installation: Installation, nobody: str, provider: str) -> tuple[str, str]:
    """The ids of the job that made the image first, and of the one that a retry brought; every process has stopped."""
    with (
        installation.process("campaign", nobody),
        installation.process("jobs", nobody),
        installation.process("gateway", nobody),
        closing(Story(installation)) as story,
    ):
        with installation.process("image", provider):
            story.begins()
            failed = story.fails()
        paid, before = charges(provider), installation.metrics("jobs")
        job = story.retried(failed)
        waiting = ("saisei_open_jobs", ("image", "PENDING"))
        told = until(lambda: installation.metrics("jobs"), lambda told: told[waiting] == 1)
        assert told["saisei_retry_intents_total", ("IMPROVED_PROMPT", "CONSUMED")] == 1
        started = ("saisei_jobs_total", ("image", "RUNNING"))
        assert told[started] == before[started]
        assert (story.job(job["id"])["status"], charges(provider)) == ("PENDING", paid)
        with installation.process("image", provider):
            done = until(lambda: story.job(job["id"]), lambda job: job["status"] not in ("PENDING", "RUNNING"))
        assert (done["status"], done["retryOfJobId"], charges(provider)) == ("COMPLETED", failed["id"], paid + 1)
        return story.image["jobId"], job["id"]


def _shape(envelopes: list[Envelope], job_id: str) -> set[tuple[str, str, tuple[str, ...]]]:
    """Who said what of a job, and in which fields."""
    its_own = [each for each in envelopes if each.data.get("jobId") == job_id]
    return {(each.source, each.type, tuple(sorted(each.data))) for each in its_own}
