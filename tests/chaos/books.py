"""The books of a whole Saisei, read from its servers: what was asked, what was done, what is left over."""

import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aio_pika
import asyncpg
from aio_pika.abc import AbstractIncomingMessage

from chassis.testing import Broker, eventually
from chassis.topology import COMMANDS, EVENTS, Queue
from contracts.jobs import JobRequested
from saisei_local.dead import list_dead
from saisei_local.services import SERVICES, topologies
from saisei_local.settings import LocalSettings
from saisei_local.stack import amqp_url, database_url, load_secrets
from saisei_local.state import StateDir

WATCH = "chaos.watch"
QUIET_SECONDS = 1.5
PATIENCE = 60.0
OWNERS = ("copy", "image", "compositor")
JOBS = "SELECT id, status, target_id, result, error FROM jobs.jobs WHERE reason = 'regenerate'"
UNFINISHED = "SELECT count(*) FROM jobs.jobs WHERE status IN ('PENDING', 'RUNNING')"
LEFT_OVER = "SELECT " + ", ".join(
    f"(SELECT count(*) FROM {table}) AS {table.replace('.', '_')}"
    for table in (*(f"{name}.outbox" for name in SERVICES), "compositor.renders")
)
# What is made goes to and fro when the words it carries do; a need that was met twice is two versions in a row.
TWICE = " UNION ALL ".join(
    f"SELECT asset_id, version FROM (SELECT asset_id, version, input_hash, lag(input_hash) OVER "
    f"(PARTITION BY asset_id ORDER BY version) AS before FROM {owner}.versions) AS made WHERE input_hash = before"
    for owner in OWNERS
)
VERSIONS = " UNION ALL ".join(f"SELECT asset_id, version, sha256, job_id FROM {owner}.versions" for owner in OWNERS)
CLAIMS = " UNION ALL ".join(f"SELECT consumer, message_id FROM {name}.inbox" for name in SERVICES)

# Whoever hears of requests for jobs handles those of its own kinds, and claims no others.
REQUESTS: dict[str, tuple[str, ...]] = {
    "copy.events": ("copy_variant",),
    "image.events": ("image",),
    "qa.events": ("qa",),
    "jobs.events": ("composited_image", "platform_image"),
}

Claims = dict[str, set[UUID]]


@dataclass
class Books:
    """Reads the servers as their administrator, while they are there."""

    sql: asyncpg.Pool
    amqp_url: str
    queues: tuple[Queue, ...]
    _before: Claims = field(default_factory=dict)
    _since: float = 0.0

    async def open(self) -> None:
        """From here on every message is noted. Nothing may be under way."""
        await eventually(self._is_quiet, PATIENCE)
        async with await aio_pika.connect(self.amqp_url) as connection:
            channel = await connection.channel()
            watch = await channel.declare_queue(WATCH, durable=True)
            await watch.bind(EVENTS, "#")
            for queue in self.queues:
                await watch.bind(COMMANDS, queue.name)

    async def unfinished(self) -> int:
        """How many jobs have not ended; -1 while nobody can say."""
        try:
            return await self.sql.fetchval(UNFINISHED) or 0
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return -1

    async def left_over(self) -> dict[str, int]:
        """Rows that are there only for a while, and messages on queues, by where they are."""
        rows: dict[str, int] = dict((await self.sql.fetch(LEFT_OVER))[0])
        async with Broker.at(self.amqp_url) as broker:
            for name in (part for queue in self.queues for part in (queue.name, queue.retry)):
                rows[name] = await broker.depth(name)
        return {name: count for name, count in rows.items() if count}

    async def dead(self) -> list[str]:
        """What was given up, and why."""
        return [f"{each.queue} {each.type}: {each.reason}" for each in await list_dead(self.amqp_url, topologies())]

    async def jobs(self) -> dict[str, Any]:
        """The regenerations in the ledger, by id."""
        return {row["id"]: row for row in await self.sql.fetch(JOBS)}

    async def versions(self) -> list[Any]:
        """All versions of everything."""
        return await self.sql.fetch(VERSIONS)

    async def made_twice(self) -> list[Any]:
        """Versions that were made from the very inputs of the version before."""
        return await self.sql.fetch(TWICE)

    async def claimed(self) -> Claims:
        """By queue, the messages that took effect since the books were opened."""
        now = await self._claims()
        return {name: ids - self._before.get(name, set()) for name, ids in now.items()}

    async def sent(self) -> Claims:
        """By queue, the messages that were sent to it since the books were opened and concern it. Read once."""
        found: Claims = defaultdict(set)
        async with await aio_pika.connect(self.amqp_url) as connection:
            watch = await (await connection.channel()).get_queue(WATCH)
            while (message := await watch.get(no_ack=True, fail=False)) is not None:
                for name in self._readers(message.exchange or "", message.routing_key or ""):
                    if _concerns(name, message):
                        found[name].add(UUID(message.message_id))
        return dict(found)

    def _readers(self, exchange: str, key: str) -> list[str]:
        if exchange == COMMANDS:
            return [key]
        return [queue.name for queue in self.queues if key in queue.events or "#" in queue.events]

    async def _claims(self) -> Claims:
        found: Claims = defaultdict(set)
        for row in await self.sql.fetch(CLAIMS):
            found[row["consumer"]].add(row["message_id"])
        return dict(found)

    async def _is_quiet(self) -> bool:
        now = await self._claims()
        if now != self._before or await self.left_over():
            self._before, self._since = now, time.monotonic()
        return time.monotonic() - self._since > QUIET_SECONDS


def _concerns(queue: str, message: AbstractIncomingMessage) -> bool:
    if message.routing_key != JobRequested.type or queue not in REQUESTS:
        return True
    return json.loads(message.body)["data"]["kind"] in REQUESTS[queue]


@asynccontextmanager
async def books_of(state: StateDir) -> AsyncIterator[Books]:
    """The books of the instance that runs on this state directory."""
    settings = LocalSettings.load({"SAISEI_STATE_DIR": str(state.root)})
    servers = load_secrets(state), state.instance().ports
    queues = tuple(queue for topology in topologies() for queue in topology.queues)
    async with asyncpg.create_pool(database_url(settings, *servers), min_size=0, max_size=2) as sql:
        yield Books(sql, amqp_url(settings, *servers), queues)
