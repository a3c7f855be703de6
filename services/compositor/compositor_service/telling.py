"""Publishes what was rendered."""

from assets import store
from assets.events import produced_fields
from assets.model import Asset, Made
from assets.versioning import Committed
from chassis.transaction import Transaction
from compositor_service.domain import piece_of
from contracts.compositor import CompositeRendered, PlatformImageRendered


async def tell_rendered(
    tx: Transaction, asset: Asset, made: Made, committed: Committed, duration_ms: int | None = None
) -> None:
    """A new version of a composite, which platform images then rest on, or of a platform image."""
    fields = produced_fields(asset, made, committed, duration_ms)
    if asset.kind == "composited_image":
        await store.learn(tx.conn, asset.team_id, piece_of(asset, committed.version, made))
        tx.emit(_composite(fields, made), subject=asset.id)
    else:
        composite_id = made.inputs.upstream["composite"].id
        event = PlatformImageRendered(**fields, placement=asset.placement or "", composite_id=composite_id)
        tx.emit(event, subject=asset.id)


def _composite(fields: dict[str, object], made: Made) -> CompositeRendered:
    return CompositeRendered.model_validate(
        {
            **fields,
            "layout": made.content["layout"],
            "contrast": made.content["contrast"],
            "focal_x": made.content["focalX"],
            "focal_y": made.content["focalY"],
        }
    )
