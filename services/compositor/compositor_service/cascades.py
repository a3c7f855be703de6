"""The cascade's free renders: each need rendered once, superseded work dropped, a late render never applied."""

from dataclasses import replace
from uuid import UUID

from assets import store
from assets.model import Asset
from assets.versioning import commit
from assets.worker import INTERNAL
from chassis.subscriptions import AlreadyDone, Work
from chassis.transaction import Transaction
from compositor_service import holds_store as holds
from compositor_service import store as renders
from compositor_service.rendering import FailedRender, RenderedAsset, Renderer, RenderTask
from compositor_service.staleness import reconsider, stale_inputs
from compositor_service.telling import tell_rendered
from compositor_service.typesetting.errors import RenderError
from contracts.assets import AssetAccepted, AssetPinned
from contracts.compositor import CascadesReleased, CompositeInvalidated, CompositeRendered, RenderFailed
from contracts.envelope import Event
from lineage.staleness import input_hash, is_stale

INTERNAL_ERROR = "it could not be rendered, unexpectedly; whoever runs Saisei finds why among the dead letters"


class Cascades:
    """Renders what was invalidated, and cuts what was rendered."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    async def render_composite(self, event: CompositeInvalidated, work: Work) -> None:
        """Renders one composite from its inputs as they are now."""
        if event.held:
            await _nothing_to_do(work)
            return
        async with work.transaction() as tx:
            tasks = await self._claimed(tx, [await store.lock(tx.conn, event.composite_id)], reopen=event.reopen)
        await self._rendered(work, tasks)

    async def render_sizes(self, event: CompositeRendered, work: Work) -> None:
        """Cuts every platform image of a composite that is stale, from one decode."""
        await self._cut(work, event.asset_id, reopen=event.reopen)

    async def follow_released(self, event: CascadesReleased, work: Work) -> None:
        """Cuts whatever of a campaign became stale by itself while it was held; composites tell of themselves."""
        async with work.transaction() as tx:
            composites = await holds.assets_of(tx.conn, event.campaign_id, "composited_image")
        for composite_id in composites:
            async with work.transaction() as tx:
                tasks = await self._stale_sizes(tx, composite_id, reopen=False)
            if tasks:
                await self._render(work, tasks)
        await _nothing_to_do(work)

    async def follow_accepted(self, event: AssetAccepted, work: Work) -> None:
        """A composite's bytes stay as they are: only platform images that are stale by themselves are cut."""
        if event.kind == "composited_image":
            await self._cut(work, event.asset_id)
        else:
            await _nothing_to_do(work)

    async def follow_unpinned(self, event: AssetPinned, work: Work) -> None:
        """A platform image that is back in the cascade catches up; a composite does so by its invalidation."""
        if event.pinned or event.kind != "platform_image":
            await _nothing_to_do(work)
            return
        async with work.transaction() as tx:
            tasks = await self._claimed(tx, [await store.lock(tx.conn, event.asset_id)])
        await self._rendered(work, tasks)

    async def bury(self, event: Event, work: Work) -> None:
        """A render was given up: its claims are free again, and the assets say that they failed."""
        del event
        async with work.transaction() as tx:
            for asset_id, digest in await renders.end_renders_of(tx.conn, _holder(tx)):
                asset = await store.lock(tx.conn, asset_id)
                if asset is not None:
                    tx.emit(_given_up(asset, INTERNAL, INTERNAL_ERROR, digest), subject=asset.id)

    async def _cut(self, work: Work, composite_id: str, *, reopen: bool = False) -> None:
        async with work.transaction() as tx:
            tasks = await self._stale_sizes(tx, composite_id, reopen=reopen)
        await self._rendered(work, tasks)

    async def _stale_sizes(self, tx: Transaction, composite_id: str, *, reopen: bool) -> list[RenderTask]:
        sizes = await store.lock_dependents(tx.conn, composite_id, ("composite",))
        return await self._claimed(tx, [*sizes], reopen=reopen)

    async def _claimed(self, tx: Transaction, assets: list[Asset | None], *, reopen: bool = False) -> list[RenderTask]:
        # An earlier delivery may have died over other inputs: left there, its claim would turn away whoever needs them.
        await renders.end_renders_of(tx.conn, _holder(tx))
        free = [asset for asset in assets if asset is not None and not asset.pinned]
        # All of them are of one campaign.
        if not free or (not reopen and await holds.is_held(tx.conn, free[0].campaign_id)):
            return []
        tasks = [await self._task(tx, asset, reopen) for asset in free]
        return [task for task in tasks if task is not None]

    async def _task(self, tx: Transaction, asset: Asset, reopen: bool) -> RenderTask | None:
        # Read once: were the pieces read again, a claim might be of other inputs than are rendered, and never end.
        known = await store.pieces(tx.conn, asset.wanted.upstream.values())
        if any(piece_id not in known for piece_id in asset.wanted.upstream.values()):
            return None
        sources = {role: known[piece_id] for role, piece_id in asset.wanted.upstream.items()}
        task = RenderTask(asset, sources, "cascade" if asset.version else "initial", reopen)
        digest = input_hash(task.inputs)
        if not is_stale(await store.input_hashes(tx.conn, asset.id, asset.version), digest):
            return None
        return task if await renders.claim_render(tx.conn, asset.id, digest, _holder(tx)) else None

    async def _rendered(self, work: Work, tasks: list[RenderTask]) -> None:
        if not tasks:
            await _nothing_to_do(work)
            return
        outcomes = await self._outcomes(tasks)
        try:
            async with work.finish() as tx:
                await end_renders(tx, outcomes)
        except AlreadyDone:
            # Another delivery finished this message for an earlier need; what is claimed here is nobody else's.
            async with work.transaction() as tx:
                await end_renders(tx, outcomes)

    async def _render(self, work: Work, tasks: list[RenderTask]) -> None:
        """A part of what a message asks for; doing it twice is doing it once."""
        outcomes = await self._outcomes(tasks)
        async with work.transaction() as tx:
            await end_renders(tx, outcomes)

    async def _outcomes(self, tasks: list[RenderTask]) -> list[RenderedAsset | FailedRender]:
        try:
            if tasks[0].asset.kind == "composited_image":
                return [await self._renderer.composite(tasks[0])]
            return await self._renderer.sizes(tasks)
        except RenderError as error:
            return [FailedRender(task, error) for task in tasks]


