"""Job events as every worker emits them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.transaction import Transaction
from contracts.jobs import (
    Attempt,
    Billed,
    CancelRun,
    JobCancelled,
    JobCompleted,
    JobFailed,
    JobProgressed,
    JobStarted,
    JobSuperseded,
    RunJob,
)


class JobTeller:
    """Tells the ledger what becomes of one job."""

    def __init__(self, job: RunJob | CancelRun) -> None:
        self._job = job
        self._identity: dict[str, Any] = {
            "job_id": job.job_id,
            "campaign_id": job.campaign_id,
            "kind": job.kind,
            "target_id": job.target_id,
        }

    def started(self, tx: Transaction, epoch: int) -> None:
        """A worker took the job up."""
        tx.emit(JobStarted(**self._identity, epoch=epoch), subject=self._job.job_id)

    def progressed(self, tx: Transaction, message: str) -> None:
        """The work goes on; `message` says how it stands."""
        tx.emit(JobProgressed(**self._identity, message=message), subject=self._job.job_id)

    def completed(self, tx: Transaction, version: int, sha256: str, changed: bool, attempts: Sequence[Attempt]) -> None:
        """The output is stored."""
        event = JobCompleted(
            **self._identity,
            version=version,
            sha256=sha256,
            changed=changed,
            attempts=tuple(attempts),
            cost_yen=cost(attempts),
        )
        tx.emit(event, subject=self._job.job_id)

    def failed(self, tx: Transaction, code: str, message: str, attempts: Sequence[Attempt]) -> None:
        """The job ended without output; only a person brings it back."""
        event = JobFailed(
            **self._identity, code=code, message=message, attempts=tuple(attempts), cost_yen=cost(attempts)
        )
        tx.emit(event, subject=self._job.job_id)

    def superseded(self, tx: Transaction, by_seq: int, attempts: Sequence[Attempt] = ()) -> None:
        """A newer request made it pointless."""
        event = JobSuperseded(**self._identity, by_seq=by_seq, attempts=tuple(attempts), cost_yen=cost(attempts))
        tx.emit(event, subject=self._job.job_id)

    def cancelled(self, tx: Transaction, by: str, attempts: Sequence[Attempt]) -> None:
        """A person called it off. The job is named as the cause, as by the worker that was at it."""
        event = JobCancelled(
            **self._identity,
            cancelled_by=by,
            billed=billed(attempts),
            attempts=tuple(attempts),
            cost_yen=cost(attempts),
        )
        tx.emit(event, subject=self._job.job_id, causation_id=UUID(self._job.job_id))


def billed(attempts: Sequence[Attempt]) -> Billed:
    """Whether anything was charged, as far as anybody can tell."""
    if any(attempt.outcome == "unknown" for attempt in attempts):
        return "unknown"
    return "yes" if cost(attempts) else "no"


def cost(attempts: Sequence[Attempt]) -> int:
    """What all attempts cost together, in yen."""
    return sum(attempt.cost_yen for attempt in attempts)
