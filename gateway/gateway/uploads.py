"""Pictures as routes take them: read within a limit, cleaned in a process of their own, kept in the blob store."""

from typing import Annotated, Literal

from fastapi import Depends, Request, UploadFile
from pydantic import BaseModel, Field

from chassis.child import ChildLost
from chassis.child_calls import Refused
from contracts.values import BlobRef
from gateway.composition import Gateway
from gateway.faults import LONGEST_NAME, NO_SUCH_FIELD
from gateway.openapi import Operation
from gateway.problems import ProblemError, invalid

MAX_LOGO_BYTES = 5_000_000
NEVER_READ = "the file could not be read to its end; if that happens again, export the picture anew"


class _Said(BaseModel):
    """What the process that opened a picture says of it, which is believed no further than this."""

    media_type: Literal["image/jpeg", "image/png"]
    width: int = Field(ge=1)
    height: int = Field(ge=1)


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


async def keep(gateway: Gateway, data: bytes, field: Literal["photo", "logo"]) -> BlobRef:
    """The cleaned picture, stored. Raises ProblemError 422 that names the field and says what is wrong."""
    try:
        said, cleaned = await gateway.cleaning.call(field, data)
    except Refused as refusal:
        raise invalid((field, str(refusal))) from refusal
    except ChildLost as error:
        raise invalid((field, NEVER_READ)) from error
    picture = _Said.model_validate_json(said)
    return BlobRef(sha256=await gateway.blobs.put(cleaned), bytes=len(cleaned), **picture.model_dump())
