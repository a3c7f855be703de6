"""What people and workers do in a story. Which job or intent it is about is a number, since ids are new in each run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

from hypothesis import strategies as st

from contracts.budgets import SetBudget
from contracts.campaign import CampaignCreated
from contracts.envelope import Command, Event
from contracts.jobs import (
    Attempt,
    CancelJob,
    Correction,
    CreateRetryIntent,
    ExecuteRetryIntent,
    JobEvent,
    JobStarted,
    JobTarget,
    RejectRetryIntent,
    RequestJobs,
)
from contracts.values import JobOptions, KitAsset
from lineage.basis import request_basis
from lineage.brand import sha256_without_logo

from .story_ledger import ENDED, PAID, UNDER_WAY, Ledger, Row
from .story_step import ENDS

NOBODYS = "nobody's"
OPTIONS = (JobOptions(), JobOptions(custom_prompt="もっと短く"), JobOptions(preserve_prompt=True))
CORRECTIONS = (None, Correction(prompt="朝の光"), Correction(options=JobOptions(preserve_prompt=True)))
MODELS = {status: model for model, status in ENDS.items()}


@dataclass
class Team:
    """A team, its campaign, and what it has asked for so far, oldest first."""

    id: str
    campaign: CampaignCreated
    jobs: list[str]
    intents: list[str]

    @property
    def assets(self) -> list[KitAsset]:
        """What jobs can be requested for."""
        return [asset for asset in self.campaign.kit if asset.kind in PAID]


class Act(Protocol):
    """Something to do, said without any id."""

    def content(self, team: Team, ledger: Ledger) -> Command | Event | None:
        """The message; None when there is nothing yet to say it about."""


@dataclass(frozen=True)
class Request:
    """An editor asks for some assets, with the prompt as it is or edited, and with some options."""

    assets: Sequence[int]
    edited: bool = False
    options: int = 0

    def content(self, team: Team, ledger: Ledger) -> Command:
        brand = sha256_without_logo(team.campaign.brand.profile)
        basis = request_basis(team.campaign.brief.sha256, brand, "夜桜" if self.edited else None)
        assets = [team.assets[number % len(team.assets)] for number in self.assets]
        targets = [
            JobTarget(kind=asset.kind, asset_id=asset.id, basis=basis, options=OPTIONS[self.options])
            for asset in assets
        ]
        return RequestJobs(campaign_id=team.campaign.campaign_id, targets=tuple(targets))


@dataclass(frozen=True)
class CallOff:
    """Somebody calls a job off: one under way, or any."""

    job: int
    any: bool = False

    def content(self, team: Team, ledger: Ledger) -> Command:
        job = _job(team, ledger, self.job, _ALL if self.any else UNDER_WAY)
        return CancelJob(job_id=job["id"] if job else NOBODYS)


@dataclass(frozen=True)
class Approve:
    """An admin approves a retry: of a job that failed, or of any."""

    job: int
    any: bool = False
    correction: int = 0

    def content(self, team: Team, ledger: Ledger) -> Command:
        job = _job(team, ledger, self.job, _ALL if self.any else ("FAILED",))
        return CreateRetryIntent(
            source_job_id=job["id"] if job else NOBODYS,
            reason_code="OTHER",
            reason_text="もう一度",
            correction=CORRECTIONS[self.correction],
        )


@dataclass(frozen=True)
class Execute:
    """Somebody executes an intent: one that waits, or any."""

    intent: int
    any: bool = False

    def content(self, team: Team, ledger: Ledger) -> Command:
        return ExecuteRetryIntent(intent_id=_intent(team, ledger, self.intent, self.any))


@dataclass(frozen=True)
class Reject:
    """Somebody rejects an intent: one that waits, or any."""

    intent: int
    any: bool = False

    def content(self, team: Team, ledger: Ledger) -> Command:
        return RejectRetryIntent(intent_id=_intent(team, ledger, self.intent, self.any), reason="差し替えるため")


@dataclass(frozen=True)
class Limit:
    """An admin sets the team's limits."""

    hard: int | None
    soft: int | None

    def content(self, team: Team, ledger: Ledger) -> Command:
        return SetBudget(soft_limit_yen=self.soft, hard_limit_yen=self.hard)


