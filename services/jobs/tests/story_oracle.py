"""How a command that nobody else's meets must be answered, by how the ledger stood before it."""

from collections.abc import Mapping

from chassis.delivery import Delivery
from contracts.budgets import SetBudget
from contracts.envelope import Reply
from contracts.jobs import CancelJob, CreateRetryIntent, ExecuteRetryIntent, JobTarget, RejectRetryIntent, RequestJobs

from .story_ledger import ENDED, PAID, Ledger, latest_that_counts
from .story_promises import repeats

Targets = Mapping[str, tuple[str, str, str]]
"""Team, campaign and kind of every asset that jobs can be requested for."""

LATER = "later"
"""For what there may still be word of on its way."""


def expected_problem(one: Delivery, ledger: Ledger, targets: Targets, prices: Mapping[str, int]) -> str | None:
    """The type of the problem that a command is refused with; None when it succeeds."""
    team, command = one.envelope.teamid, one.content
    match command:
        case RequestJobs():
            return _request(command, team, ledger, targets, prices)
        case CancelJob(job_id=job_id):
            if job_id not in ledger.jobs:
                return LATER
            return _of_team(ledger.jobs[job_id], team, "unknown-job") or _ended(ledger.jobs[job_id], "job-ended")
        case CreateRetryIntent():
            return _approve(command, team, ledger)
        case ExecuteRetryIntent(intent_id=key) | RejectRetryIntent(intent_id=key):
            intent = ledger.intents.get(key)
            if intent is None or intent["team_id"] != team:
                return "unknown-retry-intent"
            spends = [intent["kind"]] if isinstance(command, ExecuteRetryIntent) else []
            return _ended(intent, "retry-intent-ended") or _over(ledger, team, spends, prices)
        case SetBudget(soft_limit_yen=soft, hard_limit_yen=hard):
            contradict = min(soft or 0, hard or 0) < 0 or (soft is not None and hard is not None and soft > hard)
            return "limits-contradict" if contradict else None
    raise AssertionError(f"nobody sends {command}")


def begun(reply: Reply) -> set[str]:
    """The assets that a successful request makes anew."""
    return {job["targetId"] for job in (reply.body or {})["jobs"]}


def due(command: RequestJobs, ledger: Ledger) -> dict[str, JobTarget]:
    """What of a request would not repeat a failure unchanged."""
    wanted = {target.asset_id: target for target in command.targets}
    latest = {key: latest_that_counts(ledger.requests_for(key)) for key in wanted}
    options = {key: target.options.model_dump(mode="json") for key, target in wanted.items()}
    return {key: one for key, one in wanted.items() if not repeats(latest[key], one.basis, options[key])}


def _request(command, team, ledger, targets, prices) -> str | None:
    for wanted in command.targets:
        if targets.get(wanted.asset_id) != (team, command.campaign_id, wanted.kind):
            return "unknown-asset"
    wanted = due(command, ledger)
    if not wanted and len({target.asset_id for target in command.targets}) == 1:
        return "retry-required"
    return _over(ledger, team, [target.kind for target in wanted.values()], prices)


def _approve(command, team, ledger) -> str | None:
    job = ledger.jobs.get(command.source_job_id)
    if (refused := _of_team(job, team, "unknown-job")) is not None:
        return refused
    if job["status"] != "FAILED":
        return "job-not-failed"
    return "invalid" if command.correction and job["kind"] not in PAID else None


def _over(ledger, team, kinds, prices) -> str | None:
    hard, needed = ledger.limit(team, "hard"), sum(prices[kind] for kind in kinds if kind in PAID)
    return "budget-exceeded" if needed and hard is not None and ledger.used(team) + needed > hard else None


def _of_team(row, team, problem) -> str | None:
    return None if row is not None and row["team_id"] == team else problem


def _ended(row, problem) -> str | None:
    return problem if row["status"] in (*ENDED, "CONSUMED", "REJECTED") else None
