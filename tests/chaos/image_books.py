"""The books of many image jobs: what each was asked, what the provider charged for it, and what was told of it."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import asyncpg

from chassis.blobs import BlobMissing, BlobStore
from contracts.jobs import JobCancelled, JobCompleted, JobFailed, RunJob
from image_service.topology import JOBS, TOPOLOGY
from saisei_local.dead import list_dead

from .image_world import ImageWorld, JobEnd, Order

Told = Literal["yes", "no", "unknown"]

LEDGER = "SELECT DISTINCT job_id, provider_id FROM image.provider_runs WHERE provider_id IS NOT NULL"
VERSIONS = "SELECT job_id, asset_id, version, sha256 FROM image.versions"
OUTBOX = "SELECT count(*) FROM image.outbox"


@dataclass(frozen=True)
class Entry:
    """One job: its ends by message, the provider's orders for it, the orders in its ledger, its image's versions."""

    job: RunJob
    ends: frozenset[tuple[UUID, JobEnd]]
    orders: tuple[Order, ...]
    ledger: frozenset[str]
    versions: tuple[str, ...]
    is_stored: bool
    is_buried: bool

    @property
    def end(self) -> JobEnd | None:
        """How it ended; None unless that is certain."""
        return next(iter(self.ends))[1] if len(self.ends) == 1 else None

    @property
    def charged(self) -> tuple[str, ...]:
        """The orders that the provider charged for."""
        return tuple(order.id for order in self.orders if order.charged)

    @property
    def told(self) -> Told:
        """Whether its end tells people that it was charged."""
        attempts = self.end.attempts if self.end else ()
        if any(attempt.outcome in ("unknown", "unfinished") for attempt in attempts):
            return "unknown"
        return "yes" if any(attempt.cost_yen for attempt in attempts) else "no"

    @property
    def breaches(self) -> list[str]:
        """The rules that it breaks."""
        return [rule for rule, broken in {**self._of_any(), **self._of_its_end()}.items() if broken]

    def _of_any(self) -> dict[str, bool]:
        told, charged, taken = self.told, set(self.charged), {order.id for order in self.orders}
        return {
            f"ended {len(self.ends)} times": len(self.ends) != 1,
            f"was charged {len(charged)} times": len(charged) > 1,
            "was told as free and was charged": told == "no" and bool(charged),
            "was told as charged and was not": told == "yes" and not charged,
            "was charged for an order that its ledger lacks": told != "unknown" and not charged <= self.ledger,
            "has an order in its ledger that the provider does not know": not self.ledger <= taken,
        }

    def _of_its_end(self) -> dict[str, bool]:
        end = self.end
        if isinstance(end, JobCompleted):
            paid = [attempt.provider_id for attempt in end.attempts if attempt.cost_yen]
            return {
                f"completed and tells of {paid} as paid": tuple(paid) != self.charged,
                f"completed and left {len(self.versions)} versions": self.versions != (end.sha256,),
                "completed and its picture is not stored": not self.is_stored,
                "completed and was buried": self.is_buried,
            }
        rules = {"did not complete and left a version": bool(self.versions)}
        if isinstance(end, JobCancelled):
            rules["tells otherwise of its charge than its attempts"] = end.billed != self.told
        elif isinstance(end, JobFailed):
            rules["is unknown and failed otherwise"] = (self.told == "unknown") != (end.code == "SPEND_UNKNOWN")
            rules["failed unforeseen and was not buried"] = end.code == "INTERNAL" and not self.is_buried
        return rules


@dataclass(frozen=True)
class Account:
    """All jobs, and what the provider counted."""

    entries: Sequence[Entry]
    charges: int
    strangers: Sequence[Order]

    @property
    def breaches(self) -> dict[str, list[str]]:
        """By job, the rules that it breaks."""
        return {entry.job.job_id: entry.breaches for entry in self.entries if entry.breaches}

    @property
    def ends(self) -> Counter[str]:
        """How many jobs ended in which way."""
        return Counter(_name(entry.end) for entry in self.entries)

    @property
    def completed(self) -> list[Entry]:
        """The jobs that brought a picture."""
        return [entry for entry in self.entries if isinstance(entry.end, JobCompleted)]

    @property
    def unknown(self) -> list[Entry]:
        """Those of which people are told that nobody knows whether they were charged."""
        return [entry for entry in self._without_picture if entry.told == "unknown"]

    @property
    def in_vain(self) -> list[Entry]:
        """Those of which people are told that they were charged and brought nothing."""
        return [entry for entry in self._without_picture if entry.told == "yes"]

    @property
    def _without_picture(self) -> list[Entry]:
        return [entry for entry in self.entries if not isinstance(entry.end, JobCompleted)]


async def account_of(world: ImageWorld, jobs: Sequence[RunJob]) -> Account:
    """Reads everything; nothing may be under way. A job's prompt is its own, so it names the job at the provider."""
    orders, ends = defaultdict(list), await world.all_ends()
    for order in await world.provider.orders():
        orders[order.prompt].append(order)
    ledger, versions = await _ledger(world.sql), await _versions(world.sql)
    dead = {each.message_id for each in await list_dead(world.amqp_url, [TOPOLOGY]) if each.queue == JOBS}
    entries = [
        Entry(
            job=job,
            ends=frozenset(ends.get(job.job_id, ())),
            orders=tuple(orders.pop(job.options.custom_prompt, ())),
            ledger=frozenset(ledger.get(job.job_id, ())),
            versions=tuple(versions.get(job.target_id, ())),
            is_stored=await _are_stored(world, versions.get(job.target_id, ())),
            is_buried=job.job_id in dead,
        )
        for job in jobs
    ]
    return Account(entries, await world.provider.charges(), [order for rest in orders.values() for order in rest])


async def queued(world: ImageWorld) -> dict[str, int]:
    """How many messages wait to be handled, or to be tried again, by queue."""
    found = {name: await world.broker.depth(name) for queue in TOPOLOGY.queues for name in (queue.name, queue.retry)}
    return {name: count for name, count in found.items() if count}


async def unsent(world: ImageWorld) -> int:
    """How many messages wait in the outbox."""
    return await world.sql.fetchval(OUTBOX) or 0


async def _ledger(sql: asyncpg.Connection) -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in await sql.fetch(LEDGER):
        found[row["job_id"]].append(row["provider_id"])
    return found


async def _versions(sql: asyncpg.Connection) -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in await sql.fetch(VERSIONS):
        found[row["asset_id"]].append(row["sha256"])
    return found


async def _are_stored(world: ImageWorld, hashes: Sequence[str]) -> bool:
    blobs = BlobStore.at(world.blob_url)
    try:
        return all([hashlib.sha256(await blobs.get(sha256)).hexdigest() == sha256 for sha256 in hashes])
    except BlobMissing:
        return False


def _name(end: JobEnd | None) -> str:
    return end.code if isinstance(end, JobFailed) else end.type.removeprefix("job.") if end else "unfinished"
