"""The event stream of a campaign."""

from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.responses import StreamingResponse

from gateway import stream
from gateway.auth import Reader
from gateway.paging import MAX_NUMBER
from gateway.problems import documented, invalid
from gateway.routes.access import Id, Parts, campaign_now

router = APIRouter(prefix="/api/campaigns/{campaign_id}/events", tags=["stream"])

EVENTS = {
    "content": {
        "text/event-stream": {"example": 'data: {"type": "image.regenerated", "subject": "…", "data": {}}\nid: 7'}
    },
    "description": "Unnamed events of `{type, subject, data}`; `id` is the position in the campaign's stream",
}


@router.get(
    "",
    response_class=StreamingResponse,
    operation_id="streamEvents",
    responses={200: EVENTS, **documented(401, 404, 422)},
)
async def stream_events(
    campaign_id: Id,
    gateway: Parts,
    principal: Reader,
    last_event_id: Annotated[str | None, Header(description="Resumes after this position, without a gap")] = None,
    last_event_id_query: Annotated[str | None, Query(alias="lastEventId")] = None,
) -> StreamingResponse:
    """Every event of a campaign, from the beginning or from where the client left off."""
    await campaign_now(gateway, campaign_id, principal)
    position = _position(last_event_id if last_event_id is not None else last_event_id_query)
    content = stream.events(gateway.database.pool, gateway.wakeups, campaign_id, position)
    # FastAPI's own EventSourceResponse starts answering before it runs the endpoint, so it could not say 404.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(content, headers=headers, media_type="text/event-stream")


def _position(given: str | None) -> int:
    if given is None or given == "":
        return 0
    if not given.isascii() or not given.isdecimal() or int(given[:20]) > MAX_NUMBER:
        raise invalid(("header.Last-Event-ID", "not a position of this stream"))
    return int(given)
