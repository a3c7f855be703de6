"""Measures how soon `saisei up` is ready, and what its services have resident.

Ready means that /readyz answers 200, on a state directory that an earlier run has set up. Memory is VmRSS, once before
and once after a kit of copy, images, composites and platform images was made: of one process with all services, and of
the largest of the processes when each service has its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from bench import instance
from bench.instance import Api
from bench.results import Result, against_limit
from saisei_local.state import StateDir

ROUNDS = 5
LIMIT_SECONDS = 6.0
LIMIT_MB, LIMIT_MB_ONE = 300.0, 100.0


@dataclass(frozen=True)
class Round:
    """Seconds until ready, and megabytes of each process of services."""

    seconds: float
    after_start: dict[str, float]
    after_kit: dict[str, float]


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
    yield against_limit(f"{everything}, after a kit", [one.after_kit["all"] for one in together], LIMIT_MB, "MB")
    yield _largest("after start", [one.after_start for one in alone])
    yield _largest("after a kit", [one.after_kit for one in alone])


def _round(state: StateDir, *options: str) -> Round:
    with instance.up(state, *options) as saisei:
        at_start = saisei.megabytes()
        Api(saisei).new_kit()
        return Round(saisei.ready_seconds, at_start, saisei.megabytes())


def _largest(when: str, rounds: Sequence[dict[str, float]]) -> Result:
    sizes = {name: [one[name] for one in rounds] for name in rounds[0]}
    name = max(sizes, key=lambda service: median(sizes[service]))
    return against_limit(f"one service alone, {when}: {name}, the largest", sizes[name], LIMIT_MB_ONE, "MB")
