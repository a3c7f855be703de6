"""What became of each accepted message: one effect, a dead letter, or explicitly unknown; nothing else."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

EFFECTS = "SELECT message_id, outcome, emitted FROM effects WHERE consumer = $1"
CLAIMS = "SELECT message_id FROM inbox WHERE consumer = $1"
OUTBOX = "SELECT id FROM outbox"


@dataclass(frozen=True)
class Snapshot:
    """Effects, claims and outgoing messages as the database had them at one moment, and what is dead-lettered."""

    effects: Sequence[Any]
    claims: frozenset[UUID]
    outbox: frozenset[UUID]
    dead: Counter[UUID]

    @classmethod
    async def take(cls, sql: asyncpg.Pool, consumer: str, dead: Iterable[UUID]) -> "Snapshot":
        """Reads one consumer's state."""
        async with sql.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
            effects = await conn.fetch(EFFECTS, consumer)
            claims = frozenset(row["message_id"] for row in await conn.fetch(CLAIMS, consumer))
            outbox = frozenset(row["id"] for row in await conn.fetch(OUTBOX))
        return cls(effects, claims, outbox, Counter(dead))

    @property
    def emitted(self) -> set[UUID]:
        """The messages that the effects told of."""
        return {row["emitted"] for row in self.effects if row["emitted"]}


@dataclass
class Account:
    """Where each accepted message is. `pending` ones may still be on their way; `broken` says which rule one breaks."""

    applied: set[UUID] = field(default_factory=set)
    unknown: set[UUID] = field(default_factory=set)
    dead: set[UUID] = field(default_factory=set)
    pending: set[UUID] = field(default_factory=set)
    broken: dict[UUID, str] = field(default_factory=dict)

    @property
    def is_closed(self) -> bool:
        """True once nothing can change any more."""
        return not self.pending


def account(accepted: Iterable[UUID], snapshot: Snapshot) -> Account:
    """Looks up every accepted message, and everything that took effect without having been accepted."""
    result = Account()
    outcomes: dict[UUID, list[str]] = {}
    for row in snapshot.effects:
        outcomes.setdefault(row["message_id"], []).append(row["outcome"])
    known = set(accepted)
    for message_id in known:
        _enter(result, message_id, outcomes.get(message_id, []), snapshot)
    for stranger in (outcomes.keys() | snapshot.claims) - known:
        result.broken[stranger] = "took effect and was never accepted"
    return result


def _enter(result: Account, message_id: UUID, outcomes: Sequence[str], snapshot: Snapshot) -> None:
    buried, claimed = snapshot.dead[message_id], message_id in snapshot.claims
    if wrong := _breach(len(outcomes), buried, claimed=claimed):
        result.broken[message_id] = wrong
    elif buried:
        result.dead.add(message_id)
    elif outcomes:
        (result.unknown if outcomes[0] == "unknown" else result.applied).add(message_id)
    else:
        result.pending.add(message_id)


def _breach(effects: int, buried: int, *, claimed: bool) -> str:
    """The rule that a message breaks, empty for none."""
    rules = {
        f"took effect {effects} times": effects > 1,
        f"was dead-lettered {buried} times": buried > 1,
        "took effect and was dead-lettered": bool(effects and buried),
        "took effect without a claim": bool(effects and not claimed),
        "was claimed without an effect": bool(claimed and not effects),
    }
    return next((rule for rule, broken in rules.items() if broken), "")
