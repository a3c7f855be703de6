"""Group commit: events that have arrived together on one queue share a transaction.

At rest a group is a single message, so nothing waits for company. When anything goes wrong in a group, all of it is
undone; a message whose own handler failed is told so, and the others are handled each in a transaction of its own.
"""

import asyncio
import contextvars
from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg

from chassis import crashpoints, inbox
from chassis.context import MessageContext
from chassis.db import Database
from chassis.delivery import Delivery
from chassis.infrastructure import is_infrastructure
from chassis.subscriptions import EVENTS_AT_ONCE, Handler
from chassis.transaction import Transaction
from contracts.envelope import Envelope

GROUP_AT_MOST = EVENTS_AT_ONCE

MET = (asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError, asyncpg.SerializationError)
"""What comes of meeting another transaction, and need not come to each of a group."""


@dataclass(slots=True, eq=False)
class _Arrived:
    """One message, and its task's own context, which carries its span and its log fields.

    Its turn comes when its group was handled, or when it is to handle the next one.
    """

    delivery: Delivery
    handler: Handler
    context: contextvars.Context = field(default_factory=contextvars.copy_context)
    turn: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    done: bool = False
    error: Exception | None = None


class _Failed(Exception):
    """The handler of one message of a group failed by itself."""

    def __init__(self, one: _Arrived, error: Exception) -> None:
        super().__init__()
        self.one, self.error = one, error


class Grouping:
    """One queue's events. Whoever comes first handles a group for all who have arrived, one group at a time."""

    def __init__(self, queue: str, database: Database) -> None:
        self._queue = queue
        self._database = database
        self._waiting: list[_Arrived] = []
        self._leader: _Arrived | None = None

    async def apply(self, delivery: Delivery, handler: Handler) -> None:
        """Handles one message, with whatever else has arrived; raises what its own handling raised."""
        arrived = _Arrived(delivery, handler)
        self._waiting.append(arrived)
        try:
            if self._leader is None:
                self._leader = arrived
            else:
                await arrived.turn
            if self._leader is arrived:
                await self._handle_group()
        finally:
            if arrived in self._waiting:
                self._waiting.remove(arrived)
            if self._leader is arrived:
                self._lead_on()
        if arrived.error is not None:
            raise arrived.error
        if not arrived.done:
            await self.alone(delivery, handler)

    async def alone(self, delivery: Delivery, handler: Handler) -> None:
        """Handles one message in a transaction of its own."""
        async with self._database.transaction(MessageContext.of(delivery.envelope)) as tx:
            if await inbox.claim(tx.conn, self._queue, delivery.envelope.id):
                crashpoints.reach("after_claim")
                await handler(delivery.content, tx)

    async def _handle_group(self) -> None:
        group = self._waiting[:GROUP_AT_MOST]
        if len(group) == 1:
            await self.alone(group[0].delivery, group[0].handler)
            group[0].done = True
        else:
            await self._settle(group)
        self._waiting = [one for one in self._waiting if one not in group]
        _wake(group)

    def _lead_on(self) -> None:
        """The one that has waited longest is to handle the next group."""
        self._leader = self._waiting[0] if self._waiting else None
        _wake(self._waiting[:1])

    async def _settle(self, group: Sequence[_Arrived]) -> None:
        try:
            await self._together(group)
        except _Failed as failed:
            failed.one.error = failed.error
        except Exception as error:  # noqa: BLE001 - told to each of them, or each tries alone
            away = is_infrastructure(error) and not isinstance(error, MET)
            for one in group:
                one.error = error if away else None
        else:
            for one in group:
                one.done = True

    async def _together(self, group: Sequence[_Arrived]) -> None:
        contexts = [MessageContext.of(one.delivery.envelope) for one in group]
        async with self._database.transactions(contexts) as transactions:
            ids = [one.delivery.envelope.id for one in group]
            claimed = await inbox.claim_many(transactions[0].conn, self._queue, ids)
            crashpoints.reach("after_claim")
            for one, tx in _in_order(group, transactions):
                if one.delivery.envelope.id in claimed:
                    claimed.discard(one.delivery.envelope.id)
                    # A task of its own, because it is traced and logged as its own message.
                    await asyncio.create_task(_handled(one, tx), context=one.context)


def _wake(those: Sequence[_Arrived]) -> None:
    for one in those:
        if not one.turn.done():
            one.turn.set_result(None)


async def _handled(one: _Arrived, tx: Transaction) -> None:
    try:
        await one.handler(one.delivery.content, tx)
    except Exception as error:
        if is_infrastructure(error):
            raise
        raise _Failed(one, error) from error


def _in_order(group: Sequence[_Arrived], transactions: Sequence[Transaction]) -> list[tuple[_Arrived, Transaction]]:
    """By team and subject, so that groups of several replicas lock rows of one kind in one order."""
    return sorted(zip(group, transactions, strict=True), key=lambda pair: _place(pair[0].delivery.envelope))


def _place(envelope: Envelope) -> tuple[str, str]:
    return envelope.teamid, envelope.subject or ""
