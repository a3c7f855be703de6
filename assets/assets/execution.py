"""One execution of one job, fenced by its epoch, with every paid attempt in an insert-only ledger."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg

from assets import runs_store
from assets.job_events import JobTeller
from assets.money import FREE, UNCOUNTED, Money, Units
from assets.pacing import Pace
from assets.provider_errors import ProviderError, TransientFault
from assets.runs_store import Run
from chassis import crashpoints
from chassis.errors import RetryLater
from chassis.subscriptions import AlreadyDone, Work
from contracts.jobs import Attempt

OFFLINE = "offline"
"""The provider's name where a twin does its work here: what it calls its runs is nobody's id."""

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
    cost_usd_micros: int = 0
    estimated_yen: int | None = None
    estimated_usd_micros: int | None = None
    provider: str | None = None
    model: str | None = None
    units: Units = UNCOUNTED
    ended_at: datetime | None = None

    @property
    def age_seconds(self) -> float:
        """Since the attempt's intent was committed."""
        return (datetime.now(UTC) - self.started_at).total_seconds()


class Execution:
    """Records what is about to be done and what came of it. Fences the effect, never the evidence."""

    def __init__(self, work: Work, job_id: str, epoch: int, provider: str, model: str, estimate: Money = FREE) -> None:
        self._work = work
        self._job_id = job_id
        self._epoch = epoch
        self._provider = provider
        self._model = model
        self._estimate = estimate
        self._task: dict[str, Any] | None = None
        self._teller: JobTeller | None = None
        self._pace: Pace | None = None

    @classmethod
    async def start(
        cls, work: Work, tx: Any, job_id: str, provider: str, model: str, estimate: Money = FREE
    ) -> "Execution":
        """Takes the job over from whoever worked on it before; `estimate` is what one call usually costs.

        Raises AlreadyDone when it was cancelled.
        """
        epoch = await runs_store.take_over(tx.conn, job_id)
        if epoch is None:
            raise AlreadyDone
        return cls(work, job_id, epoch, provider, model, estimate)

    @classmethod
    async def cancel(
        cls, work: Work, tx: Any, job_id: str, provider: str, model: str, estimate: Money = FREE
    ) -> "Execution":
        """Takes the job over for good: no worker takes it up again."""
        return cls(work, job_id, await runs_store.cancel(tx.conn, job_id), provider, model, estimate)

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

    def keeps(self, pace: Pace | None) -> None:
        """Names the pace at which all replicas together may call the provider; None is any."""
        self._pace = pace

    async def progress(self, message: str) -> None:
        """Tells how the work stands, unless another worker took the job over and tells by itself."""
        async with self._work.transaction() as tx:
            if self._teller is not None and await runs_store.lock_epoch(tx.conn, self._job_id) == self._epoch:
                self._teller.progressed(tx, message)

    async def intend(self, n: int) -> None:
        """Commits the intent of a call that may cost money, and looks again, so that the call may follow at once.

        Waits for the provider's pace first, so that no intent grows old by that. Raises TransientFault when the wait
        would be too long, AlreadyDone when another worker took the job over, RetryLater when this one was held up
        meanwhile: whoever takes over counts from the intent how long a call may still be unanswered.
        """
        if self._pace is not None:
            await self._pace.turn(self._work)
        expected = {"estimated_yen": self._estimate.yen, "estimated_usd_micros": self._estimate.usd_micros}
        async with self._work.transaction() as tx:
            await self.check(tx)
            await self._note(tx, n, "intent", output=self._task, **expected)
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

    async def submitted(
        self, n: int, provider_id: str, cost_yen: int, usd_micros: int = 0, units: Units = UNCOUNTED
    ) -> None:
        """The provider took the work at this price; its id is kept whatever the epoch says."""
        crashpoints.reach("before_provider_id")
        spent = _spent(cost_yen, usd_micros, units)
        await self._record(n, "submitted", provider_id=provider_id, **spent)
        crashpoints.reach("after_provider_id")

    async def succeeded(
        self,
        n: int,
        cost_yen: int,
        output: dict[str, Any],
        provider_id: str | None = None,
        usd_micros: int = 0,
        units: Units = UNCOUNTED,
    ) -> None:
        """The provider's output is safe."""
        spent = _spent(cost_yen, usd_micros, units)
        await self._record(n, "succeeded", provider_id=provider_id, output=output, **spent)

    async def failed(
        self,
        n: int,
        detail: str,
        cost_yen: int = 0,
        provider_id: str | None = None,
        usd_micros: int = 0,
        units: Units = UNCOUNTED,
    ) -> None:
        """The attempt came to nothing; the cost is what it cost all the same."""
        spent = _spent(cost_yen, usd_micros, units)
        await self._record(n, "failed", detail=detail, provider_id=provider_id, **spent)

    async def unknown(self, n: int, detail: str, cost_yen: int) -> None:
        """Nobody can say whether the provider charged; `cost_yen` is what it may have cost."""
        await self._record(n, "unknown", detail=detail, cost_yen=cost_yen, cost_usd_micros=self._estimate.usd_micros)

    async def heed(self, error: ProviderError) -> None:
        """A provider that asks to be left alone for a while is called by no replica until then."""
        if self._pace is not None and isinstance(error, TransientFault) and error.retry_after:
            await self._pace.push_back(self._work, error.retry_after)

    async def cancelled(self, n: int, detail: str) -> None:
        """The provider's word that it never began, so nothing is charged, whatever price it had named before."""
        await self._record(n, "cancelled", detail=detail)

    async def give_up(self, tx: Any, cost_yen: int) -> bool:
        """Nobody will learn any more what came of attempts without an end; False when there are none.

        `cost_yen` is what each may have cost, unless the provider had named its price.
        """
        unfinished = [one for one in fold(await runs_store.runs(tx.conn, self._job_id)) if one.outcome is None]
        for one in unfinished:
            dollars = one.cost_usd_micros or self._estimate.usd_micros
            spent = {"cost_yen": one.cost_yen or cost_yen, "cost_usd_micros": dollars}
            await self._note(tx, one.n, "unknown", detail="given up", **spent)
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
    """Attempts in the contract's words; one without an end may have cost what it was expected to."""
    return tuple(_told(one) for one in past)


