"""`python -m bench [hops] [images] [gateway] [start] [qa]`: measures, shows a table and writes out/bench.json.

A missed goal is a finding, not a failure: the exit status is 1 only when something broke.
"""

import argparse
from collections.abc import Callable, Iterator
from importlib import import_module

from rich.console import Console

from bench import report
from bench.results import Result
from saisei_local.stopping import Stopped, stopping_on_signals

MEASURES = {
    "hops": "bench.hops.compare",
    "images": "bench.images.compare",
    "gateway": "bench.gateway.compare",
    "start": "bench.start",
    "qa": "bench.qa.compare",
}


def main() -> int:
    """Runs the measures that were named, or all. What was measured before another one broke is shown all the same."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures Saisei against its peers.")
    parser.add_argument(
        "measures", nargs="*", metavar="measure", help=f"of {', '.join(MEASURES)}; all when none is named"
    )
    wanted = parser.parse_args().measures or list(MEASURES)
    if unknown := set(wanted) - MEASURES.keys():
        parser.error(f"no measure {min(unknown)!r}; there are {', '.join(MEASURES)}")
    console = Console()
    results: list[Result] = []
    try:
        with stopping_on_signals():
            broken = [name for name in wanted if not _ran(name, results, console)]
    except Stopped:
        return 1
    report.write(results)
    report.show(results, console)
    for name in broken:
        console.print(f"[red]{name} broke[/]: what it says is above")
    return 1 if broken else 0


def _ran(name: str, results: list[Result], console: Console) -> bool:
    console.print(f"Measuring {name} …", highlight=False)
    try:
        measure: Callable[[], Iterator[Result]] = import_module(MEASURES[name]).measure
        results.extend(measure())
    except Exception:  # noqa: BLE001 - one measure that breaks must not take the others' figures with it.
        console.print_exception()
        return False
    return True


if __name__ == "__main__":
    raise SystemExit(main())
