"""PostgreSQL: one pool per service, and the transaction that everything happens in."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import asyncpg

from chassis import crashpoints, outbox
from chassis.context import MessageContext
from chassis.outbox import OutgoingMessage
from chassis.transaction import Transaction

LEASE = timedelta(seconds=10)
"""How long a process may take to publish what it committed before the sweep takes over."""

STATEMENT_TIMEOUT = timedelta(seconds=25)
"""A statement that takes longer is the message's fault. Beyond `COMMAND_TIMEOUT` the network is silent."""

LOCK_TIMEOUT = timedelta(seconds=20)
"""Whoever waits longer for another transaction starts again, spending no try."""

STANDSTILL_TIMEOUT = timedelta(seconds=15)
"""How long a transaction may stand still between two statements before the database ends its connection.

A frozen process would otherwise keep its locks, and whoever takes over its work would wait as long as it is frozen.
"""

COMMAND_TIMEOUT = timedelta(seconds=30)

Handover = Callable[[Sequence[OutgoingMessage]], None]


async def _prepare(conn: asyncpg.Connection) -> None:
    for kind in ("json", "jsonb"):
        await conn.set_type_codec(kind, schema="pg_catalog", encoder=json.dumps, decoder=json.loads)


async def _no_reset(_conn: asyncpg.Connection) -> None:
    """Nothing in this code leaves session state behind, so a round trip per release is saved."""


def _milliseconds(duration: timedelta) -> str:
    return str(round(duration.total_seconds() * 1000))


class Database:
    """A service's pool. Once open it outlives the database's absences: connections are made anew as needed."""

    def __init__(self, url: str, service: str, pool_size: int = 4) -> None:
        self.service = service
        self.lease = uuid4()
        self._url = url
        self._pool_size = pool_size
        self._pool: asyncpg.Pool | None = None
        self._handover: Handover = lambda _messages: None

    @property
    def pool(self) -> asyncpg.Pool:
        """The pool, for statements that need no transaction."""
        assert self._pool is not None, "the database is not open"
        return self._pool

    def hand_over_to(self, relay: Handover) -> None:
        """Names who publishes messages right after their commit."""
        self._handover = relay

    async def open(self) -> None:
        """Makes the pool; raises an infrastructure error when the database is away."""
        self._pool = await asyncpg.create_pool(
            self._url,
            min_size=1,
            max_size=self._pool_size,
            init=_prepare,
            reset=_no_reset,
            command_timeout=COMMAND_TIMEOUT.total_seconds(),
            max_inactive_connection_lifetime=300,
            server_settings={
                "application_name": f"saisei-{self.service}",
                "statement_timeout": _milliseconds(STATEMENT_TIMEOUT),
                "lock_timeout": _milliseconds(LOCK_TIMEOUT),
                "idle_in_transaction_session_timeout": _milliseconds(STANDSTILL_TIMEOUT),
            },
        )

    async def ping(self) -> None:
        """One round trip; raises whatever keeps the database from answering."""
        await self.pool.fetchval("SHOW server_version")

    async def close(self) -> None:
        """Closes the pool, waiting a short while for what is still running."""
        if self._pool is not None:
            try:
                async with asyncio.timeout(5):
                    await self._pool.close()
            except TimeoutError:
                self._pool.terminate()

    @asynccontextmanager
    async def transaction(self, context: MessageContext) -> AsyncIterator[Transaction]:
        """One unit of work: commits on leaving, with all its messages; rolls back on any error."""
        async with self.transactions((context,)) as (tx,):
            yield tx

    @asynccontextmanager
    async def transactions(self, contexts: Sequence[MessageContext]) -> AsyncIterator[list[Transaction]]:
        """Several units of work that share one transaction of the database: all commit, or none does."""
        async with self.pool.acquire() as conn:
            async with conn.transaction():
                units = [Transaction(conn, context, self.service) for context in contexts]
                yield units
                outgoing = [message for unit in units for message in unit.outgoing]
                if outgoing:
                    await outbox.insert(conn, outgoing, self.lease, LEASE)
                crashpoints.reach("before_commit")
            crashpoints.reach("after_commit")
        if outgoing:
            self._handover(outgoing)
        for act in (act for unit in units for act in unit.committed):
            act()
