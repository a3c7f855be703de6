"""The inbox: a message is claimed in the transaction of its effect, so it takes effect once."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from chassis import deliveries_store
from contracts.envelope import Reply

CLAIM = """
INSERT INTO inbox (consumer, message_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING true
"""
CLAIM_MANY = """
INSERT INTO inbox (consumer, message_id) SELECT $1, id FROM unnest($2::uuid[]) AS t(id) ORDER BY id
ON CONFLICT DO NOTHING RETURNING message_id
"""
CLAIMED = "SELECT reply FROM inbox WHERE consumer = $1 AND message_id = $2"
STORE_REPLY = "UPDATE inbox SET reply = $3 WHERE consumer = $1 AND message_id = $2"
CLEAN_UP = """
DELETE FROM inbox WHERE (consumer, message_id) IN (
    SELECT consumer, message_id FROM inbox WHERE claimed_at < now() - $1::interval ORDER BY claimed_at LIMIT $2)
"""

RETENTION = timedelta(days=30)
"""How old a message may be. Its claim is kept for longer, so it can never be missed."""

CLOCK_SKEW = timedelta(days=1)
"""How far a publisher's clock may be ahead. Its messages are young for longer, and so is what is known of them."""

CLEAN_UP_EVERY = 600.0


async def claim(conn: Any, consumer: str, message_id: UUID) -> bool:
    """True for the first to claim a message; waits for another transaction that is claiming it."""
    return bool(await conn.fetchval(CLAIM, consumer, message_id))


async def claim_many(conn: Any, consumer: str, message_ids: Sequence[UUID]) -> set[UUID]:
    """The messages among these that nobody claimed before; in one order everywhere, so that batches never deadlock."""
    return {row["message_id"] for row in await conn.fetch(CLAIM_MANY, consumer, list(message_ids))}


async def is_claimed(conn: Any, consumer: str, message_id: UUID) -> bool:
    """True when a message has taken effect."""
    return await conn.fetchrow(CLAIMED, consumer, message_id) is not None


async def stored_reply(conn: Any, consumer: str, message_id: UUID) -> Reply | None:
    """The answer that a command got the first time."""
    stored = await conn.fetchval(CLAIMED, consumer, message_id)
    return Reply.model_validate(stored) if stored else None


async def store_reply(conn: Any, consumer: str, message_id: UUID, reply: Reply) -> None:
    """Keeps a command's answer for its duplicates."""
    await conn.execute(STORE_REPLY, consumer, message_id, reply.model_dump(mode="json", by_alias=True))


async def clean_up(pool: asyncpg.Pool, batch: int = 1000) -> int:
    """Deletes one batch of claims past their retention; returns how many."""
    return int((await pool.execute(CLEAN_UP, RETENTION + CLOCK_SKEW, batch)).split()[-1])


async def keep_clean(pool: asyncpg.Pool) -> None:
    """Deletes claims past their retention for as long as the service runs."""
    while True:
        while await clean_up(pool):
            pass
        await deliveries_store.clean_up(pool, RETENTION + CLOCK_SKEW)
        await asyncio.sleep(CLEAN_UP_EVERY)
