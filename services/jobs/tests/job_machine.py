"""Stories of jobs: whatever people, workers and crashes do, in any order and at once, no promise is broken."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar
from uuid import uuid4

import structlog
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from chassis.delivery import Delivery
from contracts.envelope import EVERY_TEAM, Command, Reply
from contracts.jobs import GeneratorAnnounced, JobEvent, JobRequested, RequestJobs
from contracts.values import JobOptions

from .conftest import a_campaign
from .story_acts import (
    APPROVALS,
    BY_PERSONS,
    BY_WORKERS,
    ENDINGS,
    NUMBERS,
    PAID,
    REQUESTS,
    Act,
    Approve,
    CallOff,
    End,
    Execute,
    Limit,
    Reject,
    Team,
    free_job,
)
from .story_ledger import EMPTY, look
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


PEOPLE = st.sampled_from(("editor-1", "editor-2", "admin-1", "admin-2"))
TEAMS = st.sampled_from((0, 0, 0, 1))
FATES = st.sampled_from((*[Fate.HANDLED] * 4, *Fate))
STRANGERS = st.sampled_from((*[False] * 7, True))


def done(acts: st.SearchStrategy[Any]) -> st.SearchStrategy[Done]:
    """Somebody does one of these."""
    return st.builds(Done, acts, PEOPLE, TEAMS, FATES, STRANGERS)


class JobStories(RuleBasedStateMachine):
    """Two teams with a campaign each. Which rule comes next and what it is about never depends on who won a race."""

    database_url: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.world = World(self.database_url)
        self.teams: list[Team] = []
        self.ledger, self.past, self.prices = EMPTY, Past(), {}
        self.free_requests: list[str] = []
        self.unheard: list[Delivery] = []
        self.recorded = 0
        self.run(self.world.open())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Drives the service until this is done."""
        return self.runner.run(work)

    def teardown(self) -> None:
        try:
            if self.teams:
                self.audit_log_catches_up([Fate.HANDLED])
        finally:
            self.run(self.world.database.close())
            self.runner.close()

    @initialize(hard=st.none() | st.integers(0, 40), fate=FATES)
    def two_teams_begin(self, hard: int | None, fate: Fate) -> None:
        self.teams = [Team(f"team-{uuid4()}", a_campaign(), [], []) for _ in range(2)]
        for kind in PAID:
            self.price_is_told(kind, {"copy_variant": 2, "image": 6}[kind], Fate.HANDLED)
        if hard is not None:
            self.at_once([Done(Limit(hard, None), "admin-1", 0, Fate.HANDLED)])
        for team in self.teams:
            self.tell([(from_service(team.campaign, team.id), fate)])

    @rule(one=done(BY_PERSONS))
    def somebody_acts(self, one: Done) -> None:
        self.at_once([one])

    @rule(one=done(BY_WORKERS))
    def worker_tells(self, one: Done) -> None:
        self.at_once([one])

    @rule(endings=st.lists(done(ENDINGS), min_size=1, max_size=3), approvals=st.lists(done(APPROVALS), max_size=2))
    def jobs_end_and_retries_are_approved(self, endings: list[Done], approvals: list[Done]) -> None:
        self.at_once(endings)
        self.at_once(approvals)

    @rule(several=st.lists(done(BY_PERSONS | BY_WORKERS), min_size=2, max_size=6))
    def many_things_happen_at_once(self, several: list[Done]) -> None:
        self.at_once(several)

    @rule(
        intent=NUMBERS,
        team=TEAMS,
        verbs=st.lists(st.tuples(st.sampled_from((Execute, Execute, Reject)), PEOPLE, FATES), min_size=2, max_size=5),
    )
    def several_decide_about_one_intent(self, intent: int, team: int, verbs: list[tuple[Any, str, Fate]]) -> None:
        self.at_once([Done(Approve(intent), "admin-1", team, Fate.HANDLED)])
        self.at_once([Done(verb(intent), who, team, fate) for verb, who, fate in verbs])

    @rule(job=NUMBERS, team=TEAMS, people=st.lists(st.tuples(PEOPLE, FATES), min_size=2, max_size=4), endings=ENDINGS)
    def several_call_one_job_off_as_it_ends(
        self, job: int, team: int, people: list[tuple[str, Fate]], endings: End
    ) -> None:
        ends = Done(End(job, endings.status, endings.attempts), "editor-1", team, people[0][1])
        self.at_once([*(Done(CallOff(job), who, team, fate) for who, fate in people), ends])

    @rule(
        team=TEAMS,
        asked=st.lists(st.tuples(REQUESTS, PEOPLE, FATES), min_size=2, max_size=5),
        spare=st.integers(0, 12),
    )
    def several_ask_with_little_left(self, team: int, asked: list[tuple[Any, str, Fate]], spare: int) -> None:
        used = self.ledger.used(self.teams[team].id)
        self.at_once([Done(Limit(used + spare, None), "admin-2", team, Fate.HANDLED)])
        self.at_once([Done(act, who, team, fate) for act, who, fate in asked])
        self.at_once([Done(Limit(None, None), "admin-2", team, Fate.HANDLED)])

    @rule(job=NUMBERS, team=TEAMS, approvals=st.lists(st.tuples(PEOPLE, FATES), min_size=1, max_size=3))
    def every_approved_retry_of_a_job_is_executed(self, job: int, team: int, approvals: list[tuple[str, Fate]]) -> None:
        self.at_once([Done(Approve(job), who, team, fate) for who, fate in approvals])
        self.at_once([Done(Execute(n), who, team, fate) for n, (who, fate) in enumerate(approvals)])

    @rule(team=TEAMS, render=st.integers(0, 1), end=ENDINGS, word_first=st.booleans(), fates=st.tuples(FATES, FATES))
    def compositor_makes_a_free_job(
        self, team: int, render: int, end: End, word_first: bool, fates: tuple[Fate, Fate]
    ) -> None:
        mine = self.teams[team]
        asset = [asset for asset in mine.campaign.kit if asset.kind not in PAID][render]
        who = free_job(asset, mine.campaign.campaign_id)
        self.free_requests.append(asset.id)
        asked = {"requested_by": "editor-1", "cascade_id": str(uuid4()), "options": JobOptions()}
        requested = JobRequested.model_validate(who | asked | {"seq": self.free_requests.count(asset.id)})
        word = from_service(end.of(who), mine.id)
        if word_first:
            self.tell([(word, fates[1])])
            assert self.world.early == [word]
        self.tell([(from_service(requested, mine.id), fates[0]), *([] if word_first else [(word, fates[1])])])

    @rule(kind=st.sampled_from(PAID), yen=st.integers(0, 9), fate=FATES)
    def price_is_told(self, kind: str, yen: int, fate: Fate) -> None:
        word = {"kind": kind, "provider": "p", "model": "m", "offline": yen == 0, "yen_per_call": yen}
        self.tell([(from_service(GeneratorAnnounced.model_validate(word), EVERY_TEAM), fate)])
        self.prices[kind] = yen

    @rule(numbers=st.lists(st.integers(0, 200), min_size=1, max_size=3), fate=FATES)
    def old_messages_come_again(self, numbers: list[int], fate: Fate) -> None:
        sent = list(self.past.sent.values())
        again = {one.envelope.id: one for one in (sent[-1 - number % len(sent)] for number in numbers)}
        self.tell([(one, fate) for one in again.values()])

    @rule(fates=st.lists(FATES, min_size=1, max_size=5))
    def audit_log_catches_up(self, fates: Sequence[Fate]) -> None:
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

    async def look(self) -> tuple[list[Said], Any]:
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


def tell_stories(database_url: str, how: settings) -> None:
    """Tells stories until a promise is broken; `story_world.reach` must stand in for that of `crashpoints`."""
    machine = type(JobStories.__name__, (JobStories,), {"database_url": database_url})
    # Refusals are part of every story, and are logged by the thousand.
    with structlog.testing.capture_logs():
        run_state_machine_as_test(machine, settings=how)


def _in_order(before: Any, after: Any, team: str) -> list[str]:
    """What is new of a team, in an order that does not depend on who was first."""
    new = [row for key, row in after.items() if key not in before and row["team_id"] == team]
    return [row["id"] for row in sorted(new, key=lambda row: (row["kind"], row.get("seq") or 0, row["created_at"]))]
