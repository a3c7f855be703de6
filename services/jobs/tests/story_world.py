"""The jobs service in this process, as its consumers run it: messages at once, doubled, too early, cut off."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from uuid import uuid4

from chassis.consumer import Consumer
from chassis.context import MessageContext
from chassis.db import Database
from chassis.deadletters import DeadLetters
from chassis.delivery import Delivery, decode
from chassis.errors import RetryLater
from chassis.grouping import Grouping
from chassis.messages import envelope_of, to_bytes
from chassis.subscriptions import Subscription
from chassis.telemetry import tracer_provider
from contracts.audit import AuditStretch, VerifyAudit
from contracts.envelope import AuditRecorded, Command, Envelope, Event, Origin
from jobs_service.topology import TOPOLOGY

from .conftest import AUDIT, COMMANDS, EVENTS, QUERIES

REPLY_TO = "gateway.replies.story"
DELIVER_AGAIN_AT_MOST = 3
TAKE_OUTBOX = "DELETE FROM outbox RETURNING exchange, routing_key, body"


class Crash(BaseException):
    """The process ended here."""


class Fate(StrEnum):
    """What becomes of one delivery."""

    HANDLED = "handled"
    TWICE = "delivered twice at once"
    AFTER_CLAIM = "after_claim"
    BEFORE_COMMIT = "before_commit"
    IN_COMMIT = "in_commit"
    AFTER_COMMIT = "after_commit"

    @property
    def ends_the_process(self) -> bool:
        """True when the message comes again because nobody acknowledged it."""
        return self not in (Fate.HANDLED, Fate.TWICE)


_fate: ContextVar[Fate] = ContextVar("fate", default=Fate.HANDLED)


def reach(point: str) -> None:
    """Stands in for `crashpoints.reach`: ends the task at hand, where that would end the process."""
    if point == _fate.get():
        raise Crash(point)
    if point == "before_commit" and _fate.get() is Fate.IN_COMMIT:
        # Takes effect at the next wait, which is for the answer to COMMIT: nobody knows how that ends.
        task = asyncio.current_task()
        assert task is not None
        task.cancel()


@dataclass(frozen=True)
class Said:
    """A message that was committed with its cause, as the relay finds it."""

    exchange: str
    key: str
    envelope: Envelope


class World:
    """Two consumers of each queue on one database, and the broker between them and everybody else."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, "jobs", pool_size=8)
        self.early: list[Delivery] = []
        self._replicas: list[Replica] = []
        self._turn = 0

    async def open(self) -> None:
        """Connects; what earlier stories left unsent is nobody's any more."""
        await self.database.open()
        await self.take_outbox()
        self._replicas = [Replica(self.database) for _ in range(2)]

    async def take_outbox(self) -> list[Said]:
        """Everything said since the last time."""
        rows = await self.database.pool.fetch(TAKE_OUTBOX)
        return [
            Said(row["exchange"], row["routing_key"], Envelope.model_validate_json(bytes(row["body"]))) for row in rows
        ]

    async def deliver(self, messages: Iterable[tuple[Delivery, Fate]]) -> None:
        """Delivers all at once, and whatever came too early or was cut off again, until it is through.

        An event that comes before what it tells about waits in `early` for the next time; a command does not.
        """
        due = list(messages) + [(one, Fate.HANDLED) for one in self.early]
        self.early = []
        for _ in range(DELIVER_AGAIN_AT_MOST):
            through = await asyncio.gather(*(self._deliver(one, fate) for one, fate in due))
            due = [(one, Fate.HANDLED) for (one, _), is_through in zip(due, through, strict=True) if not is_through]
        self.early = [one for one, _ in due if isinstance(one.content, Event)]

    async def verify_audit(self, team: str) -> AuditStretch:
        """What the service says of a team's chain."""
        async with self.database.transaction(MessageContext(team, "admin-1", uuid4())) as tx:
            reply = await QUERIES.queries[VerifyAudit](VerifyAudit(limit=2000), tx)
        return AuditStretch.model_validate(reply.body)

    async def _deliver(self, one: Delivery, fate: Fate) -> bool:
        _fate.set(fate)
        replica = self._next_replica()
        if fate is Fate.TWICE:
            other = self._next_replica()
            both = await asyncio.gather(_is_through(replica.handle(one)), _is_through(other.handle(one)))
            return any(both)
        return await _is_through(replica.handle(one))

    def _next_replica(self) -> "Replica":
        self._turn += 1
        return self._replicas[self._turn % len(self._replicas)]


async def _is_through(handling: Awaitable[None]) -> bool:
    try:
        await handling
    except (Crash, asyncio.CancelledError, RetryLater):
        return False
    return True


class Replica:
    """One process of the service, without its broker."""

    def __init__(self, database: Database) -> None:
        queue = next(queue for queue in TOPOLOGY.queues if queue.name == COMMANDS.queue)
        self._commands = Consumer(queue, COMMANDS, database, DeadLetters(""), tracer_provider("jobs"))
        self._events = [(each, Grouping(each.queue, database)) for each in (EVENTS, AUDIT)]

    async def handle(self, one: Delivery) -> None:
        """Handles a message as the consumer of its queue does."""
        model = type(one.content)
        if isinstance(one.content, Command):
            answer = partial(self._commands._answer, COMMANDS.commands[model], one, REPLY_TO)
            await self._commands.holding.through(answer)
            return
        subscription, grouping = next(each for each in self._events if model in each[0].events)
        # Whoever handles a group for others must not crash for them; a message that is suspect is handled alone anyway.
        handle = grouping.alone if _fate.get().ends_the_process else grouping.apply
        if subscription.is_concerned(one.content):
            await handle(one, subscription.events[model])


def from_person(command: Command, team: str, actor: str) -> Delivery:
    """A command as the gateway sends it for somebody."""
    origin = Origin(role=actor.partition("-")[0], address="203.0.113.9", user_agent="curl/8", request_id=str(uuid4()))
    return _wired(command, team, actor, COMMANDS, origin)


def from_service(event: Event, team: str) -> Delivery:
    """An event as a worker, the compositor or the campaign service tells it."""
    return _wired(event, team, "editor-1", EVENTS)


def to_audit(said: Sequence[Said]) -> list[Delivery]:
    """The acts among what was said, as the audit log hears of them."""
    accepted = AUDIT.accepted
    return [decode(to_bytes(one.envelope), accepted) for one in said if one.envelope.type == AuditRecorded.type]


def _wired(content: Command | Event, team: str, actor: str, to: Subscription, origin: Origin | None = None) -> Delivery:
    context = MessageContext(team, actor, uuid4())
    # Those who meet in a group take the rows of jobs in the order of their subjects.
    subject = getattr(content, "job_id", None) if isinstance(content, Event) else None
    envelope = envelope_of(content, content.type, uuid4(), "story", context, subject=subject, origin=origin)
    return decode(to_bytes(envelope), to.accepted)
