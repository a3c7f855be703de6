"""A cascade as a tree on the terminal, growing as it happens."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text
from rich.tree import Tree

Names = dict[str, str]

QUIET = {"job.started", "job.progressed", "campaign.ready", "audit.recorded"}


def show_cascade(console: Console, states: Iterable[dict[str, Any]], names: Names) -> dict[str, Any]:
    """Shows a cascade while it runs; returns its last state. Without a terminal only the finished tree is printed."""
    if not console.is_terminal:
        *_, last = states
        console.print(cascade_tree(last, names))
        return last
    last = {}
    with Live(console=console, refresh_per_second=12) as live:
        for last in states:
            live.update(cascade_tree(last, names))
    return last


def cascade_tree(cascade: dict[str, Any], names: Names) -> Tree:
    """The tree of one cascade: offsets from the click on the left, durations on the right."""
    root = cascade["root"]
    title = Text.assemble(
        (f"{root.get('method')} {root.get('path')}", "bold"), (f"  trace {cascade['traceId']}", "dim")
    )
    tree = Tree(title, guide_style="dim")
    for child in root["children"]:
        _add(tree, child, names)
    state = "settled" if cascade["status"] == "settled" else "running …"
    tree.add(Text(f"{state}, ¥{cascade['costYen']:,}", style="green" if state == "settled" else "yellow"))
    return tree


def _add(tree: Tree, node: dict[str, Any], names: Names) -> None:
    target = tree if node["type"] in QUIET else tree.add(_line(node, names))
    for child in node["children"]:
        _add(target, child, names)


def _line(node: dict[str, Any], names: Names) -> Text:
    style = "red" if node["type"].endswith("failed") else "cyan"
    line = Text.assemble((f"{node['offsetMs']:>5} ms  ", "dim"), (f"{node['type']:<24}", style))
    line.append(names.get(node.get("assetId") or "", ""))
    if node.get("version"):
        line.append(f"  v{node['version']}", style="bold")
    if node.get("durationMs") is not None:
        line.append(f"  {node['durationMs']} ms", style="dim")
    return line
