"""What holds of the tables after every step, whatever was told at once, doubled, late or cut off."""

from collections import Counter, defaultdict

from contracts.budgets import SetBudget
from contracts.campaign import CampaignCreated
from contracts.jobs import (
    Correction,
    ExecuteRetryIntent,
    JobEvent,
    JobRequested,
    JobStarted,
    RequestJobs,
)
from contracts.values import JobOptions

from .story_ledger import ENDED, PAID, UNDER_WAY, Row, latest_that_counts
from .story_step import ENDS, Step

IDENTITY = (
    "id",
    "team_id",
    "campaign_id",
    "kind",
    "target_id",
    "seq",
    "options",
    "basis",
    "requested_by",
    "cascade_id",
)
ORIGIN = ("reason", "retry_of_job_id", "retry_intent_id", "estimated_yen", "created_at")
ORDER = {"PENDING": 0, "RUNNING": 1} | dict.fromkeys(ENDED, 2)


def jobs_only_move_forward_and_what_ended_stays_as_it_is(step: Step) -> None:
    for was, now in step.kept("jobs"):
        assert was["status"] in UNDER_WAY or was["row"] == now["row"]
        assert ORDER[was["status"]] <= ORDER[now["status"]]
        assert all(was[name] == now[name] for name in (*IDENTITY, *ORIGIN))
        assert was["epoch"] <= now["epoch"]
        for once in ("started_at", "cancel_requested_by", "cancel_requested_at"):
            assert was[once] in (None, now[once])


def jobs_move_by_the_word_of_their_worker_alone(step: Step) -> None:
    words = defaultdict(list)
    for word in step.heard(JobEvent):
        words[word.job_id].append(word)
    for job_id, job in step.after.jobs.items():
        was = step.before.jobs.get(job_id)
        ends = {ENDS[type(word)] for word in words[job_id] if type(word) in ENDS}
        starts = [word for word in words[job_id] if isinstance(word, JobStarted)]
        if was is not None and was["status"] in ENDED:
            continue
        if ends:
            assert job["status"] in ends
            told = [word for word in words[job_id] if ENDS.get(type(word)) == job["status"]]
            assert job["cost_yen"] in [word.cost_yen for word in told]
        elif starts:
            assert (job["status"], job["epoch"]) == ("RUNNING", max(was["epoch"] if was else 0, *_epochs(starts)))
        elif was is not None:
            assert job["status"] == was["status"]


def _epochs(starts: list[JobStarted]) -> list[int]:
    return [word.epoch for word in starts]


def every_new_job_was_asked_for_once(step: Step) -> None:
    asked = [job["jobId"] for one in step.succeeded(RequestJobs, ExecuteRetryIntent) for job in _begun(step, one)]
    free = {word.job_id for word in step.heard(JobRequested)} - step.before.jobs.keys()
    kits = [asset.id for event in step.heard(CampaignCreated) for asset in event.kit if asset.kind in PAID]
    initial = [key for key, job in step.new_jobs().items() if job["seq"] == 1 and job["target_id"] in kits]
    assert Counter(step.new_jobs().keys()) == Counter([*asked, *free, *initial])


def _begun(step: Step, command) -> list[dict[str, str]]:
    return (step.answer(command).body or {})["jobs"]


def requests_for_an_asset_are_numbered_without_gap_or_double(step: Step) -> None:
    numbers = defaultdict(list)
    for job in step.after.jobs.values():
        if job["kind"] in PAID:
            numbers[job["target_id"]].append(job["seq"])
    for found in numbers.values():
        assert sorted(found) == list(range(1, len(found) + 1))
    # The compositor numbers its own requests; those of the ledger come on top.
    retried = Counter(
        (job["target_id"], job["seq"]) for job in step.after.jobs.values() if job["retry_of_job_id"] is not None
    )
    assert all(count == 1 for count in retried.values())


def intents_end_once_and_each_executed_one_has_its_job(step: Step) -> None:
    for was, now in step.kept("intents"):
        assert was["status"] == "PENDING" or was["row"] == now["row"]
        assert now["status"] != "PENDING" or was["row"] == now["row"]
    by_intent = defaultdict(list)
    for job in step.after.jobs.values():
        if job["retry_intent_id"] is not None:
            by_intent[job["retry_intent_id"]].append(job)
    for key, intent in step.after.intents.items():
        assert [job["id"] for job in by_intent[key]] == [intent["job_id"]] * (intent["status"] == "CONSUMED")
        for job in by_intent[key]:
            _is_retry_of(step.after.jobs[intent["source_job_id"]], job, intent)
    assert by_intent.keys() <= step.after.intents.keys()


