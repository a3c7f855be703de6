"""Runs copy jobs on the copywriter."""

import asyncio
from dataclasses import dataclass

from assets import mirror, requests, store
from assets.calls import Calls
from assets.execution import Execution, PastAttempt
from assets.model import Asset, Made, Piece
from assets.pacing import Pace
from assets.provider_errors import ProviderError, Spent
from assets.versioning import Committed
from assets.worker import Generator, JobEnds, JobWorker
from chassis.transaction import Transaction
from contracts.jobs import RunJob
from contracts.values import CopyText, Parameter, Wanted
from copy_service import store as copy_store
from copy_service.copywriter import CopyRequest, Copywriter
from copy_service.domain import (
    direction_for,
    generated_inputs,
    limits_in_words,
    made_text,
    register_for,
    rules_today,
    text_of,
    wanted_after,
)
from copy_service.drafting import Attempt, LimitsNotMet, Sleep, draft
from copy_service.service import tell_regenerated
from platforms.limits import violations
from platforms.registry import load_registry

PROVIDER_TIMEOUT_SECONDS = 150.0
MAX_DRAFTS = 3


@dataclass(frozen=True)
class CopyTask:
    """What one job has to write, and from what."""

    asset: Asset
    request: CopyRequest
    sources: dict[str, Piece]
    rules: dict[str, Parameter]


class CopyWorker(JobWorker[CopyTask, CopyText]):
    """One copy variant a job."""

    def __init__(self, copywriter: Copywriter, sleep: Sleep = asyncio.sleep, pace: Pace | None = None) -> None:
        yen, dollars = copywriter.estimate_yen(), copywriter.estimate_usd_micros()
        super().__init__(Generator(copywriter.name, copywriter.model, copywriter.offline, yen, dollars), CopyTask, pace)
        self._copywriter = copywriter
        self._sleep = sleep
        self._calls = Calls(self.generator, PROVIDER_TIMEOUT_SECONDS, sleep)

    async def task(self, tx: Transaction, asset: Asset, job: RunJob) -> CopyTask:
        """Today's brief and brand, and the other variants to differ from."""
        sources, platform = await mirror.sources(tx, asset), load_registry().platform(asset.platform)
        brief, brand = mirror.brief_of(sources["brief"]), mirror.brand_of(sources["brand"])
        current = await store.version(tx.conn, asset.id, asset.version)
        # A regeneration that brings the same words again would help nobody, so the own text is one to differ from.
        own = (text_of(current),) if current else ()
        request = CopyRequest(
            brief=brief,
            brand=brand,
            platform=asset.platform,
            variant_label=asset.variant_label,
            register=register_for(brief, brand),
            direction=direction_for(job, current),
            seed=requests.seed_for(job),
            limits_text=limits_in_words(platform),
            siblings=(*own, *await copy_store.siblings(tx.conn, asset.campaign_id, asset.platform, asset.id)),
        )
        return CopyTask(asset, request, sources, rules_today(platform))

    async def produce(self, execution: Execution, task: CopyTask, past: list[PastAttempt]) -> CopyText:
        """A text that fits its platform; one that was bought before is not bought again."""
        if (bought := await self._calls.bought(execution, past)) is not None:
            return CopyText.model_validate(bought["text"])
        return await self._draft(execution, task, past)

    async def stop(self, execution: Execution, past: list[PastAttempt]) -> None:
        """A call cannot be taken back, so it is waited for: what it cost counts, and its text is not applied."""
        await self._calls.stop(execution, past)

    def made(self, job: RunJob, task: CopyTask, output: CopyText) -> Made:
        """The text with all that it rests on."""
        request = task.request
        inputs = generated_inputs(
            task.asset,
            task.sources,
            direction=request.direction,
            seed=request.seed,
            model=self.generator.model,
            rules=task.rules,
        )
        return made_text(
            output,
            request.register,
            inputs,
            provider=self.generator.name,
            offline=self.generator.offline,
            reason=job.reason,
            direction=request.direction,
            seed=request.seed,
            job_id=job.job_id,
        )

    def wanted(self, job: RunJob, asset: Asset, made: Made) -> Wanted:
        """The settings it was made with, under today's rules."""
        del job
        return wanted_after(asset, made, rules_today(load_registry().platform(asset.platform)))

    async def tell(self, tx: Transaction, asset: Asset, made: Made, committed: Committed) -> None:
        """Publishes `copy.regenerated`."""
        tell_regenerated(tx, asset, made, committed)

    async def _draft(self, execution: Execution, task: CopyTask, past: list[PastAttempt]) -> CopyText:
        made_before, paid = max((one.n for one in past), default=0), sum(one.cost_yen > 0 for one in past)
        if paid >= MAX_DRAFTS:
            raise JobEnds(LimitsNotMet.code, f"no text fitted after {paid} attempts")

        async def started(attempt: Attempt) -> None:
            await execution.intend(made_before + attempt.number)

        async def finished(attempt: Attempt) -> None:
            await self._note(execution, made_before + attempt.number, attempt)

        platform = load_registry().platform(task.asset.platform)
        try:
            drafted = await draft(
                self._copywriter,
                task.request,
                lambda text: [violation.text for violation in violations(text, platform)],
                on_attempt_started=started,
                on_attempt_finished=finished,
                attempts=MAX_DRAFTS - paid,
                sleep=self._sleep,
            )
        except (ProviderError, LimitsNotMet) as error:
            raise JobEnds(error.code, str(error)) from error
        return drafted.written.copy

    async def _note(self, execution: Execution, n: int, attempt: Attempt) -> None:
        spent = attempt.spent or Spent(None, 0)
        cost = (spent.provider_id, spent.cost_usd_micros, spent.units)
        if attempt.written and not attempt.reasons:
            output = {"text": attempt.written.copy.model_dump(mode="json")}
            await execution.succeeded(n, spent.cost_yen, output, *cost)
        elif attempt.error:
            await self._calls.failed(execution, n, attempt.error, attempt.spent)
        else:
            await execution.failed(n, "; ".join(attempt.reasons), spent.cost_yen, *cost)
