"""Precision and recall of each rule over labelled texts."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from contracts.values import BrandProfile, Brief, Colours, CopyText, Fact, PlatformName, PreferredTerm, Register
from qa_service.domain import Finding, Judged, Words, field_text
from qa_service.rules.ruleset import judge

LEAST_PRECISION, LEAST_RECALL = 0.95, 0.85
"""What each rule has to reach."""
LEAST_LABELLED = 20
"""How many wrong texts, and how many right ones near them, a rule needs for its figures to say anything."""


class Expected(Fact):
    """What a careful reviewer objects to; `quote` is the heart of it, the finding's may reach further or less far.

    `or_quotes` are other places that show the same fault, where one finding stands for a whole variant.
    """

    rule: str
    field: Literal["headline", "body", "cta", "hashtags"]
    quote: str
    or_quotes: tuple[str, ...] = ()


class Labelled(Fact):
    """One text with all that is to be found in it. `near`: the rules that it is written for, right or wrong."""

    id: str
    split: Literal["dev", "held_out"]
    near: tuple[str, ...]
    platform: PlatformName
    wanted_register: Register
    text: CopyText
    banned_terms: tuple[str, ...] = ()
    preferred_terms: tuple[PreferredTerm, ...] = ()
    expected: tuple[Expected, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """How one rule did. `positives` and `negatives`: how many texts near it have it expected, or not."""

    rule: str
    right: int
    false: int
    missed: int
    positives: int
    negatives: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.false) if self.right + self.false else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0


@dataclass(frozen=True, slots=True)
class Marked:
    """One text with what was found rightly, found wrongly and not found."""

    labelled: Labelled
    right: tuple[Finding, ...]
    false: tuple[Finding, ...]
    missed: tuple[Expected, ...]


def load(folder: Path) -> list[Labelled]:
    """Every line of every .jsonl file of a folder, by file name."""
    lines = (line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines())
    return [Labelled.model_validate(json.loads(line)) for line in lines]


def mark(labelled: Labelled) -> Marked:
    """One text judged as a kit of its own; each finding answers one expectation at most, and the other way round."""
    open_ones = list(labelled.expected)
    right: list[Finding] = []
    false: list[Finding] = []
    for finding in judge(as_kit(labelled)):
        answered = next((one for one in open_ones if _answers(finding, one, labelled.text)), None)
        if answered is None:
            false.append(finding)
        else:
            open_ones.remove(answered)
            right.append(finding)
    return Marked(labelled, tuple(right), tuple(false), tuple(open_ones))


def figures(marked: Sequence[Marked], rules: Iterable[str]) -> list[Figures]:
    """The figures of each rule over all the texts, not only over those near it."""
    return [_of_rule(marked, rule) for rule in rules]


def as_kit(labelled: Labelled) -> Judged:
    """A kit of this one variant, by a brand with its terms."""
    colours = Colours(primary="#112233", accent="#445566")
    terms = {"banned_terms": labelled.banned_terms, "preferred_terms": labelled.preferred_terms}
    brand = BrandProfile(name="再生堂", default_register=labelled.wanted_register, colours=colours, **terms)
    brief = Brief(objective="awareness", product="商品", target_audience="一般", platforms=(labelled.platform,))
    words = Words(labelled.id, "0" * 64, labelled.platform, "A案", labelled.text, labelled.wanted_register)
    return Judged("campaign", brand, brief, (words,), ())


def _of_rule(marked: Sequence[Marked], rule: str) -> Figures:
    near = [one.labelled for one in marked if rule in one.labelled.near]
    positives = sum(any(expected.rule == rule for expected in one.expected) for one in near)
    right = sum(found.rule == rule for one in marked for found in one.right)
    false = sum(found.rule == rule for one in marked for found in one.false)
    missed = sum(expected.rule == rule for one in marked for expected in one.missed)
    return Figures(rule, right, false, missed, positives, len(near) - positives)


def _answers(finding: Finding, expected: Expected, text: CopyText) -> bool:
    if (finding.rule, finding.field) != (expected.rule, expected.field):
        return False
    whole = field_text(text, expected.field)
    wanted = [place for quote in (expected.quote, *expected.or_quotes) for place in _places(whole, quote)]
    return any(a < d and c < b for a, b in _places(whole, finding.quote) for c, d in wanted)


def _places(whole: str, quote: str) -> Iterator[tuple[int, int]]:
    at = whole.find(quote) if quote else -1
    while at >= 0:
        yield at, at + len(quote)
        at = whole.find(quote, at + 1)
