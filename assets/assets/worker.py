"""Runs jobs: one job is one execution of one generator, however often its message is delivered."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from assets import requests, store
from assets.execution import Execution, PastAttempt
from assets.fencing import while_in_charge
from assets.job_events import JobTeller
from assets.model import Asset, Made
from assets.money import Money
from assets.pacing import Pace
from assets.provider_errors import SPEND_UNKNOWN
from assets.versioning import Committed, commit
from chassis.errors import SaiseiError
from chassis.subscriptions import Work
from chassis.transaction import Transaction
from contracts.jobs import RunJob
from contracts.values import Wanted

INTERNAL = "INTERNAL"
INTERNAL_ERROR = (
    "the job failed unexpectedly each time it was tried; whoever runs Saisei finds why among the dead letters"
)
SPEND_UNKNOWN_ERROR = (
    "the job failed unexpectedly in the middle of a call that may have been charged; "
    "look at the provider's own records before it is asked for again"
)

TaskT = TypeVar("TaskT")
OutputT = TypeVar("OutputT")


class JobEnds(SaiseiError):
    """A job ends without output; `code` is what programs read, the message what people do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Generator:
    """Who makes the output, as the ledger records it; `call_yen` and its dollars are what one call usually costs."""

    name: str
    model: str
    offline: bool
    call_yen: int = 0
    call_usd_micros: int = 0

    @property
    def estimate(self) -> Money:
        """What one call usually costs."""
        return Money(self.call_yen, self.call_usd_micros)


@dataclass(frozen=True)
class Applied:
    """What a job's output became; `changed` is false when it equalled what was there."""

    version: int
    sha256: str
    changed: bool = True


