"""Whether QA stands in the way of approving a manifest."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from contracts.qa import Issue, QaReport

QaVerdict = Literal["missing", "failing", "overridden", "suppressed", "passed"]


@dataclass(frozen=True, slots=True)
class Basis:
    """What is decided about, and what it is held to: by rules of an older brand or brief, nobody has judged it."""

    manifest: str
    brand_version: int = 0
    brief_version: int = 0


def governing(reports: Iterable[QaReport], basis: Basis) -> list[QaReport]:
    """The reports that count: the newest by rules, then every one that the paid reviewer made, newest first.

    A second opinion on the same bytes does not take back the first; people do, by suppressing or overriding.
    """
    bound = sorted((one for one in reports if one.manifest == basis.manifest), key=lambda one: one.number, reverse=True)
    by_rules = [one for one in bound if one.mode == "rules"][:1]
    return [
        *(one for one in by_rules if not _is_outdated(one, basis)),
        *(one for one in bound if one.mode == "full"),
    ]


def objections(report: QaReport) -> list[Issue]:
    """What of a report stands in the way: errors that nobody suppressed.

    Of a review only the reviewer's own: the rules are asked again whenever anything changes.
    """
    issues = [issue for _, section in report.sections for issue in section.issues]
    counted = [issue for issue in issues if report.mode == "rules" or issue.origin == "model"]
    return [issue for issue in counted if issue.severity == "error" and issue.suppressed is None]


def suppressed_errors(reports: Iterable[QaReport]) -> list[Issue]:
    """Errors that somebody said do not count, each once."""
    issues = [issue for report in reports for _, section in report.sections for issue in section.issues]
    found = {one.id: one for one in issues if one.severity == "error" and one.suppressed is not None}
    return list(found.values())


def verdict(reports: Iterable[QaReport], basis: Basis) -> QaVerdict:
    """`missing` while the rules have not judged this very manifest as it is held to now.

    `overridden` and `suppressed` pass on people's words: an admin's on a report, or anybody's on single errors.
    """
    counting = governing(reports, basis)
    if not any(one.mode == "rules" for one in counting):
        return "missing"
    objecting = [one for one in counting if objections(one)]
    if any(one.override is None for one in objecting):
        return "failing"
    if objecting:
        return "overridden"
    return "suppressed" if suppressed_errors(counting) else "passed"


def _is_outdated(report: QaReport, basis: Basis) -> bool:
    return report.brand_version < basis.brand_version or report.brief_version < basis.brief_version
