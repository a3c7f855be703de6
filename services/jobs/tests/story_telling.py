"""What is said agrees with what the tables say: events, commands to workers, answers, and acts for the audit log."""

from collections import Counter
from uuid import UUID

from chassis import topology
from chassis.delivery import Delivery
from contracts.budgets import BudgetChanged, BudgetWarned, SetBudget
from contracts.envelope import AuditRecorded, Command, Envelope, Reply
from contracts.jobs import (
    CancelJob,
    CancelRun,
    CreateRetryIntent,
    ExecuteRetryIntent,
    JobFailed,
    JobRequested,
    RejectRetryIntent,
    RequestJobs,
    RetryIntentConsumed,
    RetryIntentCreated,
    RetryIntentRejected,
    RunJob,
)
from jobs_service.domain import CANCEL_QUEUES, RETRY_QUEUES

from .story_step import Step
from .story_world import REPLY_TO


def every_new_job_is_told_and_sent_to_its_worker_once(step: Step) -> None:
    theirs = {word.job_id for word in step.heard(JobRequested)}
    new = {key: job for key, job in step.new_jobs().items() if key not in theirs}
    stopped = {key for key, job in new.items() if (job["error"] or {}).get("code") == "BUDGET_EXCEEDED"}
    assert Counter(told.job_id for _, told in step.of(JobRequested)) == Counter(new.keys())
    assert Counter(run.job_id for _, run in step.of(RunJob)) == Counter(new.keys() - stopped)
    assert Counter(failed.job_id for _, failed in step.of(JobFailed)) == Counter(stopped)
    for envelope, told in step.of(JobRequested):
        fields = told.model_dump(mode="json") | {"id": told.job_id, "team_id": envelope.teamid}
        assert all(new[told.job_id][name] == value for name, value in fields.items() if name != "job_id")


def workers_get_what_the_ledger_has(step: Step) -> None:
    for said in step.said:
        if said.envelope.type == RunJob.type:
            run = RunJob.model_validate(said.envelope.data)
            job = step.after.jobs[run.job_id]
            assert (said.exchange, said.key) == (topology.COMMANDS, RETRY_QUEUES[run.kind])
            assert str(said.envelope.id) == run.job_id
            told = run.model_dump(mode="json", exclude={"job_id", "platform", "variant_label"})
            assert all(job[name] == value for name, value in told.items())


def a_job_is_called_off_at_its_worker_once(step: Step) -> None:
    was = {key: job["cancel_requested_by"] for key, job in step.before.jobs.items()}
    asked = {key: job for key, job in step.after.jobs.items() if job["cancel_requested_by"] and not was.get(key)}
    assert Counter(run.job_id for _, run in step.of(CancelRun)) == Counter(asked.keys())
    for said in step.said:
        if said.envelope.type == CancelRun.type:
            job = asked[said.envelope.data["jobId"]]
            assert said.key == CANCEL_QUEUES[job["kind"]]
            assert str(said.envelope.correlationid) == job["cascade_id"]
            assert said.envelope.data["cancelledBy"] == job["cancel_requested_by"]


def every_change_of_an_intent_is_told_as_it_stands(step: Step) -> None:
    told = {"PENDING": RetryIntentCreated, "CONSUMED": RetryIntentConsumed, "REJECTED": RetryIntentRejected}
    moved = {
        key: intent
        for key, intent in step.after.intents.items()
        if key not in step.before.intents or step.before.intents[key]["row"] != intent["row"]
    }
    for status, model in told.items():
        said = {event.intent.id: event.intent for _, event in step.of(model)}
        assert len(said) == len(step.of(model))
        assert said.keys() == {key for key, intent in moved.items() if intent["status"] == status}
        for key, intent in said.items():
            assert all(moved[key][name] == value for name, value in intent.model_dump(exclude={"correction"}).items())


def limits_are_told_with_their_revisions(step: Step) -> None:
    for team in {one.envelope.teamid for one in step.succeeded(SetBudget)}:
        told = sorted(event.revision for envelope, event in step.of(BudgetChanged) if envelope.teamid == team)
        first = step.before.limits[team]["revision"] if team in step.before.limits else 0
        assert told == list(range(first + 1, step.after.limits[team]["revision"] + 1))
    assert len(step.of(BudgetChanged)) == len(step.succeeded(SetBudget))


def a_team_is_warned_once_and_not_for_nothing(step: Step) -> None:
    for envelope, warned in step.of(BudgetWarned):
        assert envelope.teamid not in step.past.warned
        step.past.warned.add(envelope.teamid)
        assert warned.spent_yen + warned.reserved_yen >= warned.soft_limit_yen


