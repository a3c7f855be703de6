"""One unit of work: a service's state and the messages that tell of it, committed together."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from pydantic import BaseModel

from chassis.context import MessageContext
from chassis.messages import envelope_of, to_bytes
from chassis.outbox import OutgoingMessage
from chassis.telemetry import current_trace_id, current_traceparent
from chassis.topology import COMMANDS, EVENTS, REPLIES, RETRY
from contracts.envelope import AuditRecorded, Command, Event, Reply

REPLY_LIFETIME = timedelta(seconds=60)

Told = Mapping[str, Any] | BaseModel | None
Afterwards = Callable[[], Awaitable[object] | None]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a person's command changed, as the audit log tells it."""

    kind: str
    id: str
    campaign_id: str | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


class Transaction:
    """What a handler gets: a connection for its own SQL, and ways to say what happened. It never commits itself."""

    def __init__(self, conn: Any, context: MessageContext, source: str) -> None:
        self.conn: asyncpg.Connection = conn
        self.context = context
        self.outgoing: list[OutgoingMessage] = []
        self.committed: list[Afterwards] = []
        self._acts: list[Act] = []
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
        """Ids of the events emitted so far that the sender of a command may wait to see."""
        events = [message for message in self.outgoing if message.exchange == EVENTS]
        return tuple(message.id for message in events if message.message_type != AuditRecorded.type)

    def on_commit(self, act: Afterwards) -> None:
        """Has something done right after the commit, and not at all otherwise, such as counting.

        It may fail, or never happen when the process ends, so nothing may depend on it.
        """
        self.committed.append(act)

    def emit(self, event: Event, *, subject: str | None, causation_id: UUID | None = None) -> UUID:
        """Publishes an event with this transaction; returns its id."""
        return self._add(EVENTS, event.type, event, event.type, subject, message_id=uuid4(), causation_id=causation_id)

    def send(
        self,
        command: Command,
        *,
        queue: str = "",
        message_id: UUID | None = None,
        causation_id: UUID | None = None,
        correlation_id: UUID | None = None,
    ) -> UUID:
        """Sends a command with this transaction to its queue, or to the one named.

        `correlation_id` is the cascade that it belongs to, when that is not the one at hand.
        """
        return self._add(
            COMMANDS,
            queue or command.queue,
            command,
            command.type,
            None,
            message_id=message_id or uuid4(),
            causation_id=causation_id,
            correlation_id=correlation_id,
        )

    def resend(self, body: bytes, queue: str, message_type: str, *, message_id: UUID) -> None:
        """Sends a message of one of this service's own queues there again, by way of its delayed retry."""
        now = datetime.now(UTC)
        self.outgoing.append(OutgoingMessage(message_id, RETRY, queue, body, message_type, now, current_traceparent()))

    def acted_on(
        self, kind: str, target_id: str, *, campaign_id: str | None = None, before: Told = None, after: Told = None
    ) -> None:
        """Says what the command at hand changes, for the audit log; for each thing that it changes once."""
        self._acts.append(Act(kind, target_id, campaign_id, _told(before), _told(after)))

    def account_for(self, command: Command) -> None:
        """Records a person's command in the audit log, with this transaction, whatever its handler said of it."""
        if self.context.origin is None:
            return
        for act in self._acts or [Act("", "")]:
            recorded = AuditRecorded(
                at=datetime.now(UTC),
                action=command.type,
                target_kind=act.kind,
                target_id=act.id,
                about=act.campaign_id,
                origin=self.context.origin,
                trace_id=current_trace_id(),
                before=act.before,
                after=act.after if act.after is not None else _told(command),
            )
            self.emit(recorded, subject=act.id or None)

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
        correlation_id: UUID | None = None,
        expires_at: datetime | None = None,
    ) -> UUID:
        context = self.context if correlation_id is None else replace(self.context, correlation_id=correlation_id)
        envelope = envelope_of(
            content,
            message_type,
            message_id,
            self._source,
            context,
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


def _told(content: Told) -> dict[str, Any] | None:
    if content is None:
        return None
    return content.model_dump(mode="json", by_alias=True) if isinstance(content, BaseModel) else dict(content)


def reply_ok(body: BaseModel | Mapping[str, Any], status: int = 200) -> Reply:
    """A command's successful answer."""
    data = body.model_dump(mode="json", by_alias=True) if isinstance(body, BaseModel) else dict(body)
    return Reply(status=status, body=data)