@dataclass(frozen=True)
class Start:
    """A worker takes a job over."""

    job: int
    epoch: int
    any: bool = False

    def content(self, team: Team, ledger: Ledger) -> Event | None:
        job = _job(team, ledger, self.job, _ALL if self.any else UNDER_WAY)
        return None if job is None else JobStarted(**_identity(job), epoch=self.epoch)


@dataclass(frozen=True)
class End:
    """A worker says how a job ended, also of one that has: and what each attempt cost, as `(outcome, yen)`."""

    job: int
    status: str
    attempts: Sequence[tuple[str, int]] = ()
    doubtful: bool = False
    any: bool = False

    def content(self, team: Team, ledger: Ledger) -> Event | None:
        job = _job(team, ledger, self.job, _ALL if self.any else UNDER_WAY)
        return None if job is None else self.of(_identity(job))

    def of(self, identity: dict[str, Any]) -> JobEvent:
        """The word about a job of this identity."""
        at = datetime.now(UTC)
        attempts = [
            Attempt(n=n, started_at=at, outcome=outcome, cost_yen=yen)
            for n, (outcome, yen) in enumerate(self.attempts, start=1)
        ]
        extras = {
            "COMPLETED": {"version": 1, "sha256": "1" * 64, "changed": True},
            "FAILED": {"code": "SPEND_UNKNOWN" if self.doubtful else "X", "message": "x"},
            "SUPERSEDED": {"by_seq": 9},
            "CANCELLED": {"cancelled_by": "editor-1", "billed": "unknown"},
        }[self.status]
        told = {"attempts": attempts, "cost_yen": sum(yen for _, yen in self.attempts)}
        return MODELS[self.status].model_validate(identity | extras | told)


_ALL = (*UNDER_WAY, *ENDED)


def free_job(asset: KitAsset, campaign_id: str) -> dict[str, Any]:
    """Who a job is that the compositor made for a render."""
    return {"job_id": str(uuid4()), "campaign_id": campaign_id, "kind": asset.kind, "target_id": asset.id}


def _identity(job: Row) -> dict[str, Any]:
    return {"job_id": job["id"], **{name: job[name] for name in ("campaign_id", "kind", "target_id")}}


def _job(team: Team, ledger: Ledger, number: int, statuses: Sequence[str]) -> Row | None:
    """The newest job in one of these statuses is 0."""
    fitting = [ledger.jobs[key] for key in team.jobs if ledger.jobs[key]["status"] in statuses]
    return fitting[-1 - number % len(fitting)] if fitting else None


def _intent(team: Team, ledger: Ledger, number: int, any_of_them: bool) -> str:
    fitting = [key for key in team.intents if any_of_them or ledger.intents[key]["status"] == "PENDING"]
    return fitting[-1 - number % len(fitting)] if fitting else NOBODYS


NUMBERS = st.integers(0, 5)
SELDOM = st.sampled_from((False, False, False, True))
YEN = st.none() | st.integers(0, 200)
# Mostly the very same, so that a failure is repeated often.
OPTIONS_ASKED = st.sampled_from((0, 0, 0, 1, 2))

REQUESTS = st.builds(Request, st.lists(NUMBERS, min_size=1, max_size=3), SELDOM, OPTIONS_ASKED)
CALLS_OFF = st.builds(CallOff, NUMBERS, SELDOM)
APPROVALS = st.builds(Approve, NUMBERS, SELDOM, st.integers(0, 2))
DECISIONS = st.builds(Execute, NUMBERS, SELDOM) | st.builds(Reject, NUMBERS, SELDOM)
LIMITS = st.builds(Limit, YEN | st.just(-1), YEN)
ATTEMPTS = st.lists(st.tuples(st.sampled_from(("succeeded", "failed", "unknown")), st.integers(0, 9)), max_size=3)
STARTS = st.builds(Start, NUMBERS, st.integers(1, 4), SELDOM)
ENDINGS = st.builds(End, NUMBERS, st.sampled_from(("FAILED", "FAILED", *ENDED)), ATTEMPTS, st.booleans(), SELDOM)
BY_PERSONS = REQUESTS | CALLS_OFF | APPROVALS | DECISIONS | LIMITS
BY_WORKERS = STARTS | ENDINGS
