"""A story as it is told: acts become messages, each step is held to every promise, and what happened is remembered."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

from chassis.delivery import Delivery
from contracts.envelope import Command, Reply
from contracts.jobs import JobEvent, RequestJobs

from .conftest import a_campaign
from .story_acts import Act, Team
from .story_ledger import EMPTY, Ledger, look
from .story_oracle import LATER, begun, due, expected_problem
from .story_promises import PROMISES
from .story_step import Past, Step
from .story_telling import SAYINGS
from .story_world import Fate, Said, World, from_person, from_service, to_audit

T = TypeVar("T")


@dataclass(frozen=True)
class Done:
    """An act of somebody, and what becomes of its message. A stranger is of the other team."""

    act: Act
    who: str
    team: int
    fate: Fate
    stranger: bool = False


class Story:
    """Two teams with a campaign each, of ids that no other story has, and the service they meet in."""

    def __init__(self, database_url: str) -> None:
        self.runner = asyncio.Runner()
        self.world = World(database_url)
        self.teams = [Team(f"team-{uuid4()}", a_campaign(), [], []) for _ in range(2)]
        self.ledger, self.past = EMPTY, Past()
        self.prices: dict[str, int] = {}
        self.unheard: list[Delivery] = []
        self.recorded = 0
        self.run(self.world.open())

    def end(self) -> None:
        """Lets go of the database."""
        self.run(self.world.database.close())
        self.runner.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Drives the service until this is done."""
        return self.runner.run(work)

    def catch_up_audit(self, fates: Sequence[Fate]) -> None:
        """Has the audit log hear of every act so far, and checks that its chains hold them all."""
        acts = [(one, fates[n % len(fates)]) for n, one in enumerate(self.unheard)]
        self.recorded += len(acts)
        self.unheard = []
        early, self.world.early = self.world.early, []
        self.run(self.world.deliver(acts))
        self.world.early = early
        chains = [self.run(self.world.verify_audit(team.id)) for team in self.teams]
        assert [chain.faults for chain in chains] == [(), ()]
        assert sum(chain.head_seq for chain in chains) == sum(chain.checked for chain in chains) == self.recorded

    def at_once(self, several: Sequence[Done]) -> None:
        """Does all of these at the same time, as far as there is something to do them about."""
        self.tell([(message, one.fate) for one in several if (message := self.message(one)) is not None])

    def message(self, one: Done) -> Delivery | None:
        """What is sent for an act."""
        mine = self.teams[one.team]
        content = one.act.content(mine, self.ledger)
        if isinstance(content, Command):
            sender = self.teams[1 - one.team] if one.stranger else mine
            return from_person(content, sender.id, one.who)
        return None if content is None else from_service(content, mine.id)

    def tell(self, messages: Sequence[tuple[Delivery, Fate]]) -> None:
        """Delivers messages at once, and holds the outcome to every promise."""
        before, waiting = self.ledger, list(self.world.early)
        again = frozenset(one.envelope.id for one, _ in messages) & self.past.sent.keys()
        self.run(self.world.deliver(messages))
        said, self.ledger = self.run(self.look())
        told = [one for one in (*waiting, *(one for one, _ in messages)) if self.is_through(one, said)]
        step = Step(before, self.ledger, told, again, said, self.past)
        self.note(step)
        for promise in (*PROMISES, *SAYINGS):
            promise(step)
        if len(messages) == 1 and not waiting and not again:
            self.hold_to_oracle(messages[0][0], step)

    async def look(self) -> tuple[list[Said], Ledger]:
        """What was said, and how the ledger stands."""
        said = await self.world.take_outbox()
        return said, await look(self.world.database.pool, [team.id for team in self.teams])

    def is_through(self, one: Delivery, said: Sequence[Said]) -> bool:
        """False for an event that waits, and for a command that came before what it names."""
        if isinstance(one.content, Command):
            return any(each.envelope.causationid == one.envelope.id for each in said)
        return one not in self.world.early

    def note(self, step: Step) -> None:
        """Remembers what later steps must agree with."""
        for one in step.told:
            self.past.sent.setdefault(one.envelope.id, one)
        for each in step.said:
            if each.envelope.type == Reply.type and each.envelope.causationid is not None:
                self.past.answers.setdefault(each.envelope.causationid, Reply.model_validate(each.envelope.data))
        for word in step.heard(JobEvent):
            for attempt in getattr(word, "attempts", ()):
                self.past.attempts[word.job_id, attempt.n].append(attempt)
        self.unheard += to_audit(step.said)
        for team in self.teams:
            team.jobs += _in_order(step.before.jobs, step.after.jobs, team.id)
            team.intents += _in_order(step.before.intents, step.after.intents, team.id)

    def hold_to_oracle(self, one: Delivery, step: Step) -> None:
        """A command that met no other is answered as the ledger stood."""
        if not isinstance(one.content, Command):
            return
        targets = {
            asset.id: (team.id, team.campaign.campaign_id, asset.kind) for team in self.teams for asset in team.assets
        }
        expected = expected_problem(one, step.before, targets, self.prices)
        if expected == LATER:
            assert one not in step.told
            return
        reply = step.answer(one)
        assert (reply.problem.type if reply.problem else None) == expected
        if expected is None and isinstance(one.content, RequestJobs):
            assert begun(reply) == due(one.content, step.before).keys()


def _in_order(before: Any, after: Any, team: str) -> list[str]:
    """What is new of a team, in an order that does not depend on who was first."""
    new = [row for key, row in after.items() if key not in before and row["team_id"] == team]
    return [row["id"] for row in sorted(new, key=lambda row: (row["kind"], row.get("seq") or 0, row["created_at"]))]
