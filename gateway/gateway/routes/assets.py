"""Editing single assets: wording, prompts, layout, pin and accept."""

from fastapi import APIRouter

from contracts.compositor import EditComposite
from contracts.copy import EditCopy
from contracts.image import EditImagePrompt
from contracts.values import AssetKind
from gateway.auth import Principal, Writer
from gateway.idempotency import Write, Writing
from gateway.locks import consent
from gateway.problems import documented, invalid
from gateway.readmodel.views import asset_view
from gateway.routes.access import Id, Parts, asset_home, asset_standing, campaign_now
from gateway.schemas.assets import AssetView, CompositeChanges, CopyChanges, ImageChanges, Standing
from gateway.standing_commands import OWNERS, one_change, standing_command

router = APIRouter(prefix="/api", tags=["assets"])
ANSWERS = documented(401, 403, 404, 409, 422, 503)


@router.patch("/copy-variants/{asset_id}", operation_id="updateCopyVariant", responses=ANSWERS)
async def update_copy_variant(
    asset_id: Id, body: CopyChanges, gateway: Parts, principal: Writer, write: Writing
) -> AssetView:
    """A person's own wording, held to the platform's limits; or pin, or accept."""
    edit = EditCopy(asset_id=asset_id, **body.model_dump(include={"headline", "body", "cta", "hashtags"}))
    return await _change(asset_id, ("copy_variant",), body, edit, gateway, principal, write)


@router.patch("/images/{asset_id}", operation_id="updateImage", responses=ANSWERS)
async def update_image(
    asset_id: Id, body: ImageChanges, gateway: Parts, principal: Writer, write: Writing
) -> AssetView:
    """Another prompt, which makes the image stale and generates nothing; or pin, or accept."""
    edit = EditImagePrompt(asset_id=asset_id, prompt=body.prompt)
    return await _change(asset_id, ("image",), body, edit, gateway, principal, write)


@router.patch("/composites/{asset_id}", operation_id="updateComposite", responses=ANSWERS)
async def update_composite(
    asset_id: Id, body: CompositeChanges, gateway: Parts, principal: Writer, write: Writing
) -> AssetView:
    """Another copy variant or layout, rendered at once. Pin and accept also take a platform image's id."""
    is_content = one_change(body) == "content"
    if is_content and body.copy_variant_id is None and body.layout is None:
        raise invalid(("", "nothing to change: give copyVariantId or layout"))
    if is_content and body.copy_variant_id is not None:
        await _require_variant(gateway, asset_id, body.copy_variant_id, principal)
    kinds: tuple[AssetKind, ...] = ("composited_image",) if is_content else ("composited_image", "platform_image")
    edit = EditComposite(asset_id=asset_id, copy_variant_id=body.copy_variant_id, layout=body.layout)
    return await _change(asset_id, kinds, body, edit, gateway, principal, write)


async def _change(
    asset_id: str,
    kinds: tuple[AssetKind, ...],
    body: Standing,
    edit: EditCopy | EditComposite | EditImagePrompt,
    gateway: Parts,
    principal: Principal,
    write: Write,
) -> AssetView:
    changes_content = one_change(body) == "content"
    campaign_id, kind = await asset_home(gateway, asset_id, principal, kinds)
    await write.open(body)
    if changes_content and isinstance(body, CopyChanges | CompositeChanges):
        now = await campaign_now(gateway, campaign_id, principal)
        edit = edit.model_copy(update={"reopen": await consent(now, write, reopen=body.reopen)})
    command = standing_command(asset_id, body) or edit
    await write.ask(command, queue=OWNERS[kind])
    return asset_view(await asset_standing(gateway, asset_id, principal))


async def _require_variant(gateway: Parts, asset_id: str, variant_id: str, principal: Principal) -> None:
    campaign_id, _ = await asset_home(gateway, asset_id, principal, ("composited_image",))
    now = await campaign_now(gateway, campaign_id, principal)
    variant, composite = now.asset(variant_id), now.asset(asset_id)
    if variant is None or variant.kind != "copy_variant":
        raise invalid(("copyVariantId", "this campaign has no such copy variant"))
    if composite is not None and composite.platform and variant.platform != composite.platform:
        raise invalid(("copyVariantId", f"it is a variant for {variant.platform}, not for {composite.platform}"))
