"""All SQL about messages that were in trouble: delivered again, or too early."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

SELECT = "SELECT body_key, begun, waits FROM deliveries WHERE consumer = $1 AND body_key = ANY($2::uuid[])"
BEGIN = """
INSERT INTO deliveries (consumer, body_key, begun) SELECT $1, key, 1 FROM unnest($2::uuid[]) AS t(key) ORDER BY key
ON CONFLICT (consumer, body_key) DO UPDATE SET begun = deliveries.begun + 1
"""
END = "UPDATE deliveries SET begun = 0 WHERE consumer = $1 AND body_key = ANY($2::uuid[])"
WAIT = """
INSERT INTO deliveries (consumer, body_key, waits) VALUES ($1, $2, 1)
ON CONFLICT (consumer, body_key) DO UPDATE SET waits = deliveries.waits + 1
"""
FORGET = "DELETE FROM deliveries WHERE consumer = $1 AND body_key = $2"
CLEAN_UP = "DELETE FROM deliveries WHERE noted_at < now() - $1::interval"


async def select(conn: Any, consumer: str, keys: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
    """How often the handling of each began without an end, and how often each was too early."""
    rows = await conn.fetch(SELECT, consumer, list(keys))
    return {row["body_key"]: (row["begun"], row["waits"]) for row in rows}


async def begin(conn: Any, consumer: str, keys: Iterable[UUID]) -> None:
    """Notes that handling begins."""
    await conn.execute(BEGIN, consumer, sorted(set(keys)))


async def end(conn: Any, consumer: str, keys: Iterable[UUID]) -> None:
    """Notes that the process outlived it."""
    await conn.execute(END, consumer, list(keys))


async def wait(conn: Any, consumer: str, key: UUID) -> None:
    """Notes one more time that a message was too early."""
    await conn.execute(WAIT, consumer, key)


async def forget(conn: Any, consumer: str, key: UUID) -> None:
    """Takes away what was noted of a message that ended."""
    await conn.execute(FORGET, consumer, key)


async def clean_up(conn: Any, age: timedelta) -> None:
    """Takes away what nobody will ask for any more."""
    await conn.execute(CLEAN_UP, age)
