"""Takes one protection of the chassis away, in every Python process that has this folder on its path.

`CHAOS_WITHOUT` names the protection. Tests that still pass then prove nothing about it.
"""

import math
import os
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import aio_pika.abc
import aio_pika.connection
import aio_pika.exchange
import aiormq
import asyncpg

from assets import execution, store
from chassis import crashpoints, db, inbox, open_deliveries, outbox
from chassis.context import MessageContext
from chassis.outbox import OutgoingMessage
from chassis.transaction import Transaction
from gateway import signatures


def _replace(owner: Any, **replacements: Any) -> None:
    for name, replacement in replacements.items():
        setattr(owner, name, replacement)


def without_inbox() -> None:
    """Every delivery is taken for the first."""

    async def claim(conn: Any, consumer: str, message_id: UUID) -> bool:
        await conn.execute(inbox.CLAIM, consumer, message_id)
        return True

    async def claim_many(conn: Any, consumer: str, message_ids: Sequence[UUID]) -> set[UUID]:
        await conn.execute(inbox.CLAIM_MANY, consumer, list(message_ids))
        return set(message_ids)

    async def is_claimed(_conn: Any, _consumer: str, _message_id: UUID) -> bool:
        return False

    _replace(inbox, claim=claim, claim_many=claim_many, is_claimed=is_claimed)


def without_versions() -> None:
    """What came last counts, however old it is."""
    _replace(store, LEARN_PIECE=store.LEARN_PIECE.replace("WHERE pieces.version < $3", ""))


def without_epochs() -> None:
    """A worker looks neither at who took over nor at how long it was held up."""

    class Everybodys:
        """The epoch that every worker takes for its own."""

        def __eq__(self, _other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 0

    async def epoch(_conn: Any, _job_id: str) -> Any:
        return Everybodys()

    # Wherever it is looked at, not only in `check`: before an order, and beside the work.
    _replace(execution.runs_store, lock_epoch=epoch, epoch=epoch)
    _replace(execution, FRESH_SECONDS=math.inf)


def without_ledger() -> None:
    """Who takes a job over does not look at what was ordered for it."""

    async def past(_execution: execution.Execution) -> list[execution.PastAttempt]:
        return []

    _replace(execution.Execution, past=past)


def without_mandatory() -> None:
    """The broker may drop what it has no queue for."""
    publish = aio_pika.exchange.Exchange.publish

    async def publish_anyhow(exchange: Any, message: Any, routing_key: str, **options: Any) -> Any:
        return await publish(exchange, message, routing_key, **(options | {"mandatory": False}))

    basic_publish: Any = aiormq.Channel.basic_publish

    async def basic_publish_anyhow(channel: Any, body: bytes, **options: Any) -> Any:
        return await basic_publish(channel, body, **(options | {"mandatory": False}))

    _replace(aio_pika.exchange.Exchange, publish=publish_anyhow)
    _replace(aiormq.Channel, basic_publish=basic_publish_anyhow)


def without_confirms() -> None:
    """What was sent is taken for received."""
    channel = aio_pika.connection.Connection.channel

    def unconfirmed(
        connection: Any, channel_number: int | None = None, **_options: Any
    ) -> aio_pika.abc.AbstractChannel:
        return channel(connection, channel_number, publisher_confirms=False, on_return_raises=False)

    _replace(aio_pika.connection.Connection, channel=unconfirmed)


def without_transaction() -> None:
    """Messages are stored after the change that they tell of, in a transaction of their own."""

    @asynccontextmanager
    async def transactions(
        database: db.Database, contexts: Sequence[MessageContext]
    ) -> AsyncIterator[list[Transaction]]:
        async with database.pool.acquire() as conn:
            async with conn.transaction():
                units = [Transaction(conn, context, database.service) for context in contexts]
                yield units
                crashpoints.reach("before_commit")
            crashpoints.reach("after_commit")
            outgoing = [message for unit in units for message in unit.outgoing]
            if outgoing:
                await outbox.insert(conn, outgoing, database.lease, db.LEASE)
        database._handover(outgoing)  # pyright: ignore[reportPrivateUsage]

    _replace(db.Database, transactions=transactions)


def without_signatures() -> None:
    """Whoever sends a webhook, and whenever it was signed, it is believed."""

    def of(headers: Mapping[str, str], _now: float) -> signatures.Signed:
        return signatures.Signed(headers[signatures.ID], headers[signatures.TIMESTAMP], ())

    def check(_signed: signatures.Signed, _body: bytes, _keys: Iterable[bytes]) -> None:
        return

    _replace(signatures.Signed, of=staticmethod(of), check=check)


def without_open() -> None:
    """An acknowledgement takes along whatever is still being handled."""

    def together(_deliveries: open_deliveries.OpenDeliveries, done: Collection[int]) -> set[int]:
        return set(done)

    _replace(open_deliveries.OpenDeliveries, together=together)


def without_sweep() -> None:
    """Nobody looks for what a dead process left."""

    async def sweep(_pool: asyncpg.Pool, _lease: UUID, _duration: timedelta, _limit: int) -> list[OutgoingMessage]:
        return []

    _replace(outbox, sweep=sweep)


if protection := os.environ.get("CHAOS_WITHOUT"):
    globals()[f"without_{protection}"]()
