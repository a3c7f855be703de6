"""Runs paid reviews: one job is one look of the reviewer at one kit, and one report."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from pydantic import TypeAdapter

from assets import store as assets_store
from assets.calls import Calls
from assets.evidence import seen_through
from assets.execution import Execution, PastAttempt
from assets.model import Asset
from assets.pacing import Pace
from assets.provider_errors import ProviderError, TransientFault
from assets.waiting import Backoff, Sleep
from assets.worker import Applied, Generator, JobEnds, JobRunner
from chassis.errors import RetryLater
from chassis.transaction import Transaction
from contracts.jobs import RunJob
from lineage.basis import review_basis
from lineage.canonical import content_hash
from qa_service import due_store, kit_store
from qa_service.domain import Finding, Judged
from qa_service.judging import Rules
from qa_service.report import Found
from qa_service.reporting import Judgement, keep
from qa_service.reviewer import Claim, Look, Reviewer, ReviewRequest
from qa_service.service import tell_requested

PROVIDER_TIMEOUT_SECONDS = 330.0
"""Longer than the reviewer's own client waits, which is five minutes: so many findings take time to write."""

BACKOFF = Backoff(tries=3, longest_asked=300.0)
NOTHING_TO_JUDGE = "NOTHING_TO_JUDGE"

Looks = Callable[[Judged], Awaitable[tuple[Look, ...]]]
"""The pictures of a kit as the reviewer is shown them."""

Vetting = Callable[[Judged, tuple[Claim, ...], Collection[str]], tuple[tuple[Finding, ...], int]]
"""What of a reviewer's claims holds, and how many do not; the last are the ids of the pictures that were shown."""


@dataclass(frozen=True)
class ReviewTask:
    """What one job judges."""

    judged: Judged
    manifest: str
    contents: dict[str, str]
    brand_version: int
    brief_version: int


@dataclass(frozen=True)
class Answer:
    """What the reviewer said, how much of that was not even readable, and which pictures it had before it."""

    claims: tuple[Claim, ...]
    unreadable: int
    seen: tuple[str, ...]


@dataclass(frozen=True)
class Opinion:
    """What the rules found, and what the reviewer said."""

    by_rules: list[Finding]
    answer: Answer


_ANSWERS = TypeAdapter(Answer)


class ReviewWorker(JobRunner[ReviewTask, Opinion]):
    """One review a job."""

    def __init__(
        self,
        reviewer: Reviewer,
        rules: Rules,
        vetting: Vetting,
        looks: Looks,
        sleep: Sleep = asyncio.sleep,
        pace: Pace | None = None,
    ) -> None:
        yen, dollars = reviewer.estimate_yen(), reviewer.estimate_usd_micros()
        super().__init__(Generator(reviewer.name, reviewer.model, reviewer.offline, yen, dollars), ReviewTask, pace)
        self._reviewer = reviewer
        self._rules = rules
        self._vetting = vetting
        self._looks = looks
        self._sleep = sleep
        self._calls = Calls(self.generator, PROVIDER_TIMEOUT_SECONDS, sleep)

    async def task(self, tx: Transaction, asset: Asset, job: RunJob) -> ReviewTask:
        """The kit as it stands. Tells once that it is judged."""
        if not await kit_store.lock_campaign(tx.conn, asset.id):
            raise JobEnds(NOTHING_TO_JUDGE, "the campaign was deleted")
        kit = await kit_store.kit(tx.conn, asset.id, tx.team_id)
        if kit is None:
            raise RetryLater(f"brief or brand of campaign {asset.id} is not known here yet")
        if not kit.made:
            raise JobEnds(NOTHING_TO_JUDGE, "nothing of this campaign's kit was made yet; generate something first")
        manifest = kit.manifest
        basis = review_basis(manifest, kit.brand_version)
        if await due_store.request(tx.conn, job.job_id, asset.id, manifest, basis, "full"):
            tell_requested(tx, asset.id, job.job_id, manifest, "full", job.requested_by)
        return ReviewTask(kit.judged(), manifest, kit.hashes, kit.brand_version, kit.brief_version)

    async def produce(self, execution: Execution, task: ReviewTask, past: list[PastAttempt]) -> Opinion:
        """What is found; what was bought before is not bought again."""
        answer = await self._answer(execution, task, past)
        return Opinion(await self._rules.found(task.judged), answer)

    async def stop(self, execution: Execution, past: list[PastAttempt]) -> None:
        """A call cannot be taken back, so it is waited for: what it cost counts, and its answer is not used."""
        await self._calls.stop(execution, past)

    async def apply(self, tx: Transaction, asset: Asset, job: RunJob, task: ReviewTask, output: Opinion) -> Applied:
        """Stores the report on what was judged, whatever the kit is by now."""
        answer = output.answer
        held, discarded = self._vetting(task.judged, answer.claims, answer.seen)
        judgement = Judgement(
            campaign_id=asset.id,
            manifest=task.manifest,
            contents=task.contents,
            brand_version=task.brand_version,
            brief_version=task.brief_version,
            rule_set=self._rules.name,
            found=Found(output.by_rules, held),
            reviewer=self.generator.model,
            offline=self.generator.offline,
            discarded=discarded + answer.unreadable,
        )
        report = await keep(tx, judgement, job.job_id, "full", job.requested_by, job.job_id)
        await assets_store.set_version(tx.conn, asset.id, report.number, job.seq)
        return Applied(report.number, content_hash(report))

    async def _answer(self, execution: Execution, task: ReviewTask, past: list[PastAttempt]) -> Answer:
        if (bought := await self._calls.bought(execution, past)) is not None:
            return _ANSWERS.validate_python(bought)
        return await self._review(execution, ReviewRequest(task.judged, await self._looks(task.judged)))

    async def _review(self, execution: Execution, request: ReviewRequest) -> Answer:
        """One answer, transient faults sat out."""
        faults = 0
        while True:
            try:
                return await seen_through(self._attempt(execution, request))
            except TransientFault as fault:
                faults += 1
                wait = BACKOFF.wait_after(fault, faults)
                if wait is None:
                    raise JobEnds(fault.code, str(fault)) from fault
            except ProviderError as error:
                raise JobEnds(error.code, str(error)) from error
            await self._sleep(wait)

    async def _attempt(self, execution: Execution, request: ReviewRequest) -> Answer:
        n = max((one.n for one in await execution.past()), default=0) + 1
        await execution.intend(n)
        try:
            reviewed = await self._reviewer.review(request)
        except ProviderError as error:
            await self._calls.failed(execution, n, error, error.spent)
            raise
        answer = Answer(reviewed.claims, reviewed.unreadable, tuple(look.asset_id for look in request.looks))
        spent, output = reviewed.spent, _ANSWERS.dump_python(answer, mode="json")
        await execution.succeeded(n, spent.cost_yen, output, spent.provider_id, spent.cost_usd_micros, spent.units)
        return answer
