"""What a reviewer claims, held against what was judged: only what a person can look up becomes a finding. Pure.

A claim must name an asset of the kit, a field that it has, a rule that stands in the list for that section and that
kind of asset, and words that the field really holds. Whoever claims can add findings and nothing else: it has no say
in what the rules found, in the score, or in whether the report passes. What a criterion does not let weigh as an error
is a warning, so is everything that is said of a picture.
"""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from contracts.qa import Severity
from qa_service.criteria import BY_NAME, About, Criterion
from qa_service.domain import TEXT_FIELDS, Finding, Judged, field_text
from qa_service.quoting import Quotable, folded
from qa_service.reviewer import Claim

PICTURE_FIELD = "picture"
RULE_PREFIX = "model."
MAX_FINDINGS = 60
MAX_EXPLANATION = 400
MAX_QUOTE = 200

# One character stands in nearly every text, and shows nobody what is meant.
_SHORTEST_QUOTE = 2
# No field is as long as this; what is longer is not even looked at.
_READ_AT_MOST = 20_000
# Controls, marks that turn the direction of writing, lone surrogates, private and unassigned characters.
_UNFIT = ("Cc", "Cf", "Cs", "Co", "Cn")
_NO_MARKUP = str.maketrans("<>", "＜＞")


@dataclass(frozen=True, slots=True)
class Vetted:
    """The findings, errors first, and how many claims became none."""

    findings: tuple[Finding, ...]
    discarded: int


def vetted(judged: Judged, claims: Sequence[Claim], seen: Collection[str] = ()) -> Vetted:
    """Every claim that holds, once, at most MAX_FINDINGS; `seen` are the ids of the pictures that were shown."""
    kit = _Kit(judged, seen)
    held = [finding for claim in claims if (finding := kit.finding(claim))]
    held.sort(key=lambda finding: finding.severity != "error")
    kept = tuple(islice(_once(held), MAX_FINDINGS))
    return Vetted(kept, len(claims) - len(kept))


class _Kit:
    """What there is to object to."""

    def __init__(self, judged: Judged, seen: Collection[str]) -> None:
        self._words: dict[str, dict[str, Quotable]] = {
            one.asset_id: {field: Quotable(field_text(one.text, field)) for field in TEXT_FIELDS}
            for one in judged.words
        }
        self._pictures = {one.asset_id for one in judged.pictures} & set(seen)

    def finding(self, claim: Claim) -> Finding | None:
        """The claim as a finding; None if it does not hold."""
        criterion = BY_NAME.get((claim.section, claim.rule))
        if criterion is None or criterion.about != self._about(claim):
            return None
        severity, quote = _severity(claim, criterion), self._quote(claim, criterion.about)
        description, suggestion = explanation(claim.description), explanation(claim.suggestion)
        if severity is None or quote is None or not (description and suggestion):
            return None
        rule = RULE_PREFIX + criterion.rule
        return Finding(criterion.section, claim.target, claim.field, rule, severity, quote, description, suggestion)

    def _about(self, claim: Claim) -> About | None:
        if claim.field in self._words.get(claim.target, ()):
            return "words"
        return "picture" if claim.target in self._pictures and claim.field == PICTURE_FIELD else None

    def _quote(self, claim: Claim, about: About) -> str | None:
        """The field's own words, the first of them where the quote is long; nothing is quoted from a picture."""
        if about == "picture":
            return ""
        text = self._words[claim.target][claim.field]
        if len(claim.quote) > _READ_AT_MOST or len(folded(claim.quote)) < min(_SHORTEST_QUOTE, len(text)):
            return None
        found = text.find(claim.quote)
        return found[:MAX_QUOTE].rstrip() if found else None


def explanation(text: str) -> str:
    """What is said to people as one plain line: no controls, no markup, at most MAX_EXPLANATION characters."""
    kept = (one for one in text[:_READ_AT_MOST] if one.isspace() or unicodedata.category(one) not in _UNFIT)
    line = " ".join("".join(kept).split()).translate(_NO_MARKUP)
    return line if len(line) <= MAX_EXPLANATION else line[: MAX_EXPLANATION - 1] + "…"


def _severity(claim: Claim, criterion: Criterion) -> Severity | None:
    if claim.severity not in ("error", "warning"):
        return None
    return claim.severity if criterion.worst == "error" else "warning"


def _once(findings: Iterable[Finding]) -> Iterable[Finding]:
    """The same objection to the same words but once."""
    seen: set[tuple[str, ...]] = set()
    for finding in findings:
        key = (finding.target, finding.field, finding.section, finding.rule, folded(finding.quote))
        if key not in seen:
            seen.add(key)
            yield finding
