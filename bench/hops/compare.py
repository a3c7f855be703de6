"""Measures the contenders of the cascade against one another.

Like against like: what runs in one process, DBOS and the bare loop, is measured against ours in one process, as
`saisei run all` has it; what uses every core by processes of its own, Celery's worker, against ours with a process a
service, as `saisei up --split` has it.

Where things run: beside one PostgreSQL and one RabbitMQ that all contenders share, all on the same cores. Only one
works at a time, so each has the machine to itself: its own processes, the servers' work for it, and whatever starts its
cascades (Celery and ours split: a process more) are all paid from the same cores within the measured time. Those that
wait do next to nothing: heartbeats, and our relays look for rows that somebody left behind once a second.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench import servers
from bench.results import Result, against_peer

ROUNDS = 5
BURSTS = {"ours": 200, "ours_split": 200, "bare": 200, "celery_tasks": 100, "dbos_queue": 60}
"""Cascades of a round: what takes each about a second."""
AT_REST = 15
WARM_UP = 20
ONE, SPLIT = "5-hop cascades, one process", "5-hop cascades, processes"
PEERS = (
    (ONE, "ours", "dbos_queue", "DBOS, queued workflow of 5 steps", 4.0),
    (SPLIT, "ours_split", "celery_tasks", "Celery, 5 tasks with inbox and outbox", 2.0),
    (ONE, "ours", "bare", "bare aio-pika and asyncpg loop", 0.6),
)
STOP_SECONDS = 30.0


class Contestant:
    """A contender's process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def wait_ready(self) -> None:
        """Raises RuntimeError when it ends first."""
        self._read()

    def ask(self, what: str, count: int) -> Any:
        """Seconds of a `burst`, or the milliseconds of each cascade at `rest`."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what} {count}\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args} ended with status {self._process.wait()}")
        return json.loads(line)


@contextmanager
def contestant(name: str, found: servers.Servers) -> Iterator[Contestant]:
    """Starts one; its closed standard input ends it."""
    env = os.environ | {"BENCH_DATABASE_URL": found.postgres, "BENCH_AMQP_URL": found.vhost(name)}
    argv = [sys.executable, "-m", f"bench.hops.{name}"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(argv, env=env, stdin=-1, stdout=-1, text=True, cwd=root) as process:  # noqa: S603 - our own argv.
        try:
            yield Contestant(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(STOP_SECONDS)


def measure() -> Iterator[Result]:
    """Throughput against each peer, and one cascade at rest."""
    with ExitStack() as stack:
        found = stack.enter_context(servers.running(tuple(BURSTS)))
        all_of_them = {name: stack.enter_context(contestant(name, found)) for name in BURSTS}
        for one in all_of_them.values():
            one.wait_ready()
            one.ask("burst", WARM_UP)
        rates, waits = _rounds(all_of_them)
    for name, ours, peer, label, goal in PEERS:
        yield against_peer(name, rates[ours], rates[peer], label, "cascades/s", goal, "more")
    yield against_peer(
        "one cascade at rest, p50",
        waits["ours"],
        waits["dbos_queue"],
        "DBOS, direct call of 5 steps",
        "ms",
        1.0,
        "less",
    )


def _rounds(all_of_them: dict[str, Contestant]) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """By contender, the cascades a second and the median milliseconds at rest of each round."""
    rates: dict[str, list[float]] = {name: [] for name in all_of_them}
    waits: dict[str, list[float]] = {name: [] for name in all_of_them}
    for number in range(ROUNDS):
        for name in _order(tuple(all_of_them), number):
            count = BURSTS[name]
            rates[name].append(count / all_of_them[name].ask("burst", count))
        for name in _order(("ours", "dbos_queue"), number):
            waits[name].append(median(all_of_them[name].ask("rest", AT_REST)))
    return rates, waits


def _order(names: Sequence[str], number: int) -> Sequence[str]:
    """Every other round goes the other way, so that nobody always follows the same neighbour."""
    return names if number % 2 == 0 else tuple(reversed(names))
