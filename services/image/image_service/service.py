"""Use cases that need no generator: planning, editing prompts, photos, restoring."""

from dataclasses import replace
from typing import Any

from assets import mirror, store
from assets.acts import new_version, rewanted
from assets.events import produced_fields
from assets.model import Asset, Made
from assets.versioning import Committed, commit, locked, restored, version_to_restore
from chassis.errors import RetryLater
from chassis.transaction import Transaction, reply_ok
from contracts.campaign import CampaignCreated, CampaignUpdated
from contracts.envelope import Reply
from contracts.image import EditImagePrompt, ImagePromptChanged, ImageRegenerated, RestoreImage, UploadImage
from contracts.values import BlobRef, KitAsset, Wanted
from image_service.domain import first_wanted, origin_of, uploaded, wanted_after, wanted_with_prompt


async def plan_campaign(event: CampaignCreated, tx: Transaction) -> None:
    """Learns a campaign's brief and brand, and plans its base images."""
    await mirror.learn_brand_without_logo(tx, event.brand)
    await mirror.learn_brief(tx, event.campaign_id, event.brand.id, event.brief)
    for planned in event.kit:
        await _plan(tx, event.campaign_id, planned, reopen=False)


async def follow_campaign(event: CampaignUpdated, tx: Transaction) -> None:
    """Notes a brief that may have changed, and takes in photos that joined the campaign."""
    await mirror.learn_brief(tx, event.campaign_id, event.brand_id, event.brief)
    for planned in event.added:
        await _plan(tx, event.campaign_id, planned, reopen=event.reopen)


async def edit_prompt(command: EditImagePrompt, tx: Transaction) -> Reply:
    """Another prompt is wanted; nothing is generated. Words equal to the current version's make it fresh again."""
    asset = await locked(tx, command.asset_id)
    current = await store.version(tx.conn, asset.id, asset.version)
    wanted = wanted_with_prompt(asset, current, command.prompt)
    rewanted(tx, asset, wanted)
    if wanted.parameters != asset.wanted.parameters:
        await store.set_wanted_by_hand(tx.conn, asset.id, wanted)
        tx.emit(_prompt_changed(asset, wanted, command.prompt), subject=asset.id)
    return reply_ok({"assetId": asset.id})


async def upload_image(command: UploadImage, tx: Transaction) -> Reply:
    """A person's own photo becomes the image's next version."""
    asset = await locked(tx, command.asset_id)
    await _take_photo(tx, asset, command.photo, reopen=command.reopen)
    return reply_ok({"assetId": asset.id})


async def restore_image(command: RestoreImage, tx: Transaction) -> Reply:
    """An earlier version becomes a new one, and its prompt and seed are wanted again."""
    asset = await locked(tx, command.asset_id)
    earlier = await version_to_restore(tx, asset, command.version)
    await _apply_by_hand(tx, asset, restored(earlier, reopen=command.reopen), restored=command.version)
    return reply_ok({"assetId": asset.id})


def tell_regenerated(tx: Transaction, asset: Asset, made: Made, committed: Committed) -> None:
    """Publishes a new version of a base image."""
    event = ImageRegenerated(
        **produced_fields(asset, made, committed),
        focal_x=made.content.get("focalX"),
        focal_y=made.content.get("focalY"),
        prompt_origin=origin_of(made.parameters),
    )
    tx.emit(event, subject=asset.id)


async def _plan(tx: Transaction, campaign_id: str, planned: KitAsset, *, reopen: bool) -> None:
    if planned.kind != "image":
        return
    await mirror.plan_asset(tx, campaign_id, planned, first_wanted(planned.upstream))
    if planned.upload is not None:
        asset = await store.lock(tx.conn, planned.id)
        if asset is None:
            raise RetryLater(f"image {planned.id} was not planned")
        await _take_photo(tx, asset, planned.upload, reopen=reopen)


async def _take_photo(tx: Transaction, asset: Asset, photo: BlobRef, *, reopen: bool) -> None:
    await _apply_by_hand(tx, asset, replace(uploaded(photo), reopen=reopen))


async def _apply_by_hand(tx: Transaction, asset: Asset, made: Made, **now: Any) -> None:
    # A person's word is newer than every job asked for before it, so those come too late.
    committed = await commit(tx, asset, made, wanted_after(asset, made, None), seq=asset.newest_seq)
    new_version(tx, asset, committed.version, made.sha256, **now)
    if committed.changed:
        tell_regenerated(tx, asset, made, committed)


def _prompt_changed(asset: Asset, wanted: Wanted, prompt: str | None) -> ImagePromptChanged:
    origin = origin_of(wanted.parameters)
    return ImagePromptChanged(
        campaign_id=asset.campaign_id,
        asset_id=asset.id,
        prompt=None if origin == "derived" else prompt,
        origin=origin,
        wanted=wanted,
    )
