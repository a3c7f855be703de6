"""One execution of one job, fenced by its epoch, with every paid attempt in an insert-only ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg

from assets import runs_store
from assets.job_events import JobTeller
from assets.runs_store import Run
from chassis import crashpoints
from chassis.errors import RetryLater
from chassis.subscriptions import AlreadyDone, Work
from contracts.jobs import Attempt

FRESH_SECONDS = 5.0
"""How old an intent may be when its call is made; what waits for an answer to it allows for as much."""

SUREST_FIRST = ("succeeded", "failed", "cancelled", "unknown")
"""How an attempt may end. Of several words the surest counts."""


@dataclass(frozen=True)
class PastAttempt:
    """What the ledger says of one attempt; `outcome` is None while it is neither finished nor given up."""

    n: int
    started_at: datetime
    provider_id: str | None
    outcome: str | None
    cost_yen: int
    output: dict[str, Any] | None
    task: dict[str, Any] | None = None

    @property
    def age_seconds(self) -> float:
        """Since the attempt's intent was committed."""
        return (datetime.now(UTC) - self.started_at).total_seconds()


class Execution:
    """Records what is about to be done and what came of it. Fences the effect, never the evidence."""

    def __init__(self, work: Work, job_id: str, epoch: int, provider: str, model: str) -> None:
        self._work = work
        self._job_id = job_id
        self._epoch = epoch
        self._provider = provider
        self._model = model
        self._task: dict[str, Any] | None = None
        self._teller: JobTeller | None = None

    @classmethod
    async def start(cls, work: Work, tx: Any, job_id: str, provider: str, model: str) -> "Execution":
        """Takes the job over from whoever worked on it before. Raises AlreadyDone when it was cancelled."""
        epoch = await runs_store.take_over(tx.conn, job_id)
        if epoch is None:
            raise AlreadyDone
        return cls(work, job_id, epoch, provider, model)

    @classmethod
    async def cancel(cls, work: Work, tx: Any, job_id: str, provider: str, model: str) -> "Execution":
        """Takes the job over for good: no worker takes it up again."""
        return cls(work, job_id, await runs_store.cancel(tx.conn, job_id), provider, model)

    @staticmethod
    async def is_cancelled(tx: Any, job_id: str) -> bool:
        """True once the job was taken over for good."""
        return await runs_store.is_cancelled(tx.conn, job_id)

    @property
    def epoch(self) -> int:
        """Rises with every take-over of the job."""
        return self._epoch

    @property
    def pool(self) -> asyncpg.Pool:
        """For looks that need no transaction."""
        return self._work.pool

    async def past(self) -> list[PastAttempt]:
        """All attempts so far, oldest first."""
        async with self._work.transaction() as tx:
            return fold(await runs_store.runs(tx.conn, self._job_id))

    async def attempts(self, tx: Any) -> tuple[Attempt, ...]:
        """The attempts as the job's events tell them."""
        return told(fold(await runs_store.runs(tx.conn, self._job_id)))

    def carries(self, task: dict[str, Any]) -> None:
        """What this execution has to make; every intent keeps it, so that a successor goes on with the same."""
        self._task = task

    def tells(self, teller: JobTeller) -> None:
        """Names who tells of this execution's progress."""
        self._teller = teller

    async def progress(self, message: str) -> None:
        """Tells how the work stands, unless another worker took the job over and tells by itself."""
        async with self._work.transaction() as tx:
            if self._teller is not None and await runs_store.lock_epoch(tx.conn, self._job_id) == self._epoch:
                self._teller.progressed(tx, message)

    async def intend(self, n: int) -> None:
        """Commits the intent of a call that may cost money, and looks again, so that the call may follow at once.

        Raises AlreadyDone when another worker took the job over, RetryLater when this one was held up meanwhile:
        whoever takes over counts from the intent how long a call may still be unanswered.
        """
        async with self._work.transaction() as tx:
            await self.check(tx)
            await self._note(tx, n, "intent", output=self._task)
        crashpoints.reach("after_intent")
        async with self._work.transaction() as tx:
            in_charge = await runs_store.lock_epoch(tx.conn, self._job_id) == self._epoch
            age = await runs_store.intent_age(tx.conn, self._job_id, n)
        if not in_charge:
            await self.failed(n, "taken over right before the call; nothing was sent")
            raise AlreadyDone
        if age > FRESH_SECONDS:
            await self.failed(n, "held up right before the call; nothing was sent")
            raise RetryLater(f"job {self._job_id} was held up for {age:.0f} s right before a paid call")
        crashpoints.reach("before_call")

    async def submitted(self, n: int, provider_id: str, cost_yen: int) -> None:
        """The provider took the work at this price; its id is kept whatever the epoch says."""
        crashpoints.reach("before_provider_id")
        await self._record(n, "submitted", provider_id=provider_id, cost_yen=cost_yen)
        crashpoints.reach("after_provider_id")

    async def succeeded(self, n: int, cost_yen: int, output: dict[str, Any], provider_id: str | None = None) -> None:
        """The provider's output is safe."""
        await self._record(n, "succeeded", provider_id=provider_id, cost_yen=cost_yen, output=output)

    async def failed(self, n: int, detail: str, cost_yen: int = 0) -> None:
        """The attempt came to nothing; `cost_yen` is what it cost all the same."""
        await self._record(n, "failed", detail=detail, cost_yen=cost_yen)

    async def unknown(self, n: int, detail: str, cost_yen: int) -> None:
        """Nobody can say whether the provider charged; `cost_yen` is what it may have cost."""
        await self._record(n, "unknown", detail=detail, cost_yen=cost_yen)

    async def cancelled(self, n: int, detail: str) -> None:
        """The provider's word that it never began, so nothing is charged, whatever price it had named before."""
        await self._record(n, "cancelled", detail=detail)

    async def give_up(self, tx: Any, cost_yen: int) -> bool:
        """Nobody will learn any more what came of attempts without an end; False when there are none.

        `cost_yen` is what each may have cost, unless the provider had named its price.
        """
        unfinished = [one for one in fold(await runs_store.runs(tx.conn, self._job_id)) if one.outcome is None]
        for one in unfinished:
            await self._note(tx, one.n, "unknown", detail="given up", cost_yen=one.cost_yen or cost_yen)
        return bool(unfinished)

    async def in_charge(self) -> bool:
        """Whether nobody took the job over so far; a cheap look that holds nothing."""
        async with self._work.transaction() as tx:
            return await runs_store.epoch(tx.conn, self._job_id) == self._epoch

    async def check(self, tx: Any) -> None:
        """Raises AlreadyDone when another worker took the job over meanwhile."""
        if await runs_store.lock_epoch(tx.conn, self._job_id) != self._epoch:
            raise AlreadyDone

    async def _record(self, n: int, happened: str, **fields: Any) -> None:
        async with self._work.transaction() as tx:
            await self._note(tx, n, happened, **fields)

    async def _note(self, tx: Any, n: int, happened: str, **fields: Any) -> None:
        run = Run(self._job_id, n, happened, self._epoch, self._provider, self._model, **fields)
        await runs_store.insert_run(tx.conn, run)