class JobRunner(ABC, Generic[TaskT, OutputT]):
    """Drives a job from its message to its output, a failure, or nothing when a newer request made it pointless."""

    def __init__(self, generator: Generator, task: type[TaskT], pace: Pace | None = None) -> None:
        self.generator = generator
        self._pace = pace
        self._tasks = TypeAdapter(task)

    @abstractmethod
    async def task(self, tx: Transaction, asset: Asset, job: RunJob) -> TaskT:
        """What is to be made, and from what. Raises RetryLater while something is not known here yet, or JobEnds."""

    @abstractmethod
    async def produce(self, execution: Execution, task: TaskT, past: list[PastAttempt]) -> OutputT:
        """Makes it, every attempt in the ledger. Raises JobEnds."""

    async def stop(self, execution: Execution, past: list[PastAttempt]) -> None:
        """Gives every attempt of a cancelled job its end in the ledger; where nothing is bought, none was begun."""
        del execution, past

    @abstractmethod
    async def apply(self, tx: Transaction, asset: Asset, job: RunJob, task: TaskT, output: OutputT) -> Applied:
        """Stores the output and tells of it, in the transaction that ends the job."""

    async def may_apply(self, tx: Transaction, asset: Asset, task: TaskT) -> bool:
        """False when the output was overtaken by what it rests on; paid output always may be applied."""
        del tx, asset, task
        return True

    async def note_failure(self, tx: Transaction, asset: Asset, job: RunJob, task: TaskT | None) -> None:
        """Keeps what later requests are judged by; `task` is None when the job failed before it was known."""
        del tx, asset, job, task

    async def run(self, job: RunJob, work: Work) -> None:
        """Drives one job to its end."""
        teller = JobTeller(job)
        async with work.transaction() as tx:
            asset = await requests.taken(tx, job)
            execution = await self._start(work, tx, job)
            # What was attempted goes on even when something newer was asked for: it may have cost money.
            newer = None if await execution.attempts(tx) else requests.newer_request(asset, job)
            if newer is None:
                teller.started(tx, execution.epoch)
        if newer is not None:
            await self._drop(work, teller, newer)
            return
        execution.tells(teller)
        execution.keeps(self._pace)
        task: TaskT | None = None
        try:
            past = await execution.past()
            task = await self._task(work, asset, job, past)
            execution.carries(self._tasks.dump_python(task, mode="json"))
            output = await while_in_charge(execution, self.produce(execution, task, past))
        except JobEnds as end:
            await self._fail(job, work, execution, task, end)
        else:
            await self._apply(job, work, execution, task, output)

    def kept(self, past: list[PastAttempt]) -> TaskT | None:
        """What the attempts were to make; None before the first."""
        kept = next((one.task for one in past if one.task), None)
        return self._tasks.validate_python(kept) if kept else None

    async def bury(self, job: RunJob, work: Work) -> None:
        """Ends a job whose message was given up: it failed in a way that nobody foresaw, every time it was tried."""
        maker = self.generator
        async with work.finish() as tx:
            # A job may be given up just because its asset never came to be known here.
            if (asset := await store.lock(tx.conn, job.target_id)) is not None:
                await self.note_failure(tx, asset, job, None)
            # Taken over, so that a worker which only seemed dead buys nothing more.
            execution = await self._start(work, tx, job)
            unsure = not maker.offline and await execution.give_up(tx, maker.call_yen)
            code, message = (SPEND_UNKNOWN, SPEND_UNKNOWN_ERROR) if unsure else (INTERNAL, INTERNAL_ERROR)
            JobTeller(job).failed(tx, code, message, await execution.attempts(tx))

    async def _start(self, work: Work, tx: Transaction, job: RunJob) -> Execution:
        maker = self.generator
        return await Execution.start(work, tx, job.job_id, maker.name, maker.model, maker.estimate)

    async def _task(self, work: Work, asset: Asset, job: RunJob, past: list[PastAttempt]) -> TaskT:
        # Brief, brand and prompt may have changed since the first attempt; what was bought was made from the old ones.
        if (kept := self.kept(past)) is not None:
            return kept
        async with work.transaction() as tx:
            return await self.task(tx, asset, job)

    async def _apply(self, job: RunJob, work: Work, execution: Execution, task: TaskT, output: OutputT) -> None:
        teller = JobTeller(job)
        async with work.finish() as tx:
            # Locks in the order of `run`, so that a take-over at the same moment is no deadlock.
            asset = await requests.taken(tx, job)
            await execution.check(tx)
            attempts = await execution.attempts(tx)
            newer = requests.overtaken(asset, job)
            if newer is not None or not await self.may_apply(tx, asset, task):
                teller.superseded(tx, newer or asset.newest_seq, attempts)
                return
            applied = await self.apply(tx, asset, job, task, output)
            teller.completed(tx, applied.version, applied.sha256, applied.changed, attempts)

    async def _fail(self, job: RunJob, work: Work, execution: Execution, task: TaskT | None, end: JobEnds) -> None:
        async with work.finish() as tx:
            asset = await requests.taken(tx, job)
            await execution.check(tx)
            await self.note_failure(tx, asset, job, task)
            JobTeller(job).failed(tx, end.code, str(end), await execution.attempts(tx))

    async def _drop(self, work: Work, teller: JobTeller, newer: int) -> None:
        async with work.finish() as tx:
            teller.superseded(tx, newer)


class JobWorker(JobRunner[TaskT, OutputT]):
    """The same for a job whose output becomes a version of its asset."""

    @abstractmethod
    def made(self, job: RunJob, task: TaskT, output: OutputT) -> Made:
        """The output as it becomes a version."""

    @abstractmethod
    def wanted(self, job: RunJob, asset: Asset, made: Made) -> Wanted:
        """What the asset would be made from today, once this is applied."""

    @abstractmethod
    async def tell(self, tx: Transaction, asset: Asset, made: Made, committed: Committed) -> None:
        """Publishes the new version."""

    async def apply(self, tx: Transaction, asset: Asset, job: RunJob, task: TaskT, output: OutputT) -> Applied:
        """Commits the version; equal bytes confirm the one that is there."""
        made = replace(self.made(job, task, output), reopen=job.reopen)
        committed = await commit(tx, asset, made, self.wanted(job, asset, made), job.seq)
        if committed.changed:
            await self.tell(tx, asset, made, committed)
        return Applied(committed.version, made.sha256, committed.changed)
