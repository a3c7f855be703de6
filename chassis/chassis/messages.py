"""How everything that is sent looks: its envelope, and its properties on the broker."""

from datetime import UTC, datetime
from uuid import UUID

import aio_pika
from pydantic import BaseModel

from chassis.context import MessageContext
from chassis.telemetry import current_traceparent
from contracts.envelope import CONTENT_TYPE, Envelope, Origin


def envelope_of(
    content: BaseModel,
    message_type: str,
    message_id: UUID,
    source: str,
    context: MessageContext,
    *,
    subject: str | None = None,
    causation_id: UUID | None = None,
    origin: Origin | None = None,
) -> Envelope:
    """A message of the service `source` in this context and in the trace at hand.

    `origin` is told only where it is given: it goes with a person's command, not with what follows from it.
    """
    envelope = Envelope(
        id=message_id,
        source=f"/saisei/{source}",
        type=message_type,
        subject=subject,
        time=datetime.now(UTC),
        dataschema=f"saisei:{message_type}",
        data=content.model_dump(mode="json", by_alias=True),
        traceparent=current_traceparent(),
        correlationid=context.correlation_id,
        causationid=causation_id or context.causation_id,
        teamid=context.team_id,
        actor=context.actor,
    )
    return envelope if origin is None else envelope.model_copy(update=_extensions(origin))


def _extensions(origin: Origin) -> dict[str, str | None]:
    return {
        "actorrole": origin.role,
        "clientip": origin.address,
        "useragent": origin.user_agent,
        "requestid": origin.request_id,
    }


def to_bytes(envelope: Envelope) -> bytes:
    """The CloudEvent in structured mode."""
    return envelope.model_dump_json(exclude_none=True).encode()


def persistent(
    body: bytes, message_id: UUID, message_type: str, traceparent: str | None, reply_to: str | None = None
) -> aio_pika.Message:
    """A CloudEvent as the broker gets it; its trace is told to those who read only headers, too."""
    return aio_pika.Message(
        body,
        content_type=CONTENT_TYPE,
        message_id=str(message_id),
        type=message_type,
        reply_to=reply_to,
        headers={"traceparent": traceparent} if traceparent else {},
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
