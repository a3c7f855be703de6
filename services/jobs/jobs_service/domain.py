"""What a job is, and when one may be asked for again."""

from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import uuid4

from contracts.jobs import Correction, JobStatus, JobTarget, RetryIntent
from contracts.values import JobKind, JobOptions, PlatformName, VariantLabel
from lineage.basis import same_request

PROMPTED: tuple[JobKind, ...] = ("copy_variant", "image")
"""What takes a prompt or options of its own."""

WORKER_QUEUES: dict[JobKind, str] = {"copy_variant": "copy.jobs", "image": "image.jobs", "qa": "qa.jobs"}
RETRY_QUEUES: dict[JobKind, str] = {
    **WORKER_QUEUES,
    "composited_image": "compositor.jobs",
    "platform_image": "compositor.jobs",
}
"""Also what is free and was asked for elsewhere is brought back here, since retries are governed here."""

CANCEL_QUEUES: dict[JobKind, str] = {
    kind: f"{queue.removesuffix('.jobs')}.cancels" for kind, queue in RETRY_QUEUES.items()
}

BUDGET_EXCEEDED = "BUDGET_EXCEEDED"
"""The code of a job that ended because the team's budget left nothing for it; it never ran."""

RETRY_REQUIRED = (
    "the last job for this asset failed and nothing has changed since; change the prompt, the options, the brief or "
    "the brand, or have an admin approve a retry of it"
)


@dataclass(frozen=True)
class Target:
    """What jobs can be requested for: an asset, or for `qa` a campaign, whose id is then the target's."""

    asset_id: str
    team_id: str
    campaign_id: str
    kind: JobKind
    platform: PlatformName | None
    variant_label: VariantLabel | None
    is_photo: bool


@dataclass(frozen=True)
class Job:
    """One requested execution of one generator."""

    id: str
    team_id: str
    campaign_id: str
    kind: JobKind
    target_id: str
    seq: int
    status: JobStatus
    options: JobOptions
    basis: str
    requested_by: str
    cascade_id: str
    reason: Literal["initial", "regenerate"]
    retry_of_job_id: str | None = None
    retry_intent_id: str | None = None
    estimated_yen: int = 0
    reopen: bool = False
    error: dict[str, Any] | None = None


def new_job(
    target: Target,
    wanted: JobTarget,
    seq: int,
    requested_by: str,
    cascade_id: str,
    estimated_yen: int = 0,
    reopen: bool = False,
) -> Job:
    """A PENDING job for a target; the first one ever is its initial generation."""
    return Job(
        id=str(uuid4()),
        team_id=target.team_id,
        campaign_id=target.campaign_id,
        kind=target.kind,
        target_id=target.asset_id,
        seq=seq,
        status="PENDING",
        options=wanted.options,
        basis=wanted.basis,
        requested_by=requested_by,
        cascade_id=cascade_id,
        reason="initial" if seq == 1 else "regenerate",
        estimated_yen=estimated_yen,
        reopen=reopen,
    )


def needs_retry(latest: Job | None, wanted: JobTarget) -> bool:
    """True when the asset's latest job failed and this would ask for the very same thing.

    One that the budget did not let run has tried nothing, so asking again repeats nothing.
    """
    if latest is None or latest.status != "FAILED" or (latest.error or {}).get("code") == BUDGET_EXCEEDED:
        return False
    return same_request(latest.basis, latest.options, wanted.basis, wanted.options)


def retry_of(
    source: Job, intent: RetryIntent, seq: int, requested_by: str, cascade_id: str, *, reopen: bool = False
) -> Job:
    """The new PENDING job of an executed intent: what the source job was asked for, corrected as the intent says."""
    return replace(
        source,
        id=str(uuid4()),
        seq=seq,
        status="PENDING",
        options=corrected(source.options, intent.correction),
        requested_by=requested_by,
        cascade_id=cascade_id,
        reason="regenerate",
        retry_of_job_id=source.id,
        retry_intent_id=intent.id,
        reopen=reopen,
        error=None,
    )


def corrected(options: JobOptions, correction: Correction | None) -> JobOptions:
    """The source job's options, or those of the correction; a corrected prompt wins over both."""
    if correction is None:
        return options
    chosen = correction.options or options
    if correction.prompt is None:
        return chosen
    return chosen.model_copy(update={"custom_prompt": correction.prompt, "preserve_prompt": False})
