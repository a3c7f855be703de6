"""Who and what a message belongs to; every message that a handler emits inherits it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.envelope import Envelope, Origin


@dataclass(frozen=True)
class MessageContext:
    """Team, person and cascade of the work at hand, and the message that caused it.

    `origin` is there while a person's own command is handled, and for nothing that follows from it.
    """

    team_id: str
    actor: str
    correlation_id: UUID
    causation_id: UUID | None = None
    told_at: datetime | None = None
    """When that message was said; None for work that no message caused."""
    origin: Origin | None = None

    @classmethod
    def of(cls, envelope: Envelope) -> "MessageContext":
        """The context in which a received message is handled."""
        return cls(
            team_id=envelope.teamid,
            actor=envelope.actor,
            correlation_id=envelope.correlationid,
            causation_id=envelope.id,
            origin=envelope.origin,
            told_at=envelope.time,
        )
