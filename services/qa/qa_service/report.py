"""Findings as a report: sections, score, and what people said of single findings. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from contracts.approval import QaOverride
from contracts.qa import SECTIONS, Issue, QaReport, Section, SectionReport, Sections, Suppression
from lineage.canonical import content_hash
from qa_service.domain import Finding

PER_ERROR, PER_WARNING = 20, 5

Origin = Literal["rule", "model"]


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was found: the rules' findings, and those of a model that could be shown."""

    by_rules: Sequence[Finding]
    by_model: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of a report so far: suppressions by issue id, and whether it is overridden."""

    suppressions: Mapping[str, Suppression]
    override: QaOverride | None = None


NOTHING_SAID = Said({})


def sections_of(found: Found, contents: Mapping[str, str]) -> Sections:
    """All sections with their issues; `contents` are the judged hashes by asset id."""
    issues: dict[Section, list[Issue]] = {section: [] for section in SECTIONS}
    seen: Counter[tuple[str, ...]] = Counter()
    # The rules come first, so that no model moves the count by which their issues are told apart.
    for finding, origin in (*_from(found.by_rules, "rule"), *_from(found.by_model, "model")):
        place = (finding.target, finding.field, finding.rule, finding.severity, finding.quote or finding.description)
        issues[finding.section].append(_issue(finding, origin, contents.get(finding.target, ""), seen[place]))
        seen[place] += 1
    return Sections(**{section: _section(listed) for section, listed in issues.items()})


def as_shown(report: QaReport, said: Said) -> QaReport:
    """A report as it was made, with what people said of it since."""
    sections = Sections(**{name: _section(_with(section.issues, said)) for name, section in report.sections})
    shown = report.model_copy(update={"sections": sections, "override": said.override})
    suppressed = sum(issue.suppressed is not None for issue in issues_of(shown))
    return shown.model_copy(
        update={
            "revision": 1 + suppressed + (said.override is not None),
            "overall_score": score(issues_of(shown)),
            "passed": all(section.passed for _, section in sections),
        }
    )


def score(issues: Iterable[Issue]) -> int:
    """100 less what is wrong and nobody suppressed, but not below 0."""
    counted = Counter(issue.severity for issue in issues if issue.suppressed is None)
    return max(0, 100 - PER_ERROR * counted["error"] - PER_WARNING * counted["warning"])


def issues_of(report: QaReport) -> list[Issue]:
    """A report's issues, whatever their section."""
    return [issue for _, section in report.sections for issue in section.issues]


def issue_id(finding: Finding, sha256: str, nth: int) -> str:
    """The same wherever the same rule finds the same as gravely, for the nth time, in the same bytes.

    What quotes nothing, as of a picture, is told apart by its description.
    """
    place = [finding.target, sha256, finding.field, finding.rule, finding.severity]
    return content_hash([*place, finding.quote or finding.description, nth])[:32]


def _from(findings: Iterable[Finding], origin: Origin) -> list[tuple[Finding, Origin]]:
    return [(finding, origin) for finding in findings]


def _issue(finding: Finding, origin: Origin, sha256: str, nth: int) -> Issue:
    return Issue(
        id=issue_id(finding, sha256, nth),
        target=finding.target,
        field=finding.field,
        rule=finding.rule,
        severity=finding.severity,
        quote=finding.quote,
        description=finding.description,
        suggestion=finding.suggestion,
        origin=origin,
        source=finding.source,
    )


def _with(issues: Iterable[Issue], said: Said) -> list[Issue]:
    return [issue.model_copy(update={"suppressed": said.suppressions.get(issue.id)}) for issue in issues]


def _section(issues: Sequence[Issue]) -> SectionReport:
    passed = not any(issue.severity == "error" and issue.suppressed is None for issue in issues)
    return SectionReport(passed=passed, issues=tuple(issues))
