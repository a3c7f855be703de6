"""The event stream of a campaign."""

from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.responses import StreamingResponse

from gateway import stream
from gateway.auth import Reader
from gateway.problems import documented, invalid
from gateway.routes.access import Id, Parts, campaign_now
from gateway.schemas.base import POSITION

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
    last_event_id: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID",
            max_length=18,
            pattern=POSITION,
            description="Starts after this position; a campaign's `streamPosition` starts from now.",
        ),
    ] = None,
    last_event_id_query: Annotated[
        str | None,
        Query(
            alias="lastEventId",
            max_length=18,
            pattern=POSITION,
            description="The same, for a client that cannot set headers.",
        ),
    ] = None,
) -> StreamingResponse:
    """Every event of a campaign, from the beginning or from where the client left off.

    To start from now, read the campaign and send its `streamPosition` as `Last-Event-ID` (or `?lastEventId=`): the
    stream goes on right after what that answer shows, with nothing missed and nothing told twice. Where both are sent
    the header counts; without either, the stream begins with the campaign's first event.

    The stream ends when the token does: come back with a new one and the last `id`. After `campaign.deleted` nothing
    more comes.
    """
    now = await campaign_now(gateway, campaign_id, principal)
    position = int((last_event_id if last_event_id is not None else last_event_id_query) or 0)
    if position > now.head.position:
        said = "header.Last-Event-ID" if last_event_id is not None else "query.lastEventId"
        raise invalid((said, f"is of no event of this campaign: its last one is {now.head.position}"))
    content = stream.events(gateway.database.pool, gateway.wakeups, campaign_id, position, principal.good_until)
    # FastAPI's own EventSourceResponse starts answering before it runs the endpoint, so it could not say 404.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(content, headers=headers, media_type="text/event-stream")
