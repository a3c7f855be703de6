"""Measures a real `saisei up`: reading a full kit against an empty route, and a regeneration's way to the event stream.

The services, the empty route and the load generator are three processes; the two servers are asked by turns.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from bench import instance
from bench.instance import Api, Saisei
from bench.results import Result, against_limit, against_peer
from saisei_local.embedded import process
from saisei_local.embedded.ports import LOOPBACK, choose_ports, is_free

ROUNDS = 5
LOAD_SECONDS = 1.5
REGENERATIONS = 4
"""A round; a copy variant each, which the offline twin writes at once."""
LIMIT_MS = 25.0
ROOT = Path(__file__).parents[2]


def measure() -> Iterator[Result]:
    """Requests a second, then milliseconds from the POST to the first event."""
    with ExitStack() as stack:
        state = stack.enter_context(instance.state_dir())
        saisei = stack.enter_context(instance.up(state))
        empty = stack.enter_context(_empty_route(saisei))
        api = Api(saisei)
        campaign = api.new_kit()
        urls = {"kit": f"{saisei.url}{campaign}", "empty": f"{empty}/"}
        token = saisei.token()
        rates: dict[str, list[float]] = {name: [] for name in urls}
        first_events: list[float] = []
        for number in range(ROUNDS):
            for name in urls if number % 2 == 0 else reversed(urls):
                rates[name].append(_load(urls[name], token))
            first_events.append(median(_regenerate(api, campaign) for _ in range(REGENERATIONS)))
    label = "GET /api/campaigns/{id} of a full kit"
    yield against_peer(label, rates["kit"], rates["empty"], "empty FastAPI route, same auth", "requests/s", 0.4, "more")
    yield against_limit("POST …/regenerate to first event, p50", first_events, LIMIT_MS, "ms")


@contextmanager
def _empty_route(saisei: Saisei) -> Iterator[str]:
    port = choose_ports(["empty"], {})["empty"]
    argv = [sys.executable, "-m", "bench.gateway.empty", str(port), str(saisei.state.jwks)]
    log = saisei.state.root.parent / "empty.log"
    child = process.spawn(argv, log=log, death_signal=signal.SIGTERM, cwd=ROOT)
    url = f"http://{LOOPBACK}:{port}"
    try:
        process.wait_until(lambda: not is_free(port), child, log, 30.0)
        yield url
    finally:
        process.stop(child, ((signal.SIGTERM, 10.0),))


def _load(url: str, token: str) -> float:
    argv = [sys.executable, "-m", "bench.gateway.load", url, str(LOAD_SECONDS)]
    env = os.environ | {"BENCH_TOKEN": token}
    done = subprocess.run(argv, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own argv.
    return float(done.stdout)


def _regenerate(api: Api, campaign: str) -> float:
    """Milliseconds from sending the POST to its first event on an open stream; leaves the cascade settled."""
    now = api.get(campaign)
    variant = next(asset for asset in now["assets"] if asset["kind"] == "copy_variant")
    with ThreadPoolExecutor(1) as asking, api.stream(f"{campaign}/events", now["streamPosition"]) as answer:
        lines = answer.iter_lines()
        next(lines)
        body = {"type": "copy_variant", "copyVariantId": variant["id"]}
        began = time.perf_counter()
        asked = asking.submit(api.post, f"{campaign}/regenerate", body)
        next(line for line in lines if line.startswith("data:"))
        milliseconds = 1000 * (time.perf_counter() - began)
    api.settle(asked.result()["cascadeId"])
    return milliseconds
