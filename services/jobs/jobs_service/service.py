"""Use cases of the jobs service: jobs are requested here and executed elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from chassis.transaction import Transaction, reply_ok
from contracts.campaign import CampaignCreated, CampaignUpdated
from contracts.envelope import Reply
from contracts.jobs import JobFailed, JobRequested, JobTarget, RequestJobs, RunJob
from contracts.values import KitAsset
from jobs_service import budgets, budgets_store, metrics, store
from jobs_service.allowance import Prices
from jobs_service.domain import (
    BUDGET_EXCEEDED,
    RETRY_QUEUES,
    RETRY_REQUIRED,
    WORKER_QUEUES,
    Job,
    Target,
    needs_retry,
    new_job,
)
from jobs_service.errors import BudgetExceeded, RetryRequired, UnknownTarget
from lineage.basis import request_basis
from lineage.brand import sha256_without_logo


async def request_kit(event: CampaignCreated, tx: Transaction) -> None:
    """Creating a campaign consents to its whole kit: one job per copy variant and generated image.

    Where the team's budget does not allow all of it, what would be paid for fails at once, and what is free is made.
    """
    await store.insert_target(tx.conn, _reported(tx.team_id, event.campaign_id))
    basis = request_basis(event.brief.sha256, sha256_without_logo(event.brand.profile), None)
    targets = [target for target in await _note_targets(tx, event.campaign_id, event.kit) if not target.is_photo]
    try:
        prices, refusal = await budgets.reserve(tx, [target.kind for target in targets]), None
    except BudgetExceeded as error:
        prices, refusal = await budgets_store.prices(tx.conn), f"{error}. Then ask for this asset again"
    for target in targets:
        job = _job(tx, target, JobTarget(kind=target.kind, asset_id=target.asset_id, basis=basis), 1, prices)
        if refusal is None or job.estimated_yen == 0:
            await _begin(tx, job, target)
        else:
            await _end_at_once(tx, replace(job, estimated_yen=0), refusal)


async def learn_targets(event: CampaignUpdated, tx: Transaction) -> None:
    """A campaign's kit grew."""
    await _note_targets(tx, event.campaign_id, event.added)


async def request_jobs(command: RequestJobs, tx: Transaction) -> Reply:
    """One job per target; what would repeat a failure unchanged is refused, or skipped among several."""
    targets = {target.asset_id: target for target in command.targets}
    due: list[tuple[Target, JobTarget, int]] = []
    skipped: list[dict[str, str]] = []
    for _, wanted in sorted(targets.items()):
        target = await _target(tx, command.campaign_id, wanted)
        latest = await store.latest_job(tx.conn, target.asset_id)
        if needs_retry(latest, wanted):
            skipped.append({"assetId": target.asset_id, "reason": RetryRequired.type})
            continue
        due.append((target, wanted, await store.newest_seq(tx.conn, target.asset_id) + 1))
    if skipped and len(targets) == 1:
        raise RetryRequired(RETRY_REQUIRED)
    jobs = await _request(tx, due, command.reopen)
    begun = [{"jobId": job.id, "targetId": job.target_id} for job in jobs]
    return reply_ok({"jobs": begun, "skipped": skipped}, status=202)


async def _target(tx: Transaction, campaign_id: str, wanted: JobTarget) -> Target:
    target = await store.lock_target(tx.conn, tx.team_id, campaign_id, wanted.asset_id)
    if target is None or target.kind != wanted.kind:
        raise UnknownTarget(f"campaign {campaign_id} has no {wanted.kind} {wanted.asset_id}")
    return target


async def _request(tx: Transaction, due: Sequence[tuple[Target, JobTarget, int]], reopen: bool) -> list[Job]:
    # All targets are locked by now; whoever locks targets and budgets does it in this order.
    prices = await budgets.reserve(tx, [target.kind for target, _, _ in due])
    jobs = [await _begin(tx, _job(tx, target, wanted, seq, prices, reopen), target) for target, wanted, seq in due]
    for job in jobs:
        _note_act(tx, job)
    return jobs


