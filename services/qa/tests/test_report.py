"""Findings become sections and a score, and what people said of them counts."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from contracts.approval import QaOverride
from contracts.qa import SECTIONS, QaReport, Suppression
from qa_service.domain import Finding
from qa_service.report import NOTHING_SAID, Found, Said, as_shown, issue_id, issues_of, sections_of

NOW = datetime(2026, 11, 27, tzinfo=UTC)
SAID = Suppression(by="sato", reason="商品名の一部", at=NOW)

findings = st.builds(
    Finding,
    section=st.sampled_from(SECTIONS),
    target=st.sampled_from(("a", "b")),
    field=st.sampled_from(("headline", "body")),
    rule=st.sampled_from(("r1", "r2")),
    severity=st.sampled_from(("error", "warning")),
    quote=st.sampled_from(("最高", "世界一")),
    description=st.just("説明"),
    suggestion=st.just("提案"),
)
many = st.lists(findings, max_size=12)


def _report(by_rules: list[Finding], by_model: list[Finding]) -> QaReport:
    made = QaReport(
        id="r",
        campaign_id="c",
        manifest="0" * 64,
        mode="full",
        number=1,
        requested_by="sato",
        brand_version=1,
        rule_set="test-1",
        overall_score=100,
        passed=True,
        sections=sections_of(Found(by_rules, by_model), {"a": "1" * 64, "b": "2" * 64}),
        completed_at=NOW,
    )
    return as_shown(made, NOTHING_SAID)


@given(many, many)
def test_score_counts_every_error_and_warning_and_errors_alone_fail(by_rules, by_model):
    report = _report(by_rules, by_model)
    severities = [one.severity for one in (*by_rules, *by_model)]
    assert report.overall_score == max(0, 100 - 20 * severities.count("error") - 5 * severities.count("warning"))
    assert report.passed == ("error" not in severities)
    assert tuple(name for name, _ in report.sections) == SECTIONS
    for name, section in report.sections:
        errors = [one for one in (*by_rules, *by_model) if (one.section, one.severity) == (name, "error")]
        assert section.passed == (not errors)


@given(many, many, st.data())
def test_suppressed_findings_count_no_more_and_raise_the_revision(by_rules, by_model, data):
    report = _report(by_rules, by_model)
    ids = sorted({issue.id for issue in issues_of(report)})
    chosen = data.draw(st.sets(st.sampled_from(ids))) if ids else set()
    shown = as_shown(report, Said(dict.fromkeys((*chosen, "of another report"), SAID)))
    left = [issue for issue in issues_of(report) if issue.id not in chosen]
    errors = sum(issue.severity == "error" for issue in left)
    assert shown.overall_score == max(0, 100 - 20 * errors - 5 * (len(left) - errors))
    assert (shown.passed, shown.revision) == (errors == 0, 1 + len(chosen))
    assert as_shown(shown, NOTHING_SAID) == report


@given(many, many)
def test_every_finding_has_an_id_of_its_own_and_no_model_moves_a_rules(by_rules, by_model):
    both, alone = _report(by_rules, by_model), _report(by_rules, [])
    ids = [issue.id for issue in issues_of(both)]
    assert len(set(ids)) == len(ids) == len(by_rules) + len(by_model)
    assert {issue.id for issue in issues_of(both) if issue.origin == "rule"} == {one.id for one in issues_of(alone)}


@given(findings)
def test_id_follows_from_place_rule_quote_bytes_and_occurrence_alone(finding):
    own = issue_id(finding, "1" * 64, 0)
    assert issue_id(replace(finding, description="別の説明", suggestion="別の提案"), "1" * 64, 0) == own
    others = {
        issue_id(finding, "2" * 64, 0),
        issue_id(finding, "1" * 64, 1),
        issue_id(replace(finding, target="c"), "1" * 64, 0),
        issue_id(replace(finding, field="cta"), "1" * 64, 0),
        issue_id(replace(finding, rule="r3"), "1" * 64, 0),
        issue_id(replace(finding, quote="日本一"), "1" * 64, 0),
    }
    assert len(others | {own}) == 7


@given(many)
def test_override_leaves_score_and_verdict_and_raises_the_revision(by_rules):
    report = _report(by_rules, [])
    override = QaOverride(by="tanaka", reason="法務確認済み", at=NOW)
    shown = as_shown(report, Said({}, override))
    assert (shown.override, shown.revision) == (override, 2)
    assert (shown.overall_score, shown.passed) == (report.overall_score, report.passed)
