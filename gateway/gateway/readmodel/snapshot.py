"""One view of the read model for several statements."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg


@asynccontextmanager
async def snapshot(source: Any) -> AsyncIterator[Any]:
    """A connection on which all reads see one moment. A connection that has such a view already is used as it is."""
    if not isinstance(source, asyncpg.Pool):
        yield source
        return
    async with source.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
        yield conn
