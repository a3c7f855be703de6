"""Use cases that need no generator: planning, editing by hand, restoring."""

from dataclasses import replace
from typing import Any

from assets import mirror, store
from assets.acts import new_version
from assets.events import produced_fields
from assets.model import Asset, Made, Version
from assets.versioning import Committed, commit, locked, restored, version_to_restore
from chassis.errors import Invalid
from chassis.transaction import Transaction, reply_ok
from contracts.campaign import CampaignCreated, CampaignUpdated
from contracts.copy import CopyRegenerated, EditCopy, RestoreCopy
from contracts.envelope import Reply
from contracts.values import CopyText, Wanted
from copy_service.domain import (
    edited_inputs,
    edited_text,
    made_text,
    register_for,
    rules_today,
    text_of,
    unusable,
    wanted_after,
)
from copy_service.errors import LimitsExceeded
from platforms.limits import violations
from platforms.registry import load_registry

PERSON = "person"


async def plan_campaign(event: CampaignCreated, tx: Transaction) -> None:
    """Learns a campaign's brief and brand, and plans its copy variants."""
    await mirror.learn_brand_without_logo(tx, event.brand)
    await mirror.learn_brief(tx, event.campaign_id, event.brand.id, event.brief)
    for planned in event.kit:
        if planned.kind == "copy_variant":
            await mirror.plan_asset(tx, event.campaign_id, planned, Wanted(revision=0, upstream=planned.upstream))


async def learn_brief(event: CampaignUpdated, tx: Transaction) -> None:
    """Notes a brief that may have changed."""
    await mirror.learn_brief(tx, event.campaign_id, event.brand_id, event.brief)


async def edit_copy(command: EditCopy, tx: Transaction) -> Reply:
    """A person's own wording: a new version, held to the platform's limits."""
    asset = await locked(tx, command.asset_id)
    current = await store.version(tx.conn, asset.id, asset.version)
    text = edited_text(text_of(current) if current else None, command)
    if text is None:
        raise Invalid("this variant was never written: give headline, body and cta together")
    check_usable(text, command)
    check_limits(text, asset)
    sources = await mirror.sources(tx, asset)
    register = register_for(mirror.brief_of(sources["brief"]), mirror.brand_of(sources["brand"]))
    made = made_text(text, register, edited_inputs(sources), provider=PERSON, offline=False, reason="edited")
    made = replace(made, reopen=command.reopen)
    await apply_by_hand(tx, asset, made, was=current, text=told(text))
    return reply_ok({"assetId": asset.id})


async def restore_copy(command: RestoreCopy, tx: Transaction) -> Reply:
    """An earlier version's words become a new version."""
    asset = await locked(tx, command.asset_id)
    earlier = await version_to_restore(tx, asset, command.version)
    current = await store.version(tx.conn, asset.id, asset.version)
    await apply_by_hand(
        tx,
        asset,
        restored(earlier, reopen=command.reopen),
        was=current,
        restored=command.version,
        text=told(text_of(earlier)),
    )
    return reply_ok({"assetId": asset.id})


async def apply_by_hand(tx: Transaction, asset: Asset, made: Made, was: Version | None, **now: Any) -> None:
    """A person's word is newer than every job asked for before it, so those come too late."""
    rules = rules_today(load_registry().platform(asset.platform))
    committed = await commit(tx, asset, made, wanted_after(asset, made, rules), seq=asset.newest_seq)
    new_version(tx, asset, committed.version, made.sha256, {"text": told(text_of(was))} if was else None, **now)
    if committed.changed:
        tell_regenerated(tx, asset, made, committed)


def told(text: CopyText) -> dict[str, Any]:
    """Words as the audit log tells them."""
    return text.model_dump(mode="json", by_alias=True)


def tell_regenerated(tx: Transaction, asset: Asset, made: Made, committed: Committed) -> None:
    """Publishes a new version of a copy variant."""
    event = CopyRegenerated(
        **produced_fields(asset, made, committed),
        platform=asset.platform,
        variant_label=asset.variant_label,
        text=CopyText.model_validate(made.content["text"]),
        register_used=made.content["register"],
    )
    tx.emit(event, subject=asset.id)


def check_usable(text: CopyText, command: EditCopy) -> None:
    """Raises Invalid with every field that shows nothing, and every new hashtag without its #."""
    faults = list(unusable(text, command))
    if faults:
        told = [{"path": path, "message": message} for path, message in faults]
        raise Invalid("; ".join(f"{path}: {message}" for path, message in faults), errors=told)


def check_limits(text: CopyText, asset: Asset) -> None:
    """Raises LimitsExceeded with every limit that the words break."""
    found = violations(text, load_registry().platform(asset.platform))
    if found:
        told = [violation.text for violation in found]
        raise LimitsExceeded("; ".join(told), violations=told)
