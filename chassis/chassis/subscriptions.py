"""How a service says which message goes to which of its functions."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from chassis import crashpoints, inbox
from chassis.context import MessageContext
from chassis.db import Database
from chassis.transaction import Transaction
from contracts.envelope import Command, Envelope, Event, Reply

Handler = Callable[[Any, Transaction], Awaitable[None]]
CommandHandler = Callable[[Any, Transaction], Awaitable[Reply]]
QueryHandler = CommandHandler
Filter = Callable[[Any], bool]


AT_ONCE, EVENTS_AT_ONCE = 10, 50


class AlreadyDone(Exception):
    """Somebody else finished this message first; nothing of this attempt is kept."""


class Work:
    """A long piece of work on one message: several short transactions, of which one claims the message."""

    def __init__(self, database: Database, queue: str, envelope: Envelope) -> None:
        self._database = database
        self._queue = queue
        self._envelope = envelope
        self.context = MessageContext.of(envelope)

    @property
    def pool(self) -> asyncpg.Pool:
        """For looks that need no transaction."""
        return self._database.pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A step on the way, committed on its own."""
        async with self._database.transaction(self.context) as tx:
            yield tx

    @asynccontextmanager
    async def finish(self) -> AsyncIterator[Transaction]:
        """The last step: claims the message with its effect. Raises AlreadyDone when it was claimed before."""
        async with self._database.transaction(self.context) as tx:
            if not await inbox.claim(tx.conn, self._queue, self._envelope.id):
                raise AlreadyDone
            yield tx
            crashpoints.reach("before_end")


Worker = Callable[[Any, Work], Awaitable[None]]


@dataclass(frozen=True)
class Subscription:
    """One queue of a service and what is done with its messages.

    `events` run in one transaction that claims the message, `commands` likewise and answer with a Reply, which is kept
    for duplicates. `queries` answer and change nothing, so their answers, which may be large, are not kept. `workers`
    drive transactions of their own. `filters` tell which events of a type concern the service: any other has no effect
    here, so it is acknowledged without a transaction. `buried` tells what to do once a worker's message was given up
    and dead-lettered. `concurrency` is how many messages are at hand at once; for events alone, whatever makes a group.
    """

    queue: str
    events: Mapping[type[Event], Handler] = field(default_factory=dict)
    filters: Mapping[type[Event], Filter] = field(default_factory=dict)
    commands: Mapping[type[Command], CommandHandler] = field(default_factory=dict)
    queries: Mapping[type[Command], QueryHandler] = field(default_factory=dict)
    workers: Mapping[type[Event] | type[Command], Worker] = field(default_factory=dict)
    buried: Mapping[type[Event] | type[Command], Worker] = field(default_factory=dict)
    concurrency: int | None = None

    @property
    def prefetch(self) -> int:
        """How many messages the broker gives out before one is settled."""
        return self.concurrency or (AT_ONCE if self.commands or self.queries or self.workers else EVENTS_AT_ONCE)

    def is_concerned(self, content: Event | Command) -> bool:
        """False for an event that its type's filter keeps out."""
        passes = self.filters.get(type(content)) if isinstance(content, Event) else None
        return passes is None or passes(content)

    @property
    def accepted(self) -> dict[str, type[Event] | type[Command]]:
        """Message types by name."""
        models = [*self.events, *self.commands, *self.queries, *self.workers]
        return {model.type: model for model in models}