def _job(tx: Transaction, target: Target, wanted: JobTarget, seq: int, prices: Prices, reopen: bool = False) -> Job:
    cascade_id, estimated_yen = str(tx.context.correlation_id), prices.get(target.kind, 0)
    return new_job(target, wanted, seq, tx.actor, cascade_id, estimated_yen, reopen)


async def _begin(tx: Transaction, job: Job, target: Target) -> Job:
    await store.insert_job(tx.conn, job)
    send_to_worker(tx, job, target)
    return job


async def _end_at_once(tx: Transaction, job: Job, message: str) -> None:
    """Enters a job that the budget leaves nothing for, so that its asset says why there is none."""
    await store.insert_job(tx.conn, job)
    tx.emit(_requested(job), subject=job.id)
    await store.set_ended(tx.conn, job.id, "FAILED", (), 0, error={"code": BUDGET_EXCEEDED, "message": message})
    tx.on_commit(partial(metrics.count_job, job.kind, "FAILED"))
    tx.on_commit(metrics.JOB_FAILURES.labels(job.kind, BUDGET_EXCEEDED).inc)
    failed = JobFailed(
        job_id=job.id,
        campaign_id=job.campaign_id,
        kind=job.kind,
        target_id=job.target_id,
        code=BUDGET_EXCEEDED,
        message=message,
    )
    tx.emit(failed, subject=job.id)


def send_to_worker(tx: Transaction, job: Job, target: Target | None) -> None:
    """Counts and tells of a job that has just entered the ledger, and sends it to whoever executes its kind."""
    tx.on_commit(partial(metrics.count_job, job.kind, job.status))
    tx.emit(_requested(job), subject=job.id)
    # The worker's events name the job's id as their cause, which ties them to job.requested in a cascade's tree.
    tx.send(_run(job, target), queue=RETRY_QUEUES[job.kind], message_id=UUID(job.id))


def _note_act(tx: Transaction, job: Job) -> None:
    asked = {"jobId": job.id, "options": job.options.model_dump(mode="json", by_alias=True), "reopen": job.reopen}
    tx.acted_on(job.kind, job.target_id, campaign_id=job.campaign_id, after=asked)


async def _note_targets(tx: Transaction, campaign_id: str, kit: Iterable[KitAsset]) -> list[Target]:
    targets = [_as_target(tx.team_id, campaign_id, asset) for asset in kit if asset.kind in WORKER_QUEUES]
    for target in targets:
        await store.insert_target(tx.conn, target)
    return targets


def _as_target(team_id: str, campaign_id: str, asset: KitAsset) -> Target:
    return Target(
        asset_id=asset.id,
        team_id=team_id,
        campaign_id=campaign_id,
        kind=asset.kind,
        platform=asset.platform,
        variant_label=asset.variant_label,
        is_photo=asset.upload is not None,
    )


def _reported(team_id: str, campaign_id: str) -> Target:
    """The campaign itself, as what QA reports are about."""
    return Target(campaign_id, team_id, campaign_id, "qa", platform=None, variant_label=None, is_photo=False)


def _requested(job: Job) -> JobRequested:
    return JobRequested(
        job_id=job.id,
        campaign_id=job.campaign_id,
        kind=job.kind,
        target_id=job.target_id,
        seq=job.seq,
        options=job.options,
        requested_by=job.requested_by,
        cascade_id=job.cascade_id,
        retry_of_job_id=job.retry_of_job_id,
        retry_intent_id=job.retry_intent_id,
        estimated_yen=job.estimated_yen,
        reopen=job.reopen,
    )


def _run(job: Job, target: Target | None) -> RunJob:
    return RunJob(
        job_id=job.id,
        campaign_id=job.campaign_id,
        kind=job.kind,
        target_id=job.target_id,
        seq=job.seq,
        options=job.options,
        requested_by=job.requested_by,
        reason=job.reason,
        platform=target.platform if target else None,
        variant_label=target.variant_label if target else None,
        reopen=job.reopen,
    )
