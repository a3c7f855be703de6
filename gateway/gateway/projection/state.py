"""What the read model knows of each aggregate. Pure values; the reducers make new ones."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from contracts.jobs import Attempt, Billed, JobStatus, RetryIntent
from contracts.produced import Reason
from contracts.values import AssetKind, BrandProfile, Brief, CopyText, InputSet, JobKind, JobOptions, Wanted


class State(BaseModel):
    """Base of all rows that are stored as one JSON document."""

    model_config = ConfigDict(frozen=True)


class VersionState(State):
    """One immutable version of an asset."""

    version: int
    previous_version: int | None
    sha256: str
    media_type: str
    width: int | None
    height: int | None
    bytes: int | None
    input_hash: str
    inputs: InputSet
    prompt: str | None
    seed: int | None
    provider: str
    offline: bool
    job_id: str | None
    reason: Reason
    text: CopyText | None
    layout: str | None
    cause_id: str | None
    cascade_id: str
    at: datetime


class JobMark(State):
    """What an asset needs to know of one job for it. `seq` is None until the request itself was heard of."""

    seq: int | None
    status: JobStatus
    ended_at: datetime | None = None
    code: str | None = None
    message: str | None = None

    @property
    def active(self) -> bool:
        """True while the job may still change its target."""
        return self.status in ("PENDING", "RUNNING")


class RenderFailure(State):
    """The last render that failed, and the inputs it failed with."""

    revision: int
    input_hash: str | None
    code: str
    message: str
    job_id: str | None
    at: datetime


class Hold(State):
    """The newest invalidation's word on whether the render waits; with `reopen` it does not, whatever is held."""

    version: int
    revision: int
    at: datetime
    reopen: bool = False

    @property
    def order(self) -> tuple[int, int, datetime]:
        """Invalidations of one composite come from one service, so its clock breaks ties."""
        return (self.version, self.revision, self.at)


class EditedPrompt(State):
    """An image's own prompt as a person wrote it; `prompt` None means derived from brief and brand."""

    revision: int
    prompt: str | None


class AssetState(State):
    """One asset: its place in the kit, what it would be made from, its current version and the work on it."""

    id: str
    campaign_id: str
    team_id: str
    kind: AssetKind
    ordinal: int | None = None
    platform: str | None = None
    variant_label: str | None = None
    placement: str | None = None
    planned_upstream: dict[str, str] = Field(default_factory=dict)
    wanted: Wanted | None = None
    current: VersionState | None = None
    confirmed: dict[int, list[str]] = Field(default_factory=dict)
    jobs: dict[str, JobMark] = Field(default_factory=dict)
    failure: RenderFailure | None = None
    hold: Hold | None = None
    edited_prompt: EditedPrompt | None = None
    pinned: bool = False
    pinned_revision: int = 0
    updated_at: datetime


class JobState(State):
    """One job of the ledger, as far as events have told of it."""

    id: str
    campaign_id: str
    team_id: str
    kind: JobKind
    target_id: str
    cascade_id: str
    seq: int | None = None
    retry_of_job_id: str | None = None
    retry_intent_id: str | None = None
    status: JobStatus = "PENDING"
    options: JobOptions = JobOptions()
    requested_by: str | None = None
    requested_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    version: int | None = None
    sha256: str | None = None
    changed: bool | None = None
    attempts: tuple[Attempt, ...] = ()
    cost_yen: int = 0
    cancelled_by: str | None = None
    billed: Billed | None = None
    estimated_yen: int = 0
    code: str | None = None
    message: str | None = None
    progress: str | None = None
    progress_at: datetime | None = None
    first_heard_at: datetime


class SpendState(State):
    """One attempt of a job, as the job's end told it."""

    job_id: str
    campaign_id: str
    cascade_id: str
    team_id: str
    kind: JobKind
    attempt: Attempt


class BudgetState(State):
    """A team's monthly limits at one revision; None is no limit."""

    team_id: str
    revision: int
    soft_limit_yen: int | None
    hard_limit_yen: int | None


class WarningState(State):
    """When a team was told that it had reached its soft limit in a month."""

    team_id: str
    month: str
    told_at: datetime


class IntentState(State):
    """One retry intent, as its newest event told it whole."""

    team_id: str
    intent: RetryIntent


class GeneratorState(State):
    """Who makes assets of one kind, by the newest word, and what one call costs."""

    kind: JobKind
    provider: str
    model: str
    offline: bool
    yen_per_call: int
    told_at: datetime


class CampaignState(State):
    """One campaign; not to be seen before its creation was heard of."""

    id: str
    team_id: str
    revision: int = 0
    name: str = ""
    brand_id: str = ""
    brief: Brief | None = None
    brief_version: int = 0
    brief_sha256: str = ""
    parent_campaign_id: str | None = None
    template_id: str | None = None
    created_by: str | None = None
    created_at: datetime | None = None
    updated_at: datetime
    deleted_at: datetime | None = None


class BrandVersion(State):
    """A brand at its newest known version."""

    id: str
    team_id: str
    version: int
    sha256: str
    profile: BrandProfile
    first_heard_at: datetime
    updated_at: datetime


class NewVersion(State):
    """A version to be added to an asset's history."""

    asset_id: str
    campaign_id: str
    team_id: str
    kind: AssetKind
    position: int
    state: VersionState
