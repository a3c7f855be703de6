"""Which reports count for a manifest, and when QA stands in the way."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.qa import SECTIONS, QaReport
from lineage.gate import Basis, governing, verdict
from lineage.manifest import manifest_hash

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BASIS = Basis("a" * 64, brand_version=2, brief_version=1)
OVERRIDE = {"by": "sato", "reason": "確認済み", "at": NOW}


def _issue(origin: str = "rule", severity: str = "error", **fields: Any) -> dict[str, Any]:
    said = {"id": "i", "target": "t", "field": "headline", "rule": "r", "quote": "q", "description": "d"}
    return {**said, "suggestion": "s", "origin": origin, "severity": severity, **fields}


def _report(number: int, *issues: dict[str, Any], mode: str = "rules", **fields: Any) -> QaReport:
    sections = {section: {"passed": True} for section in SECTIONS} | {"legal": {"passed": True, "issues": issues}}
    told = {
        "id": f"r{number}",
        "campaign_id": "c",
        "manifest": BASIS.manifest,
        "mode": mode,
        "number": number,
        "requested_by": "yamada",
        "brand_version": 2,
        "brief_version": 1,
        "rule_set": "1",
        "overall_score": 100,
        "passed": not issues,
        "sections": sections,
        "completed_at": NOW,
    }
    return QaReport.model_validate(told | fields)


def _ids(*reports: QaReport) -> list[str]:
    return [one.id for one in governing(reports, BASIS)]


def test_nothing_judged_is_missing():
    assert verdict([], BASIS) == "missing"
    assert verdict([_report(1, manifest="b" * 64)], BASIS) == "missing"
    assert verdict([_report(1, mode="full")], BASIS) == "missing"


@pytest.mark.parametrize("older", [{"brand_version": 1}, {"brief_version": 0}])
def test_rules_of_an_older_brand_or_brief_say_nothing(older):
    assert verdict([_report(1, **older)], BASIS) == "missing"
    assert _ids(_report(1), _report(2, **older)) == []


def test_newest_report_by_rules_decides_whatever_the_order():
    reports = [_report(2), _report(1, _issue())]
    assert verdict(reports, BASIS) == verdict(reports[::-1], BASIS) == "passed"
    assert verdict([_report(1), _report(2, _issue())], BASIS) == "failing"


def test_review_that_came_later_clears_nothing_that_the_rules_found():
    assert verdict([_report(1), _report(2, _issue()), _report(3, mode="full", brand_version=1)], BASIS) == "failing"


def test_rules_that_came_later_clear_nothing_that_a_reviewer_found():
    assert verdict([_report(1, _issue("model"), mode="full"), _report(2)], BASIS) == "failing"


def test_second_review_of_the_same_bytes_does_not_take_back_the_first():
    reviews = [_report(2, _issue("model"), mode="full"), _report(3, mode="full")]
    assert verdict([_report(1), *reviews], BASIS) == "failing"
    assert _ids(_report(1), *reviews) == ["r1", "r3", "r2"]


def test_what_rules_found_in_a_review_is_over_once_they_find_it_no_more():
    assert verdict([_report(1, _issue(), mode="full"), _report(2)], BASIS) == "passed"


SUPPRESSED = {"by": "yamada", "reason": "出典あり", "at": NOW}


@pytest.mark.parametrize(
    ("issue", "expected"),
    [
        (_issue(severity="warning"), "passed"),
        (_issue(severity="warning", suppressed=SUPPRESSED), "passed"),
        (_issue(suppressed=SUPPRESSED), "suppressed"),
    ],
)
def test_warnings_pass_and_suppressed_errors_do_so_on_somebodys_word(issue, expected):
    assert verdict([_report(1, issue)], BASIS) == expected


def test_override_lets_its_own_report_pass_and_no_other():
    assert verdict([_report(1, _issue(), override=OVERRIDE)], BASIS) == "overridden"
    assert verdict([_report(1, _issue(), override=OVERRIDE), _report(2, _issue())], BASIS) == "failing"
    both = [_report(1, _issue(), override=OVERRIDE), _report(2, _issue("model"), mode="full")]
    assert verdict(both, BASIS) == "failing"


def test_manifest_is_the_same_in_any_order_and_another_for_any_other_bytes():
    kit = {"b": "2" * 64, "a": "1" * 64}
    assert manifest_hash(kit) == manifest_hash(dict(reversed(kit.items())))
    others = [{**kit, "a": "3" * 64}, {"a": "1" * 64}, {**kit, "c": "1" * 64}, {"a": "2" * 64, "b": "1" * 64}]
    assert len({manifest_hash(one) for one in (kit, *others)}) == 5
