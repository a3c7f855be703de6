"""What is told of a job while its provider is at work."""

from uuid import uuid4

import pytest

from assets.execution import Execution
from assets.job_events import JobTeller
from assets.testing import Crash, job_for
from chassis.context import MessageContext
from chassis.subscriptions import Work
from chassis.testing import ACTOR, TEAM, enveloped
from contracts.jobs import JobProgressed
from image_service.generator import Pending


async def test_run_that_takes_long_is_told_of_while_it_is_waited_for(play):
    bench = play()
    bench.generator.polls = [*[Pending(started=False)] * 8, *[Pending(started=True)] * 3]
    job = job_for(await bench.planned())
    await bench.run(job)
    assert sum(bench.clock.slept) > 20
    assert [(told.job_id, told.message) for told in bench.told(JobProgressed)] == [
        (job.job_id, "the provider has had the order for 12 s and has not begun"),
        (job.job_id, "the provider has had the order for 22 s and is at work on it"),
    ]


async def test_worker_taken_over_while_it_waits_tells_of_no_progress(play):
    bench = play()
    bench.generator.polls = [Pending(started=True)] * 12
    job = job_for(await bench.planned())
    bench.clock.ends_at(9)
    with pytest.raises(Crash):
        await bench.run(job)
    before = len(bench.told(JobProgressed))
    async with bench.database.transaction(MessageContext(TEAM, ACTOR, uuid4())) as tx:
        teller, work = JobTeller(job), Work(bench.database, "image.jobs", enveloped(job))
        first = await Execution.start(work, tx, job.job_id, "replicate", "flux")
        await Execution.start(work, tx, job.job_id, "replicate", "flux")
    first.tells(teller)
    await first.progress("late")
    assert len(bench.told(JobProgressed)) == before == 1
