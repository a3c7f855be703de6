"""Use cases that render nothing themselves: planning, following upstream pieces, editing, restoring."""

from typing import Any
from uuid import UUID, uuid4

from assets import mirror, standing, store
from assets.acts import acted_on, new_version, rewanted
from assets.model import Asset, Piece
from assets.versioning import accept, commit, inputs_today, locked, restored, version_to_restore
from chassis.transaction import Transaction, reply_ok
from compositor_service import store as renders
from compositor_service.brands import learn_brand
from compositor_service.domain import (
    composite_parameters,
    edited_wanted,
    first_wanted,
    size_parameters,
)
from compositor_service.errors import LayoutUnknown, NotRendered, RetryRequired, UnknownCopyVariant
from compositor_service.imaging.layouts import DEFAULT_LAYOUT, LAYOUTS
from compositor_service.staleness import reconsider
from compositor_service.telling import tell_rendered
from compositor_service.topology import JOBS
from contracts.assets import PinAsset
from contracts.campaign import CampaignCreated, CampaignDeleted, CampaignUpdated
from contracts.compositor import CompositeSettingsChanged, EditComposite, RenderAssets, RestoreRendered
from contracts.copy import CopyRegenerated
from contracts.envelope import Reply
from contracts.image import ImageRegenerated
from contracts.jobs import JobRequested, RunJob
from contracts.produced import Produced
from contracts.values import KitAsset
from lineage.staleness import input_hash
from platforms.registry import load_registry

ROLES_IN_CAMPAIGN = ("image", "copy")

RETRY_REQUIRED = (
    "the last job for this asset failed and nothing has changed since; change the copy, the layout, the image or the "
    "brand, or have an admin approve a retry of it"
)


async def plan_campaign(event: CampaignCreated, tx: Transaction) -> None:
    """Plans a campaign's composites and platform images."""
    await renders.lock_campaign(tx.conn, event.campaign_id)
    await learn_brand(tx, event.brand)
    await _plan(tx, event.campaign_id, event.kit)


async def plan_more(event: CampaignUpdated, tx: Transaction) -> None:
    """Plans what a photo that joined the campaign brings with it."""
    await renders.lock_campaign(tx.conn, event.campaign_id)
    await _plan(tx, event.campaign_id, event.added)


async def follow_image(event: ImageRegenerated, tx: Transaction) -> None:
    """A base image changed: the composites on it are reconsidered."""
    content = {"focalX": event.focal_x, "focalY": event.focal_y, "offline": event.offline}
    await _follow(tx, event, Piece(event.asset_id, event.version, event.sha256, content))


async def follow_copy(event: CopyRegenerated, tx: Transaction) -> None:
    """A copy variant changed: the composites that carry it are reconsidered."""
    content = {
        "text": event.text.model_dump(mode="json"),
        "offline": event.offline,
        "campaignId": event.campaign_id,
        "platform": event.platform,
    }
    await _follow(tx, event, Piece(event.asset_id, event.version, event.sha256, content))


async def leave_campaign(event: CampaignDeleted, tx: Transaction) -> None:
    """Nothing of a deleted campaign follows any change from now on."""
    await renders.delete_campaign(tx.conn, event.campaign_id)


async def edit_composite(command: EditComposite, tx: Transaction) -> Reply:
    """Chooses another copy variant or layout; the composite follows by itself."""
    asset = await _locked_with_campaign(tx, command.asset_id)
    await _check_choice(tx, asset, command)
    wanted = edited_wanted(asset.wanted, command.copy_variant_id, command.layout)
    rewanted(tx, asset, wanted)
    if (wanted.upstream, wanted.parameters) != (asset.wanted.upstream, asset.wanted.parameters):
        await store.set_wanted(tx.conn, asset.id, wanted)
        event = CompositeSettingsChanged(campaign_id=asset.campaign_id, asset_id=asset.id, wanted=wanted)
        tx.emit(event, subject=asset.id)
        await reconsider(tx, await locked(tx, asset.id), reopen=command.reopen)
    return reply_ok({"assetId": asset.id})


async def pin_asset(command: PinAsset, tx: Transaction) -> Reply:
    """Takes an asset out of cascades or back in; back in, it catches up at once."""
    reply = await standing.pin_asset(command, tx)
    asset = await locked(tx, command.asset_id)
    if not command.pinned and asset.kind == "composited_image":
        await reconsider(tx, asset)
    return reply


