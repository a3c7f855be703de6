"""What the provider tells by itself of a run's end.

A notice only shortens a wait: whoever hears one asks the provider, whose answer alone decides. So a notice that is
early, late, repeated or false changes nothing.
"""

import asyncio
from datetime import timedelta

import asyncpg
import structlog

from chassis.db import Database
from chassis.infrastructure import is_infrastructure
from chassis.transaction import Transaction, reply_ok
from contracts.envelope import Reply
from contracts.image import NoteRunEnded
from image_service import store

RETENTION = timedelta(days=1)
"""Longer than any run is waited for."""

BATCH = 1000
CLEAN_UP_EVERY = 600.0

log = structlog.get_logger()


async def note_run_ended(command: NoteRunEnded, tx: Transaction) -> Reply:
    """Notes it for whoever waits for the run, now or from later on: its order may not be recorded here yet."""
    await store.insert_notice(tx.conn, command.webhook_id, command.provider_id, command.status)
    return reply_ok({"providerId": command.provider_id})


async def heard(pool: asyncpg.Pool, provider_id: str) -> int:
    """How often the provider said that a run has ended; 0 while the database is away, for a wait goes on without."""
    try:
        return await store.count_notices(pool, provider_id)
    except Exception as error:
        if not is_infrastructure(error):
            raise
        log.warning("notices_unread", error=repr(error))
        return 0


async def keep_clean(database: Database) -> None:
    """Deletes old notices for as long as the service runs."""
    while True:
        while await store.delete_notices(database.pool, RETENTION, BATCH):
            pass
        await asyncio.sleep(CLEAN_UP_EVERY)
