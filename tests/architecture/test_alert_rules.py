"""The alert rules are right, every alert fires and stays silent in its test, and all that they name exists."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

import chassis.metrics  # noqa: F401
import gateway.edge  # noqa: F401
import jobs_service.metrics  # noqa: F401
from saisei_local.services import SERVICES
from saisei_local.settings import DEFAULT_PORT

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "prometheus"
RULES = FOLDER / "rules" / "saisei.yml"
CASES = sorted((FOLDER / "tests").glob("*.yml"))
RUNBOOK = ROOT / "docs" / "runbook.md"
NAMES = re.compile(r"\bsaisei_\w+")
RECORDS = re.compile(r"\bsaisei:[\w:]+")
LABELS = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"")
GROUPED = re.compile(r"\b(?:by|without|on) \(([\w, ]+)\)")


def promtool(*arguments: str | Path) -> str:
    """What promtool says. Fails, and does not skip, without it."""
    own = ROOT / ".tools" / "prometheus" / "promtool"
    found = str(own) if own.exists() else shutil.which("promtool")
    assert found, "promtool is missing: run `scripts/bootstrap promtool`"
    told = subprocess.run([found, *arguments], capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def alerts() -> dict[str, dict[str, Any]]:
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def records() -> dict[str, str]:
    return {rule["record"]: rule["expr"] for rule in rules() if "record" in rule}


def told_by_the_product() -> dict[str, set[str]]:
    """Every metric that the product tells, and its labels."""
    metrics = {metric for metric in REGISTRY._collector_to_names if isinstance(metric, MetricWrapperBase)}
    return {name: set(metric._labelnames) for metric in metrics for name in REGISTRY._collector_to_names[metric]}


def expanded(expression: str) -> str:
    """An expression with those of the records that it uses."""
    return expression + "".join(" " + expanded(records()[name]) for name in RECORDS.findall(expression))


def test_rules_and_configuration_are_valid():
    assert "SUCCESS" in promtool("check", "rules", RULES)
    assert "SUCCESS" in promtool("check", "config", FOLDER / "prometheus.yml")


def test_every_alert_behaves_as_its_cases_say():
    assert promtool("test", "rules", *CASES).count("SUCCESS") == len(CASES)


@pytest.mark.parametrize("alert", alerts())
def test_every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_is_silent(alert):
    cases = [
        case["exp_alerts"]
        for path in CASES
        for test in yaml.safe_load(path.read_text())["tests"]
        for case in test.get("alert_rule_test", ())
        if case["alertname"] == alert
    ]
    firing = [expected for case in cases for expected in case]
    assert firing
    assert [] in cases
    assert all(set(expected) == {"exp_labels", "exp_annotations"} for expected in firing)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.get("alert") or rule["record"])
def test_every_name_and_label_that_a_rule_uses_is_told_by_the_product(rule):
    told = told_by_the_product()
    expression = expanded(rule["expr"])
    names = set(NAMES.findall(expression))
    assert names <= set(told)
    labels = set(LABELS.findall(expression))
    labels |= {label.strip() for group in GROUPED.findall(expression) for label in group.split(",")}
    assert labels <= {"job", "instance"}.union(*(told[name] for name in names))


@pytest.mark.parametrize(("alert", "rule"), alerts().items())
def test_every_alert_says_how_bad_it_is_in_words_with_a_figure_and_where_to_read_on(alert, rule):
    told = rule["annotations"]
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert set(told) == {"summary", "description", "runbook_url"}
    assert "{{" in told["description"]
    assert told["runbook_url"] == f"{RUNBOOK.relative_to(ROOT).as_posix()}#{alert.lower()}"


def test_runbook_has_an_entry_for_every_alert_and_for_no_other():
    headings = re.findall(r"^### (Saisei\w+)$", RUNBOOK.read_text(), re.MULTILINE)
    assert sorted(headings) == sorted(alerts())


def test_absence_of_every_service_is_noticed():
    watched = re.findall(r'absent\(saisei_outbox_rows{service="(\w+)"}\)', alerts()["SaiseiServiceAbsent"]["expr"])
    assert sorted(watched) == sorted(SERVICES)


def test_example_scrapes_where_the_product_listens():
    [job] = yaml.safe_load((FOLDER / "prometheus.yml").read_text())["scrape_configs"]
    together, apart = [
        yaml.safe_load((FOLDER / "targets" / name).read_text()) for name in ("together.yml", "apart.yml")
    ]
    gateway_only = [f"127.0.0.1:{DEFAULT_PORT}"]
    assert job["file_sd_configs"] == [{"files": ["targets/together.yml"]}]
    assert [one["targets"] for one in together] == [gateway_only]
    by_service = {one["labels"]["service_name"]: one["targets"] for one in apart}
    assert by_service["gateway"] == gateway_only
    assert set(by_service) == set(SERVICES)
    assert len({target for targets in by_service.values() for target in targets}) == len(SERVICES)
