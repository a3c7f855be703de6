"""Whatever is created, executed, rejected, cancelled, failed and completed, by several at once and through crashes."""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

from chassis import crashpoints

from . import story_world
from .job_machine import tell_stories

EXAMPLES = os.environ.get("FUZZ_EXAMPLES")
"""Set, it is how many stories are told, longer ones; `make fuzz` sets it."""

BRIEFLY = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
AT_LENGTH = settings(BRIEFLY, max_examples=int(EXAMPLES or 1), stateful_step_count=60)


@pytest.fixture(scope="module")
def story_database_url(install: Callable[[str], str]) -> str:
    """A database that has nothing else in its outbox and its price list."""
    return install("jobs")


@pytest.fixture(autouse=True)
def _crashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crashpoints, "reach", story_world.reach)


def test_no_promise_of_the_ledger_is_broken(story_database_url: str) -> None:
    tell_stories(story_database_url, AT_LENGTH if EXAMPLES else BRIEFLY)
