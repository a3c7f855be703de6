"""Governed retries: after FAILED only a person brings a job back, as a new job that names what it repeats and why."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import NoReturn
from uuid import uuid4

from chassis.transaction import Transaction, reply_ok
from contracts.envelope import Reply
from contracts.jobs import (
    CreateRetryIntent,
    ExecuteRetryIntent,
    RejectRetryIntent,
    RetryIntent,
    RetryIntentConsumed,
    RetryIntentCreated,
    RetryIntentRejected,
)
from jobs_service import budgets, metrics, retries_store, store
from jobs_service.domain import PROMPTED, Job, Target, retry_of
from jobs_service.errors import CorrectionNotTaken, JobNotFailed, RetryIntentEnded, UnknownJob, UnknownRetryIntent
from jobs_service.service import send_to_worker


async def create_intent(command: CreateRetryIntent, tx: Transaction) -> Reply:
    """Approves a retry of a job that failed for good; several may be approved, and each runs once."""
    source = await _failed(tx, command.source_job_id)
    if command.correction is not None and source.kind not in PROMPTED:
        raise CorrectionNotTaken(
            f"a {source.kind} takes no prompt and no options; correct the copy, the layout or the image it rests on"
        )
    now = datetime.now(UTC)
    intent = RetryIntent(
        id=str(uuid4()),
        campaign_id=source.campaign_id,
        kind=source.kind,
        target_id=source.target_id,
        approved_by=tx.actor,
        approved_at=now,
        created_at=now,
        **dict(command),
    )
    await retries_store.insert(tx.conn, tx.team_id, intent)
    tx.acted_on("retry_intent", intent.id, campaign_id=intent.campaign_id, after=intent)
    tx.emit(RetryIntentCreated(campaign_id=intent.campaign_id, intent=intent), subject=intent.id)
    tx.on_commit(partial(metrics.count_intent, intent))
    return reply_ok(intent, status=201)


async def execute_intent(command: ExecuteRetryIntent, tx: Transaction) -> Reply:
    """Consumes an intent and creates its job, both or neither; whoever comes later is told of that job."""
    intent = await _intent(tx, command.intent_id)
    source = await _failed(tx, intent.source_job_id)
    target = await _lock_target(tx, source)
    seq = await store.newest_seq(tx.conn, source.target_id) + 1
    job = retry_of(source, intent, seq, tx.actor, str(tx.context.correlation_id), reopen=command.reopen)
    consumed = await retries_store.consume(tx.conn, tx.team_id, intent.id, tx.actor, job.id)
    if consumed is None:
        await _refuse(tx, intent.id)
    prices = await budgets.reserve(tx, [job.kind])
    job = replace(job, estimated_yen=prices.get(job.kind, 0))
    await store.insert_job(tx.conn, job)
    send_to_worker(tx, job, target)
    tx.acted_on("retry_intent", intent.id, campaign_id=job.campaign_id, before=intent, after=consumed)
    tx.emit(RetryIntentConsumed(campaign_id=job.campaign_id, intent=consumed), subject=intent.id)
    tx.on_commit(partial(metrics.count_intent, consumed))
    return reply_ok({"jobs": [{"jobId": job.id, "targetId": job.target_id}]}, status=202)


async def reject_intent(command: RejectRetryIntent, tx: Transaction) -> Reply:
    """Withdraws an approval that nobody has used yet."""
    intent = await _intent(tx, command.intent_id)
    rejected = await retries_store.reject(tx.conn, tx.team_id, intent.id, tx.actor, command.reason)
    if rejected is None:
        await _refuse(tx, intent.id)
    tx.acted_on("retry_intent", intent.id, campaign_id=intent.campaign_id, before=intent, after=rejected)
    tx.emit(RetryIntentRejected(campaign_id=intent.campaign_id, intent=rejected), subject=intent.id)
    tx.on_commit(partial(metrics.count_intent, rejected))
    return reply_ok(rejected)


async def _lock_target(tx: Transaction, source: Job) -> Target | None:
    """What the job is for, or None for a render; either way, requests for it are numbered one after another."""
    target = await store.lock_target(tx.conn, tx.team_id, source.campaign_id, source.target_id)
    if target is None:
        await store.lock_requests(tx.conn, source.target_id)
    return target


async def _failed(tx: Transaction, job_id: str) -> Job:
    job = await store.job(tx.conn, tx.team_id, job_id)
    if job is None:
        raise UnknownJob(f"there is no job {job_id}")
    if job.status != "FAILED":
        raise JobNotFailed(f"job {job_id} is {job.status}; only a job that FAILED is brought back by a retry")
    return job


async def _intent(tx: Transaction, intent_id: str) -> RetryIntent:
    intent = await retries_store.get(tx.conn, tx.team_id, intent_id)
    if intent is None:
        raise UnknownRetryIntent(f"there is no retry intent {intent_id}")
    return intent


async def _refuse(tx: Transaction, intent_id: str) -> NoReturn:
    ended = await _intent(tx, intent_id)
    if ended.status == "CONSUMED":
        detail = f"this intent was executed by {ended.consumed_by}; its job is {ended.job_id}"
        raise RetryIntentEnded(detail, jobId=ended.job_id)
    raise RetryIntentEnded(f"this intent was rejected by {ended.rejected_by}: {ended.reject_reason}")