def fold(runs: Sequence[Run]) -> list[PastAttempt]:
    """Attempts out of what happened to them, in order."""
    numbers = sorted({run.attempt for run in runs})
    return [_folded(n, [run for run in runs if run.attempt == n]) for n in numbers]


def told(past: Sequence[PastAttempt]) -> tuple[Attempt, ...]:
    """Attempts in the contract's words."""
    return tuple(
        Attempt(n=one.n, started_at=one.started_at, outcome=one.outcome or "unfinished", cost_yen=one.cost_yen)
        for one in past
    )


def _folded(n: int, runs: Sequence[Run]) -> PastAttempt:
    ends = [run for run in runs if run.happened in SUREST_FIRST]
    # A later success outweighs an earlier "unknown": evidence only ever adds up.
    end = min(ends, key=lambda run: SUREST_FIRST.index(run.happened), default=None)
    never_began = end is not None and end.happened == "cancelled"
    provider_id = next((run.provider_id for run in runs if run.provider_id), None)
    return PastAttempt(
        n=n,
        started_at=min(run.at for run in runs if run.at is not None),
        provider_id=provider_id,
        outcome=end.happened if end else None,
        cost_yen=0 if never_began else max((run.cost_yen for run in runs), default=0),
        output=end.output if end else None,
        task=next((run.output for run in runs if run.happened == "intent"), None),
    )