def _is_retry_of(source: Row, job: Row, intent: Row) -> None:
    assert job["retry_of_job_id"] == source["id"]
    assert all(job[name] == source[name] for name in ("team_id", "campaign_id", "kind", "target_id", "basis"))
    assert (job["seq"] > source["seq"], job["requested_by"]) == (True, intent["consumed_by"])
    assert job["options"] == _corrected(source["options"], intent["correction"])


def _corrected(options: dict, told: dict | None) -> dict:
    if told is None:
        return options
    correction = Correction.model_validate(told)
    chosen = correction.options or JobOptions.model_validate(options)
    if correction.prompt is not None:
        chosen = JobOptions(custom_prompt=correction.prompt)
    return chosen.model_dump(mode="json")


def only_a_team_s_failed_job_is_brought_back_and_it_stays_as_it_was(step: Step) -> None:
    for key, intent in step.after.intents.items():
        source = step.after.jobs[intent["source_job_id"]]
        assert (source["status"], source["team_id"]) == ("FAILED", intent["team_id"])
        assert source["row"] == step.past.sources.setdefault(key, source["row"])


def no_failure_is_repeated_unasked(step: Step) -> None:
    moved = {was["id"] for was, now in step.kept("jobs") if was["status"] != now["status"]}
    for job in step.new_jobs().values():
        earlier = [other for other in step.after.requests_for(job["target_id"]) if other["seq"] < job["seq"]]
        if job["kind"] not in PAID or job["retry_intent_id"] or moved & {other["id"] for other in earlier}:
            continue
        latest = latest_that_counts(earlier)
        assert not repeats(latest, job["basis"], job["options"])


def repeats(latest: Row | None, basis: str, options: dict) -> bool:
    """True when the same was asked for before and failed, for another reason than the budget."""
    if latest is None or latest["status"] != "FAILED" or latest["error"]["code"] == "BUDGET_EXCEEDED":
        return False
    return (latest["basis"], latest["options"]) == (basis, options)


def spend_is_what_the_ends_told_once_an_attempt(step: Step) -> None:
    for was, now in step.kept("spend"):
        assert was["row"] == now["row"]
    assert step.after.spend.keys() == step.past.attempts.keys()
    for key, row in step.after.spend.items():
        assert (row["cost_yen"], row["outcome"]) in [(one.cost_yen, one.outcome) for one in step.past.attempts[key]]


def hard_limit_holds_whenever_work_is_let_in(step: Step) -> None:
    new_spend = [row for key, row in step.after.spend.items() if key not in step.before.spend]
    for team in {job["team_id"] for job in step.new_jobs().values() if job["estimated_yen"]}:
        limits = [ledger.limit(team, "hard") for ledger in (step.before, step.after)]
        limits += [one.content.hard_limit_yen for one in step.succeeded(SetBudget) if one.envelope.teamid == team]
        highest = max((float("inf") if hard is None else hard for hard in limits), default=0)
        # What was charged in the same step may have come after the work was let in.
        assert step.after.used(team) - sum(row["cost_yen"] for row in new_spend if row["team_id"] == team) <= highest


def nothing_moves_but_for_those_who_act(step: Step) -> None:
    acting = {one.envelope.teamid for one in step.fresh}
    before = step.before.rows()
    for key, row in step.after.rows().items():
        assert row["team_id"] in acting or (key in before and before[key]["row"] == row["row"])


PROMISES = (
    jobs_only_move_forward_and_what_ended_stays_as_it_is,
    jobs_move_by_the_word_of_their_worker_alone,
    every_new_job_was_asked_for_once,
    requests_for_an_asset_are_numbered_without_gap_or_double,
    intents_end_once_and_each_executed_one_has_its_job,
    only_a_team_s_failed_job_is_brought_back_and_it_stays_as_it_was,
    no_failure_is_repeated_unasked,
    spend_is_what_the_ends_told_once_an_attempt,
    hard_limit_holds_whenever_work_is_let_in,
    nothing_moves_but_for_those_who_act,
)
