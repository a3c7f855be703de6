"""What the jobs service publishes and accepts, and what every generator publishes of itself and of its jobs."""

from datetime import datetime
from typing import ClassVar, Literal

from contracts.envelope import Command, Event
from contracts.values import Fact, JobKind, JobOptions, PlatformName, Sha256, VariantLabel

JobStatus = Literal["PENDING", "RUNNING", "COMPLETED", "FAILED", "SUPERSEDED", "CANCELLED"]
RetryReason = Literal["TRANSIENT_FAILURE", "BAD_INPUT", "IMPROVED_PROMPT", "INFRA_ERROR", "OTHER"]
RetryStatus = Literal["PENDING", "CONSUMED", "REJECTED"]
Billed = Literal["no", "yes", "unknown"]


class Attempt(Fact):
    """One try at a generator, with what it was bought from and what it cost.

    `outcome` is `succeeded`, `failed`, `unknown` when nobody can say whether it was charged, or `unfinished`. The costs
    of the last two are what it may have cost. Dollars are in millionths. Units are what the provider charges by: images
    ordered, or tokens.
    """

    n: int
    started_at: datetime
    outcome: str
    cost_yen: int
    cost_usd_micros: int = 0
    estimated_yen: int | None = None
    estimated_usd_micros: int | None = None
    provider: str | None = None
    model: str | None = None
    provider_id: str | None = None
    images: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    ended_at: datetime | None = None


class JobRequested(Event):
    """A job entered the ledger. `seq` orders the requests for one target.

    A governed retry names the job that failed and the intent that was consumed for it. `estimated_yen` is what is set
    aside for the job until it ends. `reopen`: who asked for it consents to what it does to an approval.
    """

    type: ClassVar[str] = "job.requested"

    job_id: str
    campaign_id: str
    kind: JobKind
    target_id: str
    seq: int
    options: JobOptions
    requested_by: str
    cascade_id: str
    retry_of_job_id: str | None = None
    retry_intent_id: str | None = None
    estimated_yen: int = 0
    reopen: bool = False


class JobEvent(Event):
    """Base of what happens to a job afterwards."""

    job_id: str
    campaign_id: str
    kind: JobKind
    target_id: str


class JobStarted(JobEvent):
    type: ClassVar[str] = "job.started"

    epoch: int


class JobProgressed(JobEvent):
    type: ClassVar[str] = "job.progressed"

    message: str


class JobCompleted(JobEvent):
    """A job's output was stored; `changed` is false when its bytes equalled the current version's."""

    type: ClassVar[str] = "job.completed"

    version: int
    sha256: Sha256
    changed: bool
    attempts: tuple[Attempt, ...] = ()
    cost_yen: int = 0


class JobFailed(JobEvent):
    type: ClassVar[str] = "job.failed"

    code: str
    message: str
    attempts: tuple[Attempt, ...] = ()
    cost_yen: int = 0


class JobSuperseded(JobEvent):
    """A newer request for the same target made this job pointless."""

    type: ClassVar[str] = "job.superseded"

    by_seq: int
    attempts: tuple[Attempt, ...] = ()
    cost_yen: int = 0


class JobCancelled(JobEvent):
    """A person called the job off, and nothing of it is applied; `billed` says whether it was charged all the same."""

    type: ClassVar[str] = "job.cancelled"

    cancelled_by: str
    billed: Billed
    attempts: tuple[Attempt, ...] = ()
    cost_yen: int = 0


class GeneratorAnnounced(Event):
    """Who makes assets of one kind from now on, and what a call costs; told at every start, for every team (`*`).

    Of several words the last one counts, by time: replicas tell it each, and a restart may bring another provider.
    """

    type: ClassVar[str] = "generator.announced"

    kind: JobKind
    provider: str
    model: str
    offline: bool
    yen_per_call: int


class JobTarget(Fact):
    """One asset to regenerate; `basis` is the hash of what the regeneration would start from."""

    kind: JobKind
    asset_id: str
    basis: Sha256
    options: JobOptions = JobOptions()


class RequestJobs(Command):
    """Asks the ledger for paid jobs, one per target."""

    type: ClassVar[str] = "jobs.request"
    queue: ClassVar[str] = "jobs.commands"

    campaign_id: str
    targets: tuple[JobTarget, ...]
    reopen: bool = False


class RunJob(Command):
    """One job for one worker; its message id is the job's id. Sent to the queue `<service>.jobs`."""

    type: ClassVar[str] = "job.run"
    queue: ClassVar[str] = ""

    job_id: str
    campaign_id: str
    kind: JobKind
    target_id: str
    seq: int
    options: JobOptions
    requested_by: str
    reason: Literal["initial", "regenerate"]
    platform: PlatformName | None = None
    variant_label: VariantLabel | None = None
    reopen: bool = False


class CancelJob(Command):
    """Calls off a job that has not ended; its owner brings it to an end and tells."""

    type: ClassVar[str] = "jobs.cancel"
    queue: ClassVar[str] = "jobs.commands"

    job_id: str


class CancelRun(Command):
    """Ends one job at its worker, in the cascade of the job. Sent to the queue `<service>.cancels`."""

    type: ClassVar[str] = "job.cancel_run"
    queue: ClassVar[str] = ""

    job_id: str
    campaign_id: str
    kind: JobKind
    target_id: str
    cancelled_by: str


class Correction(Fact):
    """What a retry does otherwise than the job that failed; None leaves it as it was."""

    prompt: str | None = None
    options: JobOptions | None = None


class RetryIntent(Fact):
    """An admin's decision to bring a failed job back, as a new job; consumed once, or rejected."""

    id: str
    campaign_id: str
    source_job_id: str
    source_output_ref: str | None = None
    kind: JobKind
    target_id: str
    reason_code: RetryReason
    reason_text: str
    correction: Correction | None = None
    approved_by: str
    approved_at: datetime
    created_at: datetime
    status: RetryStatus = "PENDING"
    job_id: str | None = None
    consumed_by: str | None = None
    consumed_at: datetime | None = None
    rejected_by: str | None = None
    rejected_at: datetime | None = None
    reject_reason: str | None = None


class RetryIntentEvent(Event):
    """Base of what happens to a retry intent; `intent` is how it stands afterwards."""

    campaign_id: str
    intent: RetryIntent


class RetryIntentCreated(RetryIntentEvent):
    type: ClassVar[str] = "retry_intent.created"


class RetryIntentConsumed(RetryIntentEvent):
    """The intent was executed; its new job is in the ledger by the same transaction."""

    type: ClassVar[str] = "retry_intent.consumed"


class RetryIntentRejected(RetryIntentEvent):
    type: ClassVar[str] = "retry_intent.rejected"


class CreateRetryIntent(Command):
    """Approves one retry of a failed job; nothing runs before it is executed."""

    type: ClassVar[str] = "retry_intents.create"
    queue: ClassVar[str] = "jobs.commands"

    source_job_id: str
    source_output_ref: str | None = None
    reason_code: RetryReason
    reason_text: str
    correction: Correction | None = None


class ExecuteRetryIntent(Command):
    """Runs the job once more. With `reopen`, whoever executes it consents to what it does to an approval."""

    type: ClassVar[str] = "retry_intents.execute"
    queue: ClassVar[str] = "jobs.commands"

    intent_id: str
    reopen: bool = False


class RejectRetryIntent(Command):
    type: ClassVar[str] = "retry_intents.reject"
    queue: ClassVar[str] = "jobs.commands"

    intent_id: str
    reason: str
