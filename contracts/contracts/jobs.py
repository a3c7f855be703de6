"""What the jobs service publishes and accepts, and what every generator publishes of itself and of its jobs."""

from datetime import datetime
from typing import ClassVar, Literal

from contracts.envelope import Command, Event
from contracts.values import AssetKind, Fact, JobOptions, PlatformName, Sha256, VariantLabel

JobStatus = Literal["PENDING", "RUNNING", "COMPLETED", "FAILED", "SUPERSEDED", "CANCELLED"]


class Attempt(Fact):
    """One try at a generator; `cost_yen` is what it cost or is believed to have cost."""

    n: int
    started_at: datetime
    outcome: str
    cost_yen: int


class JobRequested(Event):
    """A job entered the ledger. `seq` orders the requests for one target."""

    type: ClassVar[str] = "job.requested"

    job_id: str
    campaign_id: str
    kind: AssetKind
    target_id: str
    seq: int
    options: JobOptions
    requested_by: str
    cascade_id: str


class JobEvent(Event):
    """Base of what happens to a job afterwards."""

    job_id: str
    campaign_id: str
    kind: AssetKind
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


class GeneratorAnnounced(Event):
    """Who makes assets of one kind from now on, and what a call costs; told at every start, for every team (`*`).

    Of several words the last one counts, by time: replicas tell it each, and a restart may bring another provider.
    """

    type: ClassVar[str] = "generator.announced"

    kind: AssetKind
    provider: str
    model: str
    offline: bool
    yen_per_call: int


class JobTarget(Fact):
    """One asset to regenerate; `basis` is the hash of what the regeneration would start from."""

    kind: AssetKind
    asset_id: str
    basis: Sha256
    options: JobOptions = JobOptions()


class RequestJobs(Command):
    """Asks the ledger for paid jobs, one per target."""

    type: ClassVar[str] = "jobs.request"
    queue: ClassVar[str] = "jobs.commands"

    campaign_id: str
    targets: tuple[JobTarget, ...]


class RunJob(Command):
    """One job for one worker; its message id is the job's id. Sent to the queue `<service>.jobs`."""

    type: ClassVar[str] = "job.run"
    queue: ClassVar[str] = ""

    job_id: str
    campaign_id: str
    kind: AssetKind
    target_id: str
    seq: int
    options: JobOptions
    requested_by: str
    reason: Literal["initial", "regenerate"]
    platform: PlatformName | None = None
    variant_label: VariantLabel | None = None
