"""One process a service: the same behaviour, and a killed service process is started again."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from jobs_service.topology import TOPOLOGY
from saisei_local.embedded.ports import choose_ports
from tests.e2e.conftest import Saisei, changed, find, metrics, resting_on, running, until


@pytest.fixture(scope="module")
def jobs_port() -> int:
    return choose_ports(("jobs",), {})["jobs"]


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory, jobs_port: int) -> Iterator[Saisei]:
    with running(tmp_path_factory.mktemp("split"), "--split", SAISEI_JOBS_HEALTH_PORT=str(jobs_port)) as instance:
        yield instance


def _pid(split: Saisei, service: str) -> int:
    """The process that runs one service, by its parent and its command line."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            command = _command_line(entry)
            if "run" in command and command[-1] == service and _parent(entry) == split.process.pid:
                return int(entry.name)
    raise AssertionError(f"no process runs {service}")


def test_kit_and_cascade_work_with_one_process_a_service(split: Saisei) -> None:
    api = split.api()
    campaign = api.new_campaign(platforms=["x"])
    assert campaign["status"] == "ready"
    before = api.kit(campaign["id"])
    image = find(before, kind="image", ordinal=1)
    api.regenerate(campaign["id"], image)
    assert changed(before, api.kit(campaign["id"])) == {image["id"]} | resting_on(before, image["id"])


def test_service_alone_tells_its_own_metrics_on_the_port_that_it_was_given(split: Saisei, jobs_port: int) -> None:
    split.api().new_campaign(platforms=["x"])
    url = f"http://127.0.0.1:{jobs_port}/metrics"
    told = until(lambda: metrics(url), lambda told: ("saisei_dead_letters", ("jobs.events",)) in told)
    assert told["saisei_jobs_total", ("copy_variant", "COMPLETED")] >= 4
    assert {told["saisei_dead_letters", (queue.name,)] for queue in TOPOLOGY.queues} == {0}
    assert told["saisei_check_ok", ("jobs.outbox",)] == 1
    assert not [name for name, labels in told if "image.jobs" in labels]


@pytest.mark.parametrize("service", ["image", "compositor", "jobs", "gateway"])
def test_cascade_finishes_although_a_service_is_killed(split: Saisei, service: str) -> None:
    api = split.api()
    campaign = api.new_campaign(platforms=["x"])
    before = api.kit(campaign["id"])
    image = find(before, kind="image", ordinal=1)
    killed = _pid(split, service)
    job = api.post(f"/api/campaigns/{campaign['id']}/regenerate", {"type": "image", "assetId": image["id"]})
    os.kill(killed, signal.SIGKILL)
    until(lambda: _answers(split), bool)
    expected = {image["id"]} | resting_on(before, image["id"])
    until(lambda: changed(before, api.kit(campaign["id"])), lambda now: now == expected)
    assert until(lambda: api.get(f"/api/jobs/{job['id']}"), lambda one: one["status"] == "COMPLETED")
    assert {asset["version"] for key, asset in api.kit(campaign["id"]).items() if key in expected} == {2}
    assert _pid(split, service) != killed


def _answers(split: Saisei) -> bool:
    try:
        return httpx2.get(f"{split.url}/healthz", trust_env=False).is_success
    except httpx2.TransportError:
        return False


def _command_line(entry: Path) -> list[str]:
    try:
        return (entry / "cmdline").read_text().split("\0")[:-1]
    except OSError:
        return []


def _parent(entry: Path) -> int:
    return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
