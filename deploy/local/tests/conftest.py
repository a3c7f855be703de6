"""What the tests of the local run share."""

import os
from pathlib import Path

import pytest

from chassis.topology import Queue, ServiceTopology
from saisei_local.settings import LocalSettings
from saisei_local.state import StateDir

SERVICES = (
    ServiceTopology(
        name="image",
        queues=(
            Queue("image.events", events=("copy.regenerated",), tries=3, retry_delay_ms=100),
            Queue("image.jobs", commands=True, tries=3, retry_delay_ms=100),
        ),
        publishes=("image.regenerated", "render.failed"),
    ),
    ServiceTopology(
        name="copy",
        queues=(Queue("copy.events", events=("image.regenerated",)),),
        publishes=("copy.regenerated",),
    ),
    ServiceTopology(
        name="gateway",
        queues=(Queue("gateway.projection", events=("image.regenerated", "copy.regenerated")),),
        publishes=(),
        sends_commands=True,
        reads_replies=True,
    ),
)


@pytest.fixture
def services() -> tuple[ServiceTopology, ...]:
    return SERVICES


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    return StateDir(tmp_path / "state")


@pytest.fixture
def settings(state: StateDir) -> LocalSettings:
    return LocalSettings.load({"SAISEI_STATE_DIR": str(state.root)})


@pytest.fixture
def clean_environment(tmp_path: Path) -> dict[str, str]:
    """An environment for the command, with a state directory of its own and nothing else of Saisei's."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SAISEI_")}
    return ours | {"SAISEI_STATE_DIR": str(tmp_path / "state")}
