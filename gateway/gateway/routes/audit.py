"""The audit log: read as a file, and checked."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import StreamingResponse

from contracts.audit import AuditStretch, ReadAudit, VerifyAudit
from gateway.asking import ask
from gateway.audit_export import WRITERS
from gateway.auth import Principal
from gateway.problems import documented, invalid
from gateway.recorded import RecordedAdmin
from gateway.routes.access import Parts
from gateway.schemas.audit import AuditFaultView, AuditFormat, AuditVerdict
from gateway.schemas.base import SHA256, Identifier, Label
from gateway.schemas.times import PointInTime

router = APIRouter(prefix="/api/admin/audit", tags=["audit"])

FILE = {
    "content": {
        "application/x-ndjson": {
            "example": '{"seq":1,"actor":"sato","role":"admin","action":"retry_intents.create"}\n'
        },
        "text/csv": {
            "example": "seq,at,actor,role,action\r\n1,2026-04-01T00:00:00Z,sato,admin,retry_intents.create\r\n"
        },
    },
    "description": "Entries, oldest first",
}
PAGE = 500
MOST_FAULTS = 50
LATEST = 2**63 - 1


@router.get(
    "",
    response_class=StreamingResponse,
    operation_id="exportAudit",
    responses={200: FILE, **documented(401, 403, 422, 503)},
)
async def export_audit(
    request: Request,
    gateway: Parts,
    principal: RecordedAdmin,
    format_: Annotated[
        AuditFormat, Query(alias="format", description="JSON lines, or CSV for a spreadsheet.")
    ] = "jsonl",
    after: Annotated[int, Query(ge=0, le=LATEST, description="Only entries after this number.")] = 0,
    action: Annotated[
        Identifier | None, Query(description="Only of this action, such as `retry_intents.create`.")
    ] = None,
    actor: Annotated[Label | None, Query(description="Only by this person.")] = None,
    target_id: Annotated[Identifier | None, Query(alias="targetId", description="Only about this.")] = None,
    campaign_id: Annotated[Identifier | None, Query(alias="campaignId", description="Only in this campaign.")] = None,
    since: Annotated[PointInTime | None, Query(description="Only from this moment on.")] = None,
    until: Annotated[PointInTime | None, Query(description="Only before this moment.")] = None,
) -> StreamingResponse:
    """The team's audit log as a file, oldest entry first, however long it is.

    Each entry has its `hash` and the one before it in `prevHash`. When a service stops in the middle of the file, the
    connection is cut: a file that ends in order is whole.
    """
    wanted = ReadAudit(
        after_seq=after,
        limit=PAGE,
        action=action,
        actor=actor,
        target_id=target_id,
        campaign_id=campaign_id,
        since=since,
        until=until,
    )
    write, media_type, name = WRITERS[format_]
    pages = _pages(gateway, principal, request, wanted)
    # The first page is fetched before the answer begins, so that what is wrong can still be said.
    first = await anext(pages)

    async def content() -> AsyncIterator[str]:
        yield write(first, first=True)
        async for page in pages:
            yield write(page, first=False)

    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(content(), headers=headers, media_type=media_type)


@router.get("/verify", operation_id="verifyAudit", responses=documented(401, 403, 422, 503))
async def verify_audit(
    request: Request,
    gateway: Parts,
    principal: RecordedAdmin,
    seq: Annotated[int | None, Query(ge=1, le=LATEST, description="An entry's number that was noted earlier.")] = None,
    hash_: Annotated[str | None, Query(alias="hash", pattern=SHA256, description="The hash noted with it.")] = None,
) -> AuditVerdict:
    """Reads the whole chain again and says whether any entry was changed, removed or put elsewhere, and which.

    Whoever can rewrite the whole database could rewrite the whole chain. Against that, keep `seq` and `hash` of an
    answer somewhere else and give them here: the chain must still hold that entry.
    """
    if (seq is None) != (hash_ is None):
        raise invalid(("hash" if hash_ is None else "seq", "seq and hash are given together"))
    stretches = [stretch async for stretch in _stretches(gateway, principal, request)]
    found = [fault for stretch in stretches for fault in stretch.faults]
    faults = [AuditFaultView.model_validate(fault.model_dump()) for fault in found]
    if seq is not None and await _hash_at(gateway, principal, request, seq) != hash_:
        faults.append(AuditFaultView(seq=seq, kind="changed", detail=f"entry {seq} is not the one that was noted"))
    checked, end = sum(stretch.checked for stretch in stretches), stretches[-1]
    told = tuple(faults[:MOST_FAULTS])
    return AuditVerdict(ok=not faults, checked=checked, seq=end.head_seq, hash=end.head_hash, faults=told)


async def _pages(
    gateway: Parts, principal: Principal, request: Request, wanted: ReadAudit
) -> AsyncIterator[list[dict[str, Any]]]:
    after: int | None = wanted.after_seq
    while after is not None:
        reply = await ask(gateway, principal, request, wanted.model_copy(update={"after_seq": after}))
        assert reply.body is not None
        yield reply.body["items"]
        after = reply.body["nextAfter"]


async def _stretches(gateway: Parts, principal: Principal, request: Request) -> AsyncIterator[AuditStretch]:
    after: int | None = 0
    while after is not None:
        reply = await ask(gateway, principal, request, VerifyAudit(after_seq=after))
        stretch = AuditStretch.model_validate(reply.body)
        yield stretch
        after = stretch.next_after


async def _hash_at(gateway: Parts, principal: Principal, request: Request, seq: int) -> str | None:
    reply = await ask(gateway, principal, request, ReadAudit(after_seq=seq - 1, limit=1))
    items = (reply.body or {})["items"]
    return items[0]["hash"] if items and items[0]["seq"] == seq else None
