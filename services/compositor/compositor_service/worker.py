"""Runs render jobs that a person asked for, whether or not anything is stale."""

from dataclasses import replace

from assets import store
from assets.execution import Execution, PastAttempt
from assets.model import Asset, Made
from assets.versioning import Committed, inputs_today
from assets.worker import Generator, JobEnds, JobWorker
from chassis.errors import RetryLater
from chassis.transaction import Transaction
from compositor_service import store as renders
from compositor_service.domain import PROVIDER
from compositor_service.imaging.renderer import RENDERER
from compositor_service.rendering import FailedRender, RenderedAsset, Renderer, RenderTask
from compositor_service.telling import tell_rendered
from compositor_service.typesetting.errors import RenderError
from contracts.jobs import RunJob
from contracts.values import Wanted
from lineage.staleness import input_hash


class RenderWorker(JobWorker[RenderTask, RenderedAsset]):
    """One composite or platform image a job."""

    def __init__(self, renderer: Renderer) -> None:
        super().__init__(Generator(PROVIDER, RENDERER, offline=True), RenderTask)
        self._renderer = renderer

    async def task(self, tx: Transaction, asset: Asset, job: RunJob) -> RenderTask:
        """The asset's pieces as they are now."""
        known = await store.pieces(tx.conn, asset.wanted.upstream.values())
        if missing := set(asset.wanted.upstream.values()) - known.keys():
            raise RetryLater(f"asset {asset.id} rests on {min(missing)}, which is not known here yet")
        sources = {role: known[piece_id] for role, piece_id in asset.wanted.upstream.items()}
        return RenderTask(asset, sources, job.reason)

    async def produce(self, execution: Execution, task: RenderTask, past: list[PastAttempt]) -> RenderedAsset:
        """Rendering costs nothing, so it is simply done again after a crash."""
        del execution, past
        try:
            if task.asset.kind == "composited_image":
                return await self._renderer.composite(task)
            [size] = await self._renderer.sizes([task])
        except RenderError as error:
            raise _ended(error) from error
        if isinstance(size, FailedRender):
            raise _ended(size.error)
        return size

    def made(self, job: RunJob, task: RenderTask, output: RenderedAsset) -> Made:
        """The render, with the job that asked for it."""
        del task
        return replace(output.made, job_id=job.job_id)

    def wanted(self, job: RunJob, asset: Asset, made: Made) -> Wanted:
        """Rendering changes no settings."""
        del job, made
        return asset.wanted

    async def may_apply(self, tx: Transaction, asset: Asset, task: RenderTask) -> bool:
        """A render of what was wanted earlier would undo the cascade's newer one."""
        now = await inputs_today(tx.conn, asset)
        return now is not None and input_hash(now) == input_hash(task.inputs)

    async def note_failure(self, tx: Transaction, asset: Asset, job: RunJob, task: RenderTask | None) -> None:
        """Remembers from what nothing came, so that asking for the very same again is refused."""
        failed_on = task.inputs if task is not None else await inputs_today(tx.conn, asset)
        if failed_on is not None:
            await renders.note_failed_request(tx.conn, asset.id, job.seq, input_hash(failed_on))

    async def tell(self, tx: Transaction, asset: Asset, made: Made, committed: Committed) -> None:
        """Publishes `composite.rendered` or `platform_image.rendered`."""
        await tell_rendered(tx, asset, made, committed)


def _ended(error: RenderError) -> JobEnds:
    return JobEnds(error.code, str(error))
