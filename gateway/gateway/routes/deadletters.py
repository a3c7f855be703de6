"""Dead letters: looked at, and handled once more."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from gateway.auth import Admin
from gateway.deadletters import listed, replayed
from gateway.idempotency import Writing
from gateway.problems import documented
from gateway.recorded import RecordedAdmin
from gateway.routes.access import Id, Parts
from gateway.schemas.base import Identifier
from gateway.schemas.deadletters import DeadLetterList, DeadLetterView, ReplayBody, ReplayedView

router = APIRouter(prefix="/api/admin/dead-letters", tags=["dead-letters"])
ANSWERS = documented(401, 403, 404, 422, 503)


@router.get("", operation_id="listDeadLetters", responses=documented(401, 403, 422, 503))
async def list_dead_letters(
    request: Request,
    gateway: Parts,
    principal: RecordedAdmin,
    queue: Annotated[Identifier | None, Query(description="Only of this queue, such as `image.jobs`.")] = None,
) -> DeadLetterList:
    """Messages of the team's that failed every try, newest first. Looking takes nothing away.

    Whatever cannot be read as a message of a team is only seen by whoever runs Saisei: `saisei dead list`.
    """
    letters, more, silent = await listed(gateway, principal, request, queue)
    items = tuple(DeadLetterView.model_validate(letter.model_dump()) for letter in letters)
    return DeadLetterList(items=items, more=more, unanswered=tuple(silent))


@router.post("/replay", status_code=202, operation_id="replayDeadLetters", responses=ANSWERS)
async def replay_dead_letters(body: ReplayBody, gateway: Parts, principal: Admin, write: Writing) -> ReplayedView:
    """Sends several to their queues once more, with all tries ahead. Mend first what made them fail."""
    await write.open(body)
    await write.note()
    return ReplayedView(replayed=tuple(await replayed(gateway, principal, write, body.ids)))


@router.post("/{letter_id}/replay", status_code=202, operation_id="replayDeadLetter", responses=ANSWERS)
async def replay_dead_letter(letter_id: Id, gateway: Parts, principal: Admin, write: Writing) -> ReplayedView:
    """Sends one to its queue once more, with all tries ahead. Handled twice, a message takes effect once."""
    await write.open(b"")
    await write.note()
    return ReplayedView(replayed=tuple(await replayed(gateway, principal, write, [letter_id])))