async def end_renders(tx: Transaction, outcomes: list[RenderedAsset | FailedRender]) -> None:
    """Commits what was rendered and tells what failed; doing it twice is doing it once."""
    for one in sorted(outcomes, key=lambda one: one.task.asset.id):
        await (give_up(tx, one) if isinstance(one, FailedRender) else apply_render(tx, one))


async def apply_render(tx: Transaction, rendered: RenderedAsset) -> None:
    """Commits a render unless its inputs have moved on meanwhile; a composite is then invalidated anew."""
    digest = input_hash(rendered.task.inputs)
    asset = await store.lock(tx.conn, rendered.task.asset.id)
    assert asset is not None, "assets are never deleted"
    await renders.end_render(tx.conn, asset.id, digest)
    now = await stale_inputs(tx, asset)
    if asset.pinned or now is None or input_hash(now) != digest:
        if asset.kind == "composited_image":
            await reconsider(tx, asset, reopen=rendered.task.reopen)
        return
    made = replace(rendered.made, reopen=rendered.task.reopen)
    committed = await commit(tx, asset, made, asset.wanted)
    if committed.changed:
        await tell_rendered(tx, asset, made, committed, rendered.duration_ms)


async def give_up(tx: Transaction, failed: FailedRender) -> None:
    """Tells that an asset cannot be rendered from these inputs."""
    asset, error, digest = failed.task.asset, failed.error, input_hash(failed.task.inputs)
    await renders.end_render(tx.conn, asset.id, digest)
    tx.emit(_given_up(asset, error.code, str(error), digest), subject=asset.id)


async def _nothing_to_do(work: Work) -> None:
    async with work.finish():
        pass


def _holder(tx: Transaction) -> UUID:
    return tx.context.causation_id or UUID(int=0)


def _given_up(asset: Asset, code: str, message: str, digest: str) -> RenderFailed:
    return RenderFailed(
        campaign_id=asset.campaign_id,
        asset_id=asset.id,
        kind="composited_image" if asset.kind == "composited_image" else "platform_image",
        code=code,
        message=message,
        wanted=asset.wanted,
        input_hash=digest,
    )
