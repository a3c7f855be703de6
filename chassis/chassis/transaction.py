"""One unit of work: a service's state and the messages that tell of it, committed together."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from pydantic import BaseModel

from chassis.context import MessageContext
from chassis.messages import envelope_of, to_bytes
from chassis.outbox import OutgoingMessage
from chassis.topology import COMMANDS, EVENTS, REPLIES
from contracts.envelope import Command, Event, Reply

REPLY_LIFETIME = timedelta(seconds=60)


class Transaction:
    """What a handler gets: a connection for its own SQL, and ways to say what happened. It never commits itself."""

    def __init__(self, conn: Any, context: MessageContext, source: str) -> None:
        self.conn: asyncpg.Connection = conn
        self.context = context
        self.outgoing: list[OutgoingMessage] = []
        self.committed: list[Callable[[], None]] = []
        self._source = source

    @property
    def team_id(self) -> str:
        """The team all of this belongs to."""
        return self.context.team_id

    @property
    def actor(self) -> str:
        """The person on whose word this happens."""
        return self.context.actor

    @property
    def emitted(self) -> tuple[UUID, ...]:
        """Ids of the events emitted so far."""
        return tuple(message.id for message in self.outgoing if message.exchange == EVENTS)

    def on_commit(self, act: Callable[[], None]) -> None:
        """Does something in memory, such as counting, once all of this is committed, and not at all otherwise."""
        self.committed.append(act)

    def emit(self, event: Event, *, subject: str, causation_id: UUID | None = None) -> UUID:
        """Publishes an event with this transaction; returns its id."""
        return self._add(EVENTS, event.type, event, event.type, subject, message_id=uuid4(), causation_id=causation_id)

    def send(
        self, command: Command, *, queue: str = "", message_id: UUID | None = None, causation_id: UUID | None = None
    ) -> UUID:
        """Sends a command with this transaction to its queue, or to the one named."""
        key = queue or command.queue
        identity = message_id or uuid4()
        return self._add(COMMANDS, key, command, command.type, None, message_id=identity, causation_id=causation_id)

    def reply(self, answer: Reply, address: str) -> UUID:
        """Answers the command at hand; the row is dropped when nobody fetched it in time."""
        expires_at = datetime.now(UTC) + REPLY_LIFETIME
        return self._add(REPLIES, address, answer, Reply.type, None, message_id=uuid4(), expires_at=expires_at)

    def _add(
        self,
        exchange: str,
        key: str,
        content: BaseModel,
        message_type: str,
        subject: str | None,
        *,
        message_id: UUID,
        causation_id: UUID | None = None,
        expires_at: datetime | None = None,
    ) -> UUID:
        envelope = envelope_of(
            content,
            message_type,
            message_id,
            self._source,
            self.context,
            subject=subject,
            causation_id=causation_id,
        )
        body, since = to_bytes(envelope), envelope.time
        self.outgoing.append(
            OutgoingMessage(
                message_id, exchange, key, body, message_type, since, envelope.traceparent, expires_at=expires_at
            )
        )
        return message_id


def reply_ok(body: BaseModel | Mapping[str, Any], status: int = 200) -> Reply:
    """A command's successful answer."""
    data = body.model_dump(mode="json", by_alias=True) if isinstance(body, BaseModel) else dict(body)
    return Reply(status=status, body=data)
