"""Word from providers, signed by them. It only says when to ask: what they answer then is the truth."""

import time
from typing import Any, NoReturn
from uuid import UUID, uuid5

import structlog
from fastapi import APIRouter, Request
from pydantic import ValidationError

from chassis.commands import NoReply
from chassis.context import MessageContext
from contracts.envelope import EVERY_TEAM
from contracts.image import NoteRunEnded
from gateway import signatures
from gateway.composition import Gateway
from gateway.problems import ProblemError, documented
from gateway.routes.access import Parts
from gateway.schemas.webhooks import ReplicatePrediction, WebhookTaken
from gateway.signatures import NotSigned, Signed
from gateway.topology import TOPOLOGY

NAMESPACE = UUID("5b0f5d0e-8c0b-4b57-9a6f-0f7be0f0a3c1")
UNDER_WAY = ("starting", "processing")
CHALLENGE = {"WWW-Authenticate": 'Signature realm="saisei"'}
HEADERS = (
    (signatures.ID, signatures.SIGNED_ID, "One for each thing told, the same when it is sent again."),
    (signatures.TIMESTAMP, signatures.SIGNED_AT, "When it was sent, in seconds since 1970."),
    (signatures.SIGNATURE, None, "`v1,` and the base64 of an HMAC-SHA256; several are parted by spaces."),
)

log = structlog.get_logger()

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])


def _signed_request() -> dict[str, Any]:
    """How the request is documented; it is not parsed before its signature was checked, which covers its bytes."""
    parameters = [
        {"name": name, "in": "header", "required": True, "description": told, "schema": _text(pattern)}
        for name, pattern, told in HEADERS
    ]
    content = {"application/json": {"schema": ReplicatePrediction.model_json_schema()}}
    return {"parameters": parameters, "requestBody": {"required": True, "content": content}}


def _text(pattern: str | None) -> dict[str, str]:
    return {"type": "string"} | ({"pattern": pattern} if pattern else {})


@router.post(
    "/replicate",
    operation_id="receiveReplicateWebhook",
    responses=documented(400, 401, 404, 413, 503),
    openapi_extra=_signed_request(),
)
async def receive_replicate_webhook(request: Request, gateway: Parts) -> WebhookTaken:
    """Hears from Replicate that a run has ended. Carries Replicate's signature and needs no token.

    Whatever is not signed with the secret that is set here, or not of the last five minutes, is refused and leaves no
    trace but a line in the log. The same `webhook-id` again gets the same answer and does nothing. Without a secret
    there is nothing here: 404.
    """
    keys = gateway.webhook_keys
    if not keys:
        _refuse(404, "webhooks are not set up here: SAISEI_GATEWAY_REPLICATE_WEBHOOK_SECRET is not set")
    try:
        signed = Signed.of(request.headers, time.time())
        body = await request.body()
        signed.check(body, keys)
    except NotSigned as reason:
        _refuse(401, str(reason), type_="not-signed", title="Not signed", headers=CHALLENGE)
    prediction = _read(body)
    noted = prediction.status not in UNDER_WAY
    if noted:
        await _tell(gateway, prediction, signed.id)
    log.info("webhook_taken", webhook_id=signed.id, run=prediction.id, status=prediction.status, noted=noted)
    return WebhookTaken(id=prediction.id, noted=noted)


def _read(body: bytes) -> ReplicatePrediction:
    try:
        return ReplicatePrediction.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_input=False)[0]
        _refuse(400, f"the body is no prediction: {'.'.join(map(str, fault['loc']))}: {fault['msg']}")


async def _tell(gateway: Gateway, prediction: ReplicatePrediction, webhook_id: str) -> None:
    """Returns once the image service has noted it, or had before: the message's id follows from the webhook's."""
    command = NoteRunEnded(provider_id=prediction.id, status=prediction.status, webhook_id=webhook_id)
    message_id = uuid5(NAMESPACE, webhook_id)
    context = MessageContext(EVERY_TEAM, TOPOLOGY.name, correlation_id=message_id)
    try:
        reply = await gateway.commands.ask(command, context, message_id)
    except NoReply as error:
        log.warning("webhook_untaken", webhook_id=webhook_id, error=str(error))
        detail = "the image service did not take it in time; send it again"
        raise ProblemError(503, detail, type_="no-answer", title="No answer", headers={"Retry-After": "2"}) from error
    if reply.problem is not None:
        raise ProblemError.of(reply.problem)


def _refuse(status: int, reason: str, **problem: Any) -> NoReturn:
    log.warning("webhook_refused", status=status, reason=reason)
    raise ProblemError(status, reason, **problem)
