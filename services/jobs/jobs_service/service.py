"""Use cases of the jobs service: jobs are requested here and executed elsewhere."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from chassis.transaction import Transaction, reply_ok
from contracts.campaign import CampaignCreated, CampaignUpdated
from contracts.envelope import Reply
from contracts.jobs import JobRequested, JobTarget, RequestJobs, RunJob
from contracts.values import KitAsset
from jobs_service import metrics, store
from jobs_service.domain import RETRY_QUEUES, RETRY_REQUIRED, WORKER_QUEUES, Job, Target, needs_retry, new_job
from jobs_service.errors import RetryRequired, UnknownTarget
from lineage.basis import request_basis
from lineage.brand import sha256_without_logo


async def request_kit(event: CampaignCreated, tx: Transaction) -> None:
    """Creating a campaign consents to its whole kit: one job per copy variant and generated image."""
    basis = request_basis(event.brief.sha256, sha256_without_logo(event.brand.profile), None)
    for target in await _note_targets(tx, event.campaign_id, event.kit):
        if not target.is_photo:
            wanted = JobTarget(kind=target.kind, asset_id=target.asset_id, basis=basis)
            await _request(tx, target, wanted, seq=1)


async def learn_targets(event: CampaignUpdated, tx: Transaction) -> None:
    """A campaign's kit grew."""
    await _note_targets(tx, event.campaign_id, event.added)


async def request_jobs(command: RequestJobs, tx: Transaction) -> Reply:
    """One job per target; what would repeat a failure unchanged is refused, or skipped among several."""
    targets = {target.asset_id: target for target in command.targets}
    jobs: list[dict[str, str]] = []
    skipped: list[dict[str, str]] = []
    for _, wanted in sorted(targets.items()):
        target = await _target(tx, command.campaign_id, wanted)
        latest = await store.latest_job(tx.conn, target.asset_id)
        if needs_retry(latest, wanted):
            skipped.append({"assetId": target.asset_id, "reason": RetryRequired.type})
            continue
        job = await _request(tx, target, wanted, seq=await store.newest_seq(tx.conn, target.asset_id) + 1)
        _note_act(tx, job)
        jobs.append({"jobId": job.id, "targetId": job.target_id})
    if skipped and len(targets) == 1:
        raise RetryRequired(RETRY_REQUIRED)
    return reply_ok({"jobs": jobs, "skipped": skipped}, status=202)


async def _target(tx: Transaction, campaign_id: str, wanted: JobTarget) -> Target:
    target = await store.lock_target(tx.conn, tx.team_id, campaign_id, wanted.asset_id)
    if target is None or target.kind != wanted.kind:
        raise UnknownTarget(f"campaign {campaign_id} has no {wanted.kind} {wanted.asset_id}")
    return target


async def _request(tx: Transaction, target: Target, wanted: JobTarget, seq: int) -> Job:
    job = new_job(target, wanted, seq, tx.actor, str(tx.context.correlation_id))
    await store.insert_job(tx.conn, job)
    send_to_worker(tx, job, target)
    return job


def send_to_worker(tx: Transaction, job: Job, target: Target | None) -> None:
    """Counts and tells of a job that has just entered the ledger, and sends it to whoever executes its kind."""
    tx.on_commit(partial(metrics.count_job, job.kind, job.status))
    tx.emit(_requested(job), subject=job.id)
    # The worker's events name the job's id as their cause, which ties them to job.requested in a cascade's tree.
    tx.send(_run(job, target), queue=RETRY_QUEUES[job.kind], message_id=UUID(job.id))


def _note_act(tx: Transaction, job: Job) -> None:
    asked = {"jobId": job.id, "options": job.options.model_dump(mode="json", by_alias=True)}
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
    )
