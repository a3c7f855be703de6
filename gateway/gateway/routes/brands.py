"""Brand profiles."""

from typing import Annotated

from fastapi import APIRouter, File, Response, UploadFile

from contracts.campaign import BrandChanges, CreateBrand, UpdateBrand
from contracts.values import BrandProfile
from gateway import paging
from gateway.auth import Reader, Writer
from gateway.idempotency import Writing
from gateway.problems import documented, not_found
from gateway.readmodel import store
from gateway.readmodel.views import brand_view
from gateway.routes.access import Id, Parts
from gateway.schemas.brands import BrandBody, BrandList, BrandPatch, BrandView
from gateway.uploads import MAX_LOGO_BYTES, KnownFields, keep, read_file

LOGO = "PNG or WebP, transparent or not, or JPEG; 64 to 8,000 pixels on the longer side, at most 8:1 and 5 MB"

router = APIRouter(prefix="/api/brands", tags=["brands"])


@router.get("", operation_id="listBrands", responses=documented(401, 422))
async def list_brands(
    gateway: Parts, principal: Reader, limit: paging.Limit = 20, cursor: paging.TimedCursor = None
) -> BrandList:
    """The team's brands, newest first."""
    rows = await store.brand_page(gateway.database.pool, principal.team, paging.timed(cursor), limit + 1)
    shown, following = paging.page(rows, limit, lambda brand: (brand.first_heard_at, brand.id))
    return BrandList(items=tuple(map(brand_view, shown)), next_cursor=following)


@router.post("", status_code=201, operation_id="createBrand", responses=documented(401, 403, 409, 422, 503))
async def create_brand(
    body: BrandBody, gateway: Parts, principal: Writer, write: Writing, response: Response
) -> BrandView:
    """Adds a brand."""
    await write.open(body)
    reply = await write.ask(CreateBrand(profile=BrandProfile.model_validate(body.model_dump())))
    brand_id = (reply.body or {})["brandId"]
    response.headers["Location"] = f"/api/brands/{brand_id}"
    return await _brand(gateway, brand_id, principal.team)


@router.get("/{brand_id}", operation_id="getBrand", responses=documented(401, 404))
async def get_brand(brand_id: Id, gateway: Parts, principal: Reader) -> BrandView:
    """One brand."""
    return await _brand(gateway, brand_id, principal.team)


@router.patch("/{brand_id}", operation_id="updateBrand", responses=documented(401, 403, 404, 409, 422, 503))
async def update_brand(brand_id: Id, body: BrandPatch, gateway: Parts, principal: Writer, write: Writing) -> BrandView:
    """Changes a brand. Copy and images made from it become stale; composites render again by themselves."""
    await _brand(gateway, brand_id, principal.team)
    await write.open(body)
    changes = BrandChanges.model_validate(body.model_dump(exclude_unset=True))
    await write.ask(UpdateBrand(brand_id=brand_id, changes=changes))
    return await _brand(gateway, brand_id, principal.team)


@router.put(
    "/{brand_id}/logo",
    operation_id="putBrandLogo",
    responses=documented(401, 403, 404, 409, 413, 422, 503),
    form_limits={"max_files": 1, "max_fields": 1, "max_part_size": 1000},
)
async def put_logo(
    brand_id: Id,
    logo: Annotated[UploadFile, File(description=LOGO)],
    gateway: Parts,
    principal: Writer,
    _: KnownFields,
    write: Writing,
) -> BrandView:
    """Gives a brand its logo, trimmed of transparent borders. Composites render again with it by themselves.

    Copy and images stay as they are: nothing of the logo is in them.
    """
    await _brand(gateway, brand_id, principal.team)
    data = await read_file(logo, "logo", MAX_LOGO_BYTES)
    await write.open(data)
    blob = await keep(gateway, data, "logo")
    await write.ask(UpdateBrand(brand_id=brand_id, changes=BrandChanges(logo=blob)))
    return await _brand(gateway, brand_id, principal.team)


@router.delete("/{brand_id}/logo", operation_id="deleteBrandLogo", responses=documented(401, 403, 404, 409, 422, 503))
async def delete_logo(brand_id: Id, gateway: Parts, principal: Writer, write: Writing) -> BrandView:
    """Takes a brand's logo away; without one, nothing changes. Composites render again by themselves."""
    await _brand(gateway, brand_id, principal.team)
    await write.open(b"")
    await write.ask(UpdateBrand(brand_id=brand_id, changes=BrandChanges(logo=None)))
    return await _brand(gateway, brand_id, principal.team)


async def _brand(gateway: Parts, brand_id: str, team_id: str) -> BrandView:
    brand = await store.brand(gateway.database.pool, brand_id, team_id)
    if brand is None:
        raise not_found("brand", brand_id)
    return brand_view(brand)
