"""Measures how soon `saisei up` is ready, and what its services have resident.

Ready means that /readyz answers 200, on a state directory that an earlier run has set up. Memory is VmRSS, children
with their parents: after start, and at rest again after a kit of copy, images, composites and platform images was made;
of one process with all services, and of the largest when each service has its own. What they had at once after the kit
stands beside it in out/bench.json.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from bench import instance
from bench.instance import Api
from bench.results import Result, against_limit
from saisei_local.state import StateDir

ROUNDS = 5
REST_SECONDS = 20.0
"""Twice what a child may be idle for, and enough for QA to judge the kit and let go of its dictionary."""

LIMIT_SECONDS = 6.0
LIMIT_MB, LIMIT_MB_ONE = 300.0, 100.0


@dataclass(frozen=True)
class Round:
    """Seconds until ready, and megabytes of each process of services."""

    seconds: float
    after_start: dict[str, float]
    at_work: dict[str, float]
    at_rest: dict[str, float]


def measure() -> Iterator[Result]:
    """Seconds, then megabytes."""
    with instance.state_dir() as state:
        with instance.up(state):
            pass
        together = [_round(state) for _ in range(ROUNDS)]
        alone = [_round(state, "--split") for _ in range(ROUNDS)]
    yield against_limit("saisei up until ready", [one.seconds for one in together], LIMIT_SECONDS, "s")
    everything = "all services in one process"
    yield against_limit(f"{everything}, after start", [one.after_start["all"] for one in together], LIMIT_MB, "MB")
    at_work = {"at work": [one.at_work["all"] for one in together]}
    rests = [one.at_rest["all"] for one in together]
    yield against_limit(f"{everything}, at rest after a kit", rests, LIMIT_MB, "MB", at_work)
    yield _largest("after start", [one.after_start for one in alone])
    yield _largest("at rest after a kit", [one.at_rest for one in alone], [one.at_work for one in alone])


def _round(state: StateDir, *options: str) -> Round:
    with instance.up(state, *options) as saisei:
        at_start = saisei.megabytes()
        Api(saisei).new_kit()
        at_work = saisei.megabytes()
        time.sleep(REST_SECONDS)
        return Round(saisei.ready_seconds, at_start, at_work, saisei.megabytes())


def _largest(when: str, rounds: Sequence[dict[str, float]], at_work: Sequence[dict[str, float]] = ()) -> Result:
    sizes = {name: [one[name] for one in rounds] for name in rounds[0]}
    name = max(sizes, key=lambda service: median(sizes[service]))
    beside = {"at work": [one[name] for one in at_work]} if at_work else None
    return against_limit(f"one service alone, {when}: {name}, the largest", sizes[name], LIMIT_MB_ONE, "MB", beside)
