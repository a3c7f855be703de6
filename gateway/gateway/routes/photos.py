"""A person's own photo as a base image."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Response, UploadFile

from contracts.campaign import AddPhoto
from contracts.envelope import Command
from contracts.image import UploadImage
from contracts.values import BlobRef
from gateway.auth import Writer
from gateway.idempotency import Writing
from gateway.locks import consent
from gateway.problems import documented, not_found
from gateway.readmodel.views import asset_view
from gateway.routes.access import Id, Parts, asset_standing, campaign_now
from gateway.schemas.assets import REOPEN, AssetView
from gateway.schemas.base import Identifier
from gateway.uploads import KnownFields, keep, read_file

router = APIRouter(prefix="/api/campaigns/{campaign_id}/images", tags=["assets"])


@router.post(
    "",
    status_code=202,
    operation_id="uploadImage",
    responses=documented(401, 403, 404, 409, 413, 422, 503),
    form_limits={"max_files": 1, "max_fields": 4, "max_part_size": 1000},
)
async def upload_image(
    campaign_id: Id,
    photo: Annotated[UploadFile, File(description="JPEG, PNG or WebP; 300 to 12,000 pixels a side, at most 20 MB")],
    gateway: Parts,
    principal: Writer,
    _: KnownFields,
    write: Writing,
    response: Response,
    asset_id: Annotated[Identifier | None, Form(alias="assetId", description="The base image to replace")] = None,
    reopen: Annotated[bool, Form(description=REOPEN)] = False,
) -> AssetView:
    """Takes a photo in: as the next version of a base image, or as a new one with composites for every platform."""
    now = await campaign_now(gateway, campaign_id, principal)
    if asset_id is not None:
        asset = now.asset(asset_id)
        if asset is None or asset.kind != "image":
            raise not_found("image", asset_id)
    data = await read_file(photo, "photo", gateway.settings.upload_limit_bytes)
    await write.open(f"{asset_id}:{'reopen' if reopen else ''}".encode() + data)
    consented = await consent(now, write, reopen=reopen)
    blob = await keep(gateway, data, "photo")
    reply = await write.ask(_command(campaign_id, asset_id, blob, reopen=consented))
    taken_by = asset_id or (reply.body or {})["assetId"]
    response.headers["Location"] = f"/api/assets/{taken_by}/versions"
    return asset_view(await asset_standing(gateway, taken_by, principal))


def _command(campaign_id: str, asset_id: str | None, blob: BlobRef, *, reopen: bool) -> Command:
    if asset_id is None:
        return AddPhoto(campaign_id=campaign_id, photo=blob, reopen=reopen)
    return UploadImage(asset_id=asset_id, photo=blob, reopen=reopen)