def whoever_reaches_the_soft_limit_is_warned(step: Step) -> None:
    if len(step.told) != 1 or step.again:
        return
    new_spend = [row for key, row in step.after.spend.items() if key not in step.before.spend]
    for team, limits in step.after.limits.items():
        counts = [job["estimated_yen"] for job in step.new_jobs().values() if job["team_id"] == team]
        counts += [row["cost_yen"] for row in new_spend if row["team_id"] == team]
        counts += [1 for one in step.succeeded(SetBudget) if one.envelope.teamid == team]
        soft = limits["soft_limit_yen"]
        assert team in step.past.warned or not any(counts) or soft is None or step.after.used(team) < soft


def whatever_is_said_belongs_to_its_cause(step: Step) -> None:
    causes: dict[UUID | None, Envelope] = {one.envelope.id: one.envelope for one in step.told}
    for said in step.said:
        cause = causes[said.envelope.causationid]
        assert (said.envelope.teamid, said.envelope.actor) == (cause.teamid, cause.actor)


def every_command_has_one_answer_however_often_it_comes(step: Step) -> None:
    caused: dict = {}
    for said in step.said:
        caused.setdefault(said.envelope.causationid, []).append(said)
    for one in step.told:
        if not isinstance(one.content, Command):
            continue
        mine = caused[one.envelope.id]
        replies = [Reply.model_validate(said.envelope.data) for said in mine if said.exchange == topology.REPLIES]
        assert replies
        assert {said.key for said in mine if said.exchange == topology.REPLIES} == {REPLY_TO}
        assert all(reply == step.answer(one) for reply in replies)
        events = {said.envelope.id for said in mine if said.exchange == topology.EVENTS}
        acts = {said.envelope.id for said in mine if said.envelope.type == AuditRecorded.type}
        if one.envelope.id in step.again or step.answer(one).problem:
            assert len(mine) == len(replies)
        else:
            assert set(step.answer(one).emitted) == events - acts


def what_is_another_team_s_is_unknown(step: Step) -> None:
    for one in step.commands:
        match one.content:
            case CancelJob(job_id=key) | CreateRetryIntent(source_job_id=key):
                row, problem = step.after.jobs.get(key), "unknown-job"
            case ExecuteRetryIntent(intent_id=key) | RejectRetryIntent(intent_id=key):
                row, problem = step.after.intents.get(key), "unknown-retry-intent"
            case _:
                continue
        if row is not None and row["team_id"] != one.envelope.teamid:
            refused = step.answer(one).problem
            assert (refused and (refused.type, refused.detail, refused.extras)) == (problem, _unknown(problem, key), {})


def _unknown(problem: str, key: str) -> str:
    return f"there is no {problem.removeprefix('unknown-').replace('-', ' ')} {key}"


def every_act_is_recorded_and_nothing_else_is(step: Step) -> None:
    for envelope, _ in step.of(AuditRecorded):
        step.past.acts[envelope.causationid] += 1
    for one in step.told:
        assert step.past.acts[one.envelope.id] == len(_acts(step, one))
    expected: dict[UUID | None, list[str]] = {one.envelope.id: _acts(step, one) for one in step.commands}
    for envelope, act in step.of(AuditRecorded):
        command = step.past.sent[envelope.causationid]
        assert act.action == command.content.type
        assert act.origin == command.envelope.origin
        assert act.target_id in expected[envelope.causationid]


def _acts(step: Step, one: Delivery) -> list[str]:
    """What a command acted on; nothing when it was refused or is none."""
    if not isinstance(one.content, Command) or step.answer(one).problem is not None:
        return []
    body = step.answer(one).body or {}
    match one.content:
        case RequestJobs():
            return [job["targetId"] for job in body["jobs"]] or [""]
        case CreateRetryIntent():
            return [body["id"]]
        case ExecuteRetryIntent(intent_id=key) | RejectRetryIntent(intent_id=key):
            return [key]
        case SetBudget():
            return [one.envelope.teamid]
        case CancelJob(job_id=key):
            # Of a job that is being called off already, nothing more is said.
            first = any(envelope.causationid == one.envelope.id for envelope, _ in step.of(CancelRun))
            return [key if first else ""]
    raise AssertionError(f"nobody sends {one.content}")


SAYINGS = (
    every_new_job_is_told_and_sent_to_its_worker_once,
    workers_get_what_the_ledger_has,
    a_job_is_called_off_at_its_worker_once,
    every_change_of_an_intent_is_told_as_it_stands,
    limits_are_told_with_their_revisions,
    a_team_is_warned_once_and_not_for_nothing,
    whoever_reaches_the_soft_limit_is_warned,
    whatever_is_said_belongs_to_its_cause,
    every_command_has_one_answer_however_often_it_comes,
    what_is_another_team_s_is_unknown,
    every_act_is_recorded_and_nothing_else_is,
)
