"""Pin and accept, sent to whichever service owns the asset."""

from contracts.assets import AcceptAsset, PinAsset
from contracts.envelope import Command
from contracts.values import AssetKind
from gateway.problems import invalid
from gateway.schemas.assets import Standing

OWNERS: dict[AssetKind, str] = {
    "copy_variant": "copy.commands",
    "image": "image.commands",
    "composited_image": "compositor.commands",
    "platform_image": "compositor.commands",
}


def one_change(body: Standing) -> str:
    """Which of `pinned`, `accept` and `content` the body asks for. Raises ProblemError 422 unless it is one of them."""
    named = body.model_fields_set - {"reopen"}
    asked = [group for group in ("pinned", "accept") if group in named and getattr(body, group) is not None]
    if named - {"pinned", "accept"}:
        asked.append("content")
    if len(asked) != 1:
        what = "nothing to change" if not asked else f"{' and '.join(asked)} are separate changes"
        raise invalid(("", f"{what}: give pinned, accept or content, one at a time"))
    return asked[0]


def standing_command(asset_id: str, body: Standing) -> Command | None:
    """The command that pins or accepts an asset; None when the body is about content."""
    if body.pinned is not None:
        return PinAsset(asset_id=asset_id, pinned=body.pinned)
    if body.accept is None:
        return None
    return AcceptAsset(asset_id=asset_id, reason=body.accept.reason, input_hash=body.accept.input_hash)
