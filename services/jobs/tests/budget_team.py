"""A team of its own on the one database: what it hears, asks and has in its ledger."""

from datetime import UTC, datetime
from uuid import uuid4

from chassis.context import MessageContext
from chassis.db import Database
from chassis.testing import ACTOR, handle_command
from contracts.budgets import SetBudget
from contracts.envelope import Envelope
from contracts.jobs import (
    Attempt,
    GeneratorAnnounced,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobSuperseded,
)
from jobs_service.handlers import SUBSCRIPTIONS

COMMANDS, _, _, _, EVENTS = SUBSCRIPTIONS


def of(said, model):
    """What was said of one type."""
    return [model.model_validate(envelope.data) for envelope in said if envelope.type == model.type]


class Team:
    """Hears, asks and reads its own part of the ledger."""

    def __init__(self, database: Database) -> None:
        self.id = f"team-{uuid4()}"
        self.database = database

    async def hear(self, event, team: str | None = None, at: datetime | None = None):
        context = MessageContext(team or self.id, ACTOR, uuid4(), uuid4(), at)
        async with self.database.transaction(context) as tx:
            await EVENTS.events[type(event)](event, tx)
        return [Envelope.model_validate_json(message.body) for message in tx.outgoing]

    async def ask(self, command):
        return await handle_command(self.database, COMMANDS, command, self.id)

    async def limit(self, hard: int | None, soft: int | None = None):
        return await self.ask(SetBudget(soft_limit_yen=soft, hard_limit_yen=hard))

    async def jobs(self, status: str):
        query = "SELECT * FROM jobs WHERE team_id = $1 AND status = $2"
        return await self.database.pool.fetch(query, self.id, status)

    async def price(self, at: datetime | None = None, **yen: int) -> None:
        """What a call of each kind costs, told to all teams."""
        for kind, price in yen.items():
            word = {"kind": kind, "provider": "p", "model": "m", "offline": price == 0, "yen_per_call": price}
            await self.hear(GeneratorAnnounced.model_validate(word), team="*", at=at)


def ended(job, cost: int = 0, model: type[JobEvent] = JobCompleted):
    at = datetime.now(UTC)
    attempts = (Attempt(n=1, started_at=at, outcome="succeeded", cost_yen=cost),) if cost else ()
    identity = {"job_id": job["id"], "campaign_id": job["campaign_id"], "kind": job["kind"]}
    extras = {
        JobCompleted: {"version": 1, "sha256": "1" * 64, "changed": True},
        JobFailed: {"code": "X", "message": "x"},
        JobSuperseded: {"by_seq": 9},
    }[model]
    told = {"target_id": job["target_id"], "attempts": attempts, "cost_yen": cost}
    return model.model_validate({**identity, **told, **extras})