async def request_renders(command: RenderAssets, tx: Transaction) -> Reply:
    """A person asks for renders as free jobs, which start here and are projected into the ledger."""
    assets = [await locked(tx, asset_id) for asset_id in sorted(command.asset_ids)]
    for asset in assets:
        known = await store.pieces(tx.conn, asset.wanted.upstream.values())
        if missing := set(asset.wanted.upstream.values()) - known.keys():
            raise NotRendered(f"asset {asset.id} rests on {min(missing)}, which was never made; regenerate that first")
    failed = [asset for asset in assets if await _failed_on_the_same(tx, asset)]
    if failed and len(assets) == 1:
        raise RetryRequired(RETRY_REQUIRED)
    wanted = [asset for asset in assets if asset not in failed]
    jobs = [{"jobId": await _request(tx, asset, command), "targetId": asset.id} for asset in wanted]
    skipped = [{"assetId": asset.id, "reason": RetryRequired.type} for asset in failed]
    return reply_ok({"jobs": jobs, "skipped": skipped}, status=202)


async def restore_rendered(command: RestoreRendered, tx: Transaction) -> Reply:
    """An earlier version becomes a new one, accepted as it is until something upstream changes again."""
    asset = await locked(tx, command.asset_id)
    made = restored(await version_to_restore(tx, asset, command.version), reopen=command.reopen)
    committed = await commit(tx, asset, made, asset.wanted, seq=asset.newest_seq)
    new_version(tx, asset, committed.version, made.sha256, restored=command.version)
    if committed.changed:
        await tell_rendered(tx, asset, made, committed)
    await accept(tx, await locked(tx, asset.id), f"version {command.version} was restored")
    return reply_ok({"assetId": asset.id})


async def _plan(tx: Transaction, campaign_id: str, kit: tuple[KitAsset, ...]) -> None:
    for planned in kit:
        if planned.kind == "composited_image" and planned.platform:
            placements = load_registry().default_placements(planned.platform)
            wanted = first_wanted(planned, composite_parameters(DEFAULT_LAYOUT, placements))
            await mirror.plan_asset(tx, campaign_id, planned, wanted)
            await reconsider(tx, await locked(tx, planned.id))
        elif planned.kind == "platform_image" and planned.placement:
            wanted = first_wanted(planned, size_parameters(planned.placement, load_registry()))
            await mirror.plan_asset(tx, campaign_id, planned, wanted)


async def _locked_with_campaign(tx: Transaction, asset_id: str) -> Asset:
    found = await store.get(tx.conn, asset_id)
    if found is not None:
        await renders.lock_campaign(tx.conn, found.campaign_id)
    return await locked(tx, asset_id)


async def _follow(tx: Transaction, event: Produced, piece: Piece) -> None:
    await renders.lock_campaign(tx.conn, event.campaign_id)
    if await store.learn(tx.conn, tx.team_id, piece):
        for composite in await store.lock_dependents(tx.conn, piece.id, ROLES_IN_CAMPAIGN):
            await reconsider(tx, composite, reopen=event.reopen)


async def _check_choice(tx: Transaction, asset: Asset, command: EditComposite) -> None:
    if command.layout is not None and command.layout not in LAYOUTS:
        raise LayoutUnknown(f"there is no layout {command.layout!r}; there are {', '.join(LAYOUTS)}")
    if command.copy_variant_id is not None:
        known = await store.pieces(tx.conn, [command.copy_variant_id])
        content = known[command.copy_variant_id].content if known else {}
        if (content.get("campaignId"), content.get("platform")) != (asset.campaign_id, asset.platform):
            raise UnknownCopyVariant(f"{asset.platform} has no written copy variant {command.copy_variant_id} here")


async def _failed_on_the_same(tx: Transaction, asset: Asset) -> bool:
    failed, now = await renders.latest_failed(tx.conn, asset.id), await inputs_today(tx.conn, asset)
    return failed is not None and now is not None and input_hash(now) == failed


async def _request(tx: Transaction, asset: Asset, command: RenderAssets) -> str:
    job_id, seq = str(uuid4()), await renders.next_seq(tx.conn, asset.id)
    asked: dict[str, Any] = {
        "job_id": job_id,
        "campaign_id": asset.campaign_id,
        "kind": asset.kind,
        "target_id": asset.id,
        "seq": seq,
        "options": command.options,
        "requested_by": tx.actor,
        "reopen": command.reopen,
    }
    tx.emit(JobRequested(**asked, cascade_id=str(tx.context.correlation_id)), subject=job_id)
    run = RunJob(**asked, reason="regenerate")
    tx.send(run, queue=JOBS, message_id=UUID(job_id))
    acted_on(tx, asset, after={"jobId": job_id, "reopen": command.reopen})
    return job_id
