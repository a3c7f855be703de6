"""Pin and accept: what a person says about an asset as it stands."""

from assets import store
from assets.acts import acted_on
from assets.versioning import accept, locked
from chassis.transaction import Transaction, reply_ok
from contracts.assets import AcceptAsset, AssetPinned, PinAsset
from contracts.envelope import Reply


async def pin_asset(command: PinAsset, tx: Transaction) -> Reply:
    """Takes an asset out of cascades, or back in."""
    asset = await locked(tx, command.asset_id)
    assert asset.kind != "qa", "reports take no part in cascades"
    revision = await store.set_pinned(tx.conn, asset.id, command.pinned)
    acted_on(tx, asset, {"pinned": asset.pinned}, {"pinned": command.pinned})
    event = AssetPinned(
        campaign_id=asset.campaign_id, asset_id=asset.id, kind=asset.kind, pinned=command.pinned, revision=revision
    )
    tx.emit(event, subject=asset.id)
    return reply_ok({"assetId": asset.id})


async def accept_asset(command: AcceptAsset, tx: Transaction) -> Reply:
    """Marks an asset as fresh with a reason."""
    asset = await locked(tx, command.asset_id)
    await accept(tx, asset, command.reason, command.input_hash)
    acted_on(tx, asset)
    return reply_ok({"assetId": asset.id})
