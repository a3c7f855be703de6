"""Measures the rules of QA: precision and recall of each over labelled texts, and the time a whole kit takes.

A rule without enough labelled texts breaks the measure: a figure over three texts says nothing.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.qa.kit import whole_kit
from bench.results import Result, against_least, against_limit
from qa_service.rules.figures import LEAST_LABELLED, LEAST_PRECISION, LEAST_RECALL, Figures, figures, load, mark
from qa_service.rules.picture_cases import PICTURE_RULES, picture_figures
from qa_service.rules.ruleset import RULES, judge

CORPUS = Path(__file__).parents[2] / "services/qa/corpus"
ROUNDS = 7
LIMIT_MS = 1000.0


class TooFewLabelled(Exception):
    """A rule has too few labelled texts, right or wrong, to say how good it is."""


def measure() -> Iterator[Result]:
    """Precision and recall of each rule, over all texts and over those held out; then milliseconds for a kit."""
    marked = [mark(labelled) for labelled in load(CORPUS)]
    words = [rule.id for rule in RULES if rule.id not in PICTURE_RULES]
    everything = [*figures(marked, words), *picture_figures()]
    held_out = figures([one for one in marked if one.labelled.split == "held_out"], words)
    _show("all labelled texts and pictures", everything)
    _show("texts held out", held_out)
    _must_suffice(everything)
    for one in everything:
        yield from _results(one, "")
    for one in held_out:
        yield from _results(one, ", held out")
    yield against_limit("rules on a kit of 20 variants and 40 pictures", list(_times()), LIMIT_MS, "ms")


def _must_suffice(everything: Sequence[Figures]) -> None:
    counts = {one.rule: (one.positives, one.negatives) for one in everything}
    few = {rule.id: counts.get(rule.id, (0, 0)) for rule in RULES}
    named = [f"{rule} has {bad} and {good}" for rule, (bad, good) in few.items() if min(bad, good) < LEAST_LABELLED]
    if named:
        raise TooFewLabelled(f"each rule needs {LEAST_LABELLED} wrong and as many right near it: {', '.join(named)}")


def _results(one: Figures, which: str) -> Iterator[Result]:
    yield against_least(f"precision of {one.rule}{which}", one.precision, [one.precision], LEAST_PRECISION, "")
    yield against_least(f"recall of {one.rule}{which}", one.recall, [one.recall], LEAST_RECALL, "")


def _times() -> Iterator[float]:
    kit = whole_kit(load(CORPUS))
    judge(kit)
    for _ in range(ROUNDS):
        began = time.perf_counter()
        judge(kit)
        yield 1000 * (time.perf_counter() - began)


def _show(title: str, given: Sequence[Figures]) -> None:
    table = Table(
        title=f"{title}: wrong ones (of) and right ones beside them",
        title_justify="left",
        box=None,
        pad_edge=False,
        header_style="bold",
    )
    table.add_column("rule", no_wrap=True)
    for column in ("precision", "recall", "right", "false", "missed", "of", "beside"):
        table.add_column(column, justify="right", no_wrap=True)
    for one in given:
        counts = (one.right, one.false, one.missed, one.positives, one.negatives)
        table.add_row(one.rule, f"{one.precision:.3f}", f"{one.recall:.3f}", *map(str, counts))
    Console().print(table)
