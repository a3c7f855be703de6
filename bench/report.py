"""The table on the terminal and out/bench.json."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.results import THE_GOAL, Result

OUT = Path("out/bench.json")
LOAD_BEFORE = os.getloadavg()[0]
SOME_LOAD = 0.5
BUSY = "others were using this machine: figures are worse than it can do; look at the ratios"


def write(results: Sequence[Result]) -> None:
    """All figures with every round's, as a list."""
    OUT.parent.mkdir(exist_ok=True)
    content = json.dumps([result.as_json() for result in results], ensure_ascii=False, indent=2)
    OUT.write_text(content + "\n", encoding="utf-8")


def show(results: Sequence[Result], console: Console) -> None:
    """One line a measure. A ratio above 1 means that ours is the better one."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("measure", "against"):
        table.add_column(column, overflow="fold")
    for column in ("ours", "theirs", "unit", "ratio", "goal", ""):
        table.add_column(column, justify="left" if column == "unit" else "right", no_wrap=True)
    for result in results:
        table.add_row(*_cells(result))
    console.print(table)
    if SOME_LOAD * (os.cpu_count() or 1) < LOAD_BEFORE:
        console.print(f"[yellow]{BUSY}[/]", highlight=False)
    missed = sum(not result.met for result in results)
    verdict = f"[{'yellow' if missed else 'green'}]{len(results) - missed} of {len(results)} goals met[/]"
    console.print(
        f"{verdict}; ratio: how many times better ours is; every round's figures are in {OUT}", highlight=False
    )


def _cells(result: Result) -> tuple[str, ...]:
    against = "the goal itself" if result.peer_name == THE_GOAL else result.peer_name
    mark = "[green]met[/]" if result.met else "[red]missed[/]"
    figures = (_figure(result.ours), _figure(result.peer), result.unit, f"{result.ratio:.2f}", f"≥ {result.goal:g}")
    return (result.name, against, *figures, mark)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