def _told(one: PastAttempt) -> Attempt:
    may_have_cost = FREE if one.outcome else Money(one.estimated_yen or 0, one.estimated_usd_micros or 0)
    return Attempt(
        n=one.n,
        started_at=one.started_at,
        outcome=one.outcome or "unfinished",
        cost_yen=one.cost_yen or may_have_cost.yen,
        cost_usd_micros=one.cost_usd_micros or may_have_cost.usd_micros,
        estimated_yen=one.estimated_yen,
        estimated_usd_micros=one.estimated_usd_micros,
        provider=one.provider,
        model=one.model,
        provider_id=one.provider_id if one.provider != OFFLINE else None,
        images=one.units.images,
        input_tokens=one.units.input_tokens,
        output_tokens=one.units.output_tokens,
        ended_at=one.ended_at,
    )


def _folded(n: int, runs: Sequence[Run]) -> PastAttempt:
    ends = [run for run in runs if run.happened in SUREST_FIRST]
    # A later success outweighs an earlier "unknown": evidence only ever adds up.
    end = min(ends, key=lambda run: SUREST_FIRST.index(run.happened), default=None)
    never_began = end is not None and end.happened == "cancelled"
    return PastAttempt(
        n=n,
        started_at=min(run.at for run in runs if run.at is not None),
        provider_id=_first(runs, "provider_id"),
        outcome=end.happened if end else None,
        cost_yen=0 if never_began else max((run.cost_yen for run in runs), default=0),
        output=end.output if end else None,
        task=next((run.output for run in runs if run.happened == "intent"), None),
        cost_usd_micros=0 if never_began else max((run.cost_usd_micros for run in runs), default=0),
        estimated_yen=_first(runs, "estimated_yen"),
        estimated_usd_micros=_first(runs, "estimated_usd_micros"),
        provider=_first(runs, "provider"),
        model=_first(runs, "model"),
        units=Units(*(_first(runs, name) for name in ("images", "input_tokens", "output_tokens"))),
        ended_at=end.at if end else None,
    )


def _first(runs: Sequence[Run], name: str) -> Any:
    return next((value for run in runs if (value := getattr(run, name)) is not None), None)


def _spent(cost_yen: int, usd_micros: int, units: Units) -> dict[str, Any]:
    return {"cost_yen": cost_yen, "cost_usd_micros": usd_micros, **asdict(units)}
