"""Pictures as routes take them: read within a limit, cleaned off the event loop, kept in the blob store."""

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request, UploadFile

from contracts.values import BlobRef
from gateway.composition import Gateway
from gateway.faults import LONGEST_NAME, NO_SUCH_FIELD
from gateway.openapi import Operation
from gateway.pictures import BadPicture, Cleaned
from gateway.problems import ProblemError, invalid


async def _known_fields(request: Request) -> None:
    operation = Operation.of(request.app.openapi(), request.scope["route"].path, request.method)
    assert operation.body is not None
    known = operation.document.resolved(operation.body[1])["properties"]
    strange = [name for name in await request.form() if name not in known]
    if strange:
        words = f"{NO_SUCH_FIELD}; this takes {' and '.join(known)}"
        raise invalid(*((name[:LONGEST_NAME], words) for name in strange))


KnownFields = Annotated[None, Depends(_known_fields)]
"""A form with any other field is refused, which is named. Stands after who is asking, so that they hear of it first."""


async def read_file(file: UploadFile, field: str, limit: int) -> bytes:
    """The file's bytes. Raises ProblemError 413 for more than `limit`, 422 for none."""
    data = await file.read(limit + 1)
    if len(data) > limit:
        raise ProblemError(413, f"a {field} may have at most {limit:,} bytes")
    if not data:
        raise invalid((field, "the file is empty"))
    return data


async def keep(gateway: Gateway, data: bytes, field: str, clean: Callable[[bytes], Cleaned]) -> BlobRef:
    """The cleaned picture, stored. Raises ProblemError 422 that names the field and says what is wrong."""
    try:
        async with gateway.decoding:
            picture = await asyncio.to_thread(clean, data)
    except BadPicture as error:
        raise invalid((field, str(error))) from error
    return BlobRef(
        sha256=await gateway.blobs.put(picture.data),
        media_type=picture.media_type,
        bytes=len(picture.data),
        width=picture.width,
        height=picture.height,
    )
