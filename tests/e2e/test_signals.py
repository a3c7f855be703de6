"""What a running Saisei tells of itself at /metrics is what the alert rules look at."""

from saisei_local.services import SERVICES, topologies
from tests.architecture.test_alert_rules import NAMES, expanded, rules
from tests.e2e.conftest import Api, Saisei, find, metrics, until

QUEUES = {queue.name for topology in topologies() for queue in topology.queues}


def test_one_process_tells_all_that_the_alert_rules_look_at(saisei: Saisei, api: Api) -> None:
    # A team without a hard limit is not among those whose budget is told.
    budget = {"softLimitYen": None, "hardLimitYen": 1_000_000}
    assert saisei.api("admin").http.put("/api/admin/budget", json=budget).is_success
    campaign = api.new_campaign(platforms=["x"])
    image = find(api.kit(campaign["id"]), kind="image", ordinal=1)
    before = metrics(f"{saisei.url}/metrics")
    api.regenerate(campaign["id"], image)
    told = until(
        lambda: metrics(f"{saisei.url}/metrics"),
        lambda told: (
            _completed(told) == _completed(before) + 1
            and ("saisei_budget_used_ratio", ("team-a",)) in told
            and {queue for queue, depth in _depths(told).items() if depth >= 0} == QUEUES
        ),
    )
    wanted = {name for rule in rules() for name in NAMES.findall(expanded(rule["expr"]))}
    assert wanted - {name for name, _ in told} == set()
    assert {labels for name, labels in told if name == "saisei_outbox_rows"} == {(service,) for service in SERVICES}
    assert {value for (name, _), value in told.items() if name == "saisei_check_ok"} == {1.0}
    assert told["saisei_spend_unknown_jobs", ("image",)] == 0


def _completed(told: dict[tuple[str, tuple[str, ...]], float]) -> float:
    return told["saisei_jobs_total", ("image", "COMPLETED")]


def _depths(told: dict[tuple[str, tuple[str, ...]], float]) -> dict[str, float]:
    return {labels[0]: value for (name, labels), value in told.items() if name == "saisei_dead_letters"}
