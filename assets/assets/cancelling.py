"""Jobs that a person called off, queued or at work: nothing more is bought, and the ledger says what was."""

from typing import Any
from uuid import UUID

from assets.execution import Execution
from assets.job_events import JobTeller
from assets.worker import JobRunner
from chassis import crashpoints, inbox
from chassis.subscriptions import Subscription, Work
from chassis.transaction import Transaction
from contracts.jobs import CancelRun

AT_ONCE = 50
"""Cancelling is mostly waiting, for a provider's answer to a call that nobody can take back."""


class Cancelling:
    """Ends jobs of one worker. `jobs` is the queue that they wait in."""

    def __init__(self, worker: JobRunner[Any, Any], jobs: str) -> None:
        self._worker = worker
        self._jobs = jobs

    def subscription(self, queue: str) -> Subscription:
        """Takes what is called off from this queue."""
        return Subscription(queue, workers={CancelRun: self.run}, buried={CancelRun: self.bury}, concurrency=AT_ONCE)

    async def run(self, command: CancelRun, work: Work) -> None:
        """Takes the job away from its worker, sees what was bought to its end, and tells.

        After a crash it goes on from the mark on the execution. A job that has ended stays as it ended.
        """
        async with work.transaction() as tx:
            execution = await self._taken_away(tx, command, work)
        if execution is None:
            return
        crashpoints.reach("after_cancel_mark")
        await self._worker.stop(execution, await execution.past())
        crashpoints.reach("before_cancel_end")
        async with work.finish() as tx:
            await _tell(tx, command, execution)

    async def bury(self, command: CancelRun, work: Work) -> None:
        """Ends the job all the same: its message is claimed, so no worker would ever do so."""
        async with work.finish() as tx:
            execution = await self._taken_away(tx, command, work)
            if execution is None:
                return
            maker = self._worker.generator
            if not maker.offline:
                await execution.give_up(tx, maker.call_yen)
            await _tell(tx, command, execution)

    async def _taken_away(self, tx: Transaction, command: CancelRun, work: Work) -> Execution | None:
        """The job's execution, fenced for good; None when the job has ended otherwise.

        Whatever ends a job claims its message first, so exactly one does.
        """
        first = await inbox.claim(tx.conn, self._jobs, UUID(command.job_id))
        if not first and not await Execution.is_cancelled(tx, command.job_id):
            return None
        maker = self._worker.generator
        return await Execution.cancel(work, tx, command.job_id, maker.name, maker.model, maker.estimate)


async def _tell(tx: Transaction, command: CancelRun, execution: Execution) -> None:
    JobTeller(command).cancelled(tx, command.cancelled_by, await execution.attempts(tx))
