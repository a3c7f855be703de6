"""One process a service: the same behaviour, and a killed service process is started again."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.e2e.conftest import Saisei, changed, find, resting_on, running, until


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saisei]:
    with running(tmp_path_factory.mktemp("split"), "--split") as instance:
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
    campaign = api.new_campaign()
    assert campaign["status"] == "ready"
    before = api.kit(campaign["id"])
    image = find(before, kind="image", ordinal=1)
    api.regenerate(campaign["id"], image)
    assert changed(before, api.kit(campaign["id"])) == {image["id"]} | resting_on(before, image["id"])


@pytest.mark.parametrize("service", ["image", "compositor", "jobs", "gateway"])
def test_cascade_finishes_although_a_service_is_killed(split: Saisei, service: str) -> None:
    api = split.api()
    campaign = api.new_campaign(platforms=["instagram"])
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
