"""Messages as they are on the wire: examples of every type, and the way through a real outbox."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from chassis.context import MessageContext
from chassis.db import Database
from chassis.transaction import Transaction

CONTEXT = MessageContext(team_id="team-1", actor="tanaka", correlation_id=uuid4(), causation_id=uuid4())

Act = Callable[[Transaction], Any]
ThroughOutbox = Callable[[Act], Awaitable[bytes]]


@pytest.fixture
async def through_outbox(role_url):
    """Runs an act in a transaction of the image service; returns the bytes that its one outbox row holds."""
    database = Database(role_url("image"), "image", pool_size=1)
    await database.open()

    async def run(act: Act) -> bytes:
        await database.pool.execute("DELETE FROM outbox")
        async with database.transaction(CONTEXT) as tx:
            act(tx)
        return await database.pool.fetchval("SELECT body FROM outbox")

    yield run
    await database.close()
