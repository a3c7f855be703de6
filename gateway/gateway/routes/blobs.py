"""Bytes of assets and logos: immutable, cached for ever by whoever may see them, and served in parts when asked."""

import re
from typing import Annotated

from fastapi import APIRouter, Header, Path, Response

from chassis.blobs import BlobMissing
from gateway.auth import Reader
from gateway.problems import ProblemError, documented, not_found
from gateway.readmodel import store
from gateway.routes.access import Parts
from gateway.schemas.base import SHA256

CACHE = "private, max-age=31536000, immutable"
POLICY = "default-src 'none'; sandbox"
SINGLE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
Sha256 = Annotated[str, Path(pattern=SHA256, description="`sha256` of an asset's `blob` or a brand's `logo`.")]
BYTES = {"content": {"image/jpeg": {}, "image/png": {}}, "description": "The bytes"}

router = APIRouter(prefix="/api/blobs", tags=["assets"])


@router.get(
    "/{sha256}",
    response_class=Response,
    operation_id="getBlob",
    responses={200: BYTES, 206: BYTES, 304: {"description": "Not modified"}, **documented(401, 404, 416)},
)
async def get_blob(
    sha256: Sha256,
    gateway: Parts,
    principal: Reader,
    range_: Annotated[str | None, Header(alias="Range", description="One range of bytes.")] = None,
    if_range: Annotated[str | None, Header(description="The range counts only for this ETag.")] = None,
    if_none_match: Annotated[str | None, Header(description="Answers 304 for this ETag.")] = None,
) -> Response:
    """The bytes of an asset or a logo, by their hash."""
    media_type = await store.blob_media_type(gateway.database.pool, sha256, principal.team)
    if media_type is None:
        raise not_found("blob", sha256)
    etag = f'"{sha256}"'
    headers = {
        "ETag": etag,
        "Cache-Control": CACHE,
        "Accept-Ranges": "bytes",
        "Content-Security-Policy": POLICY,
        "Vary": "Authorization",
    }
    if _matches(if_none_match, etag):
        return Response(status_code=304, headers=headers)
    try:
        data = await gateway.blobs.get(sha256)
    except BlobMissing as error:
        raise not_found("blob", sha256) from error
    wanted = _range(range_, len(data)) if if_range in (None, etag) else None
    if wanted is None:
        return Response(data, 200, headers, media_type=media_type)
    start, end = wanted
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(data)}"
    return Response(data[start:end], 206, headers, media_type=media_type)


def _matches(given: str | None, etag: str) -> bool:
    return given is not None and any(one.strip().removeprefix("W/") in (etag, "*") for one in given.split(","))


def _range(header: str | None, size: int) -> tuple[int, int] | None:
    """Start and end of a single byte range; None for none, several, or one that makes no sense. Raises 416."""
    match = SINGLE_RANGE.fullmatch(header.replace(" ", "")) if header and len(header) < 100 else None
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if first == "":
        start, end = max(size - int(last), 0), size
        start = size if int(last) == 0 else start
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < int(first):
            return None
    if start >= size:
        headers = {"Content-Range": f"bytes */{size}"}
        raise ProblemError(416, "the range lies outside the blob", type_="range-not-satisfiable", headers=headers)
    return start, end
