"""For tests: a worker that stands still at the worst moment, while another takes its job over."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from assets.testing import Bench
from chassis.subscriptions import Work
from chassis.transaction import Transaction
from contracts.jobs import RunJob


def taken_over_after_intent(bench: Bench, job: RunJob) -> type[Work]:
    """Work that stops once its first intent is committed; another worker then runs the job to its end."""
    taken_over = False

    class Paused(Work):
        @asynccontextmanager
        async def transaction(self) -> AsyncIterator[Transaction]:
            """Lets the other worker run after the intent."""
            nonlocal taken_over
            async with super().transaction() as tx:
                yield tx
            if not taken_over and await bench.runs(job):
                taken_over = True
                await bench.run(job)

    return Paused
