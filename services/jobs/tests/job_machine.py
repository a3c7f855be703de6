"""Stories of jobs: whatever people, workers and crashes do, in any order and at once, no promise is broken."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import uuid4

import asyncpg
import pytest
import structlog
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from contracts.envelope import EVERY_TEAM
from contracts.jobs import GeneratorAnnounced, JobRequested
from contracts.values import JobOptions

from .story_acts import (
    APPROVALS,
    BY_PERSONS,
    BY_WORKERS,
    ENDINGS,
    NUMBERS,
    PAID,
    REQUESTS,
    SELDOM,
    Approve,
    CallOff,
    End,
    Execute,
    Limit,
    Reject,
    Request,
    free_job,
)
from .story_ledger import UNDER_WAY
from .story_teller import Done, Story
from .story_world import Fate, from_service

PEOPLE = st.sampled_from(("editor-1", "editor-2", "admin-1", "admin-2"))
TEAMS = st.sampled_from((0, 0, 0, 1))
FATES = st.sampled_from((*[Fate.HANDLED] * 4, *Fate))
STRANGERS = st.sampled_from((*[False] * 7, True))
VERBS = st.sampled_from((Execute, Execute, Reject))


def done(acts: st.SearchStrategy[Any]) -> st.SearchStrategy[Done]:
    """Somebody does one of these."""
    return st.builds(Done, acts, PEOPLE, TEAMS, FATES, STRANGERS)


class JobStories(RuleBasedStateMachine):
    """Two teams with a campaign each. Which rule comes next and what it is about never depends on who won a race."""

    database_url: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(self.database_url)
        self.renders_asked: list[str] = []

    def teardown(self) -> None:
        try:
            self.story.catch_up_audit([Fate.HANDLED])
        finally:
            self.story.end()

    @initialize(hard=st.none() | st.integers(0, 40), fate=FATES)
    def two_teams_begin(self, hard: int | None, fate: Fate) -> None:
        for kind in PAID:
            self.price_is_told(kind, {"copy_variant": 2, "image": 6}[kind], Fate.HANDLED)
        if hard is not None:
            self.story.at_once([Done(Limit(hard, None), "admin-1", 0, Fate.HANDLED)])
        for team in self.story.teams:
            self.story.tell([(from_service(team.campaign, team.id), fate)])

    @rule(one=done(BY_PERSONS))
    def somebody_acts(self, one: Done) -> None:
        self.story.at_once([one])

    @rule(one=done(BY_WORKERS))
    def worker_tells(self, one: Done) -> None:
        self.story.at_once([one])

    @rule(endings=st.lists(done(ENDINGS), min_size=1, max_size=3), approvals=st.lists(done(APPROVALS), max_size=2))
    def jobs_end_and_retries_are_approved(self, endings: list[Done], approvals: list[Done]) -> None:
        self.story.at_once(endings)
        self.story.at_once(approvals)

    @rule(several=st.lists(done(BY_PERSONS | BY_WORKERS), min_size=2, max_size=6))
    def many_things_happen_at_once(self, several: list[Done]) -> None:
        self.story.at_once(several)

    @rule(
        intent=NUMBERS,
        team=TEAMS,
        verbs=st.lists(st.tuples(VERBS, PEOPLE, FATES, STRANGERS), min_size=2, max_size=5),
    )
    def several_decide_about_one_intent(self, intent: int, team: int, verbs: list[tuple[Any, str, Fate, bool]]) -> None:
        self.story.at_once([Done(Approve(intent), "admin-1", team, Fate.HANDLED)])
        self.story.at_once([Done(verb(0), who, team, fate, stranger) for verb, who, fate, stranger in verbs])

    @rule(job=NUMBERS, team=TEAMS, people=st.lists(st.tuples(PEOPLE, FATES), min_size=2, max_size=4), endings=ENDINGS)
    def several_call_one_job_off_as_it_ends(
        self, job: int, team: int, people: list[tuple[str, Fate]], endings: End
    ) -> None:
        ends = Done(End(job, endings.status, endings.attempts), "editor-1", team, people[0][1])
        self.story.at_once([*(Done(CallOff(job), who, team, fate) for who, fate in people), ends])

    @rule(
        team=TEAMS,
        asked=st.lists(st.tuples(REQUESTS, PEOPLE, FATES), min_size=2, max_size=5),
        spare=st.integers(0, 12),
    )
    def several_ask_with_little_left(self, team: int, asked: list[tuple[Any, str, Fate]], spare: int) -> None:
        used = self.story.ledger.used(self.story.teams[team].id)
        self.story.at_once([Done(Limit(used + spare, None), "admin-2", team, Fate.HANDLED)])
        self.story.at_once([Done(act, who, team, fate) for act, who, fate in asked])
        self.story.at_once([Done(Limit(None, None), "admin-2", team, Fate.HANDLED)])

    @rule(job=NUMBERS, team=TEAMS, approvals=st.lists(st.tuples(PEOPLE, FATES), min_size=1, max_size=3))
    def every_approved_retry_of_a_job_is_executed(self, job: int, team: int, approvals: list[tuple[str, Fate]]) -> None:
        self.story.at_once([Done(Approve(job), who, team, fate) for who, fate in approvals])
        self.story.at_once([Done(Execute(n), who, team, fate) for n, (who, fate) in enumerate(approvals)])

    @rule(
        asset=NUMBERS,
        team=TEAMS,
        tries=st.lists(st.tuples(SELDOM, ENDINGS), min_size=2, max_size=4),
        who=PEOPLE,
        fate=FATES,
    )
    def one_asset_is_asked_for_again_and_again(
        self, asset: int, team: int, tries: list[tuple[bool, End]], who: str, fate: Fate
    ) -> None:
        for edited, end in tries:
            self.story.at_once([Done(Request([asset], edited), who, team, fate)])
            self.story.at_once([Done(End(0, end.status, end.attempts), who, team, Fate.HANDLED)])

    @rule(team=TEAMS, render=st.integers(0, 1), end=ENDINGS, word_first=st.booleans(), fates=st.tuples(FATES, FATES))
    def compositor_makes_a_free_job(
        self, team: int, render: int, end: End, word_first: bool, fates: tuple[Fate, Fate]
    ) -> None:
        mine = self.story.teams[team]
        asset = [asset for asset in mine.campaign.kit if asset.kind not in PAID][render]
        who = free_job(asset, mine.campaign.campaign_id)
        self.renders_asked.append(asset.id)
        asked = {"requested_by": "editor-1", "cascade_id": str(uuid4()), "options": JobOptions()}
        requested = JobRequested.model_validate(who | asked | {"seq": self.renders_asked.count(asset.id)})
        word = from_service(end.of(who), mine.id)
        if word_first:
            self.story.tell([(word, fates[1])])
            assert word in self.story.world.early
        self.story.tell([(from_service(requested, mine.id), fates[0]), *([] if word_first else [(word, fates[1])])])

    @rule(kind=st.sampled_from(PAID), yen=st.integers(0, 9), fate=FATES)
    def price_is_told(self, kind: str, yen: int, fate: Fate) -> None:
        word = {"kind": kind, "provider": "p", "model": "m", "offline": yen == 0, "yen_per_call": yen}
        self.story.tell([(from_service(GeneratorAnnounced.model_validate(word), EVERY_TEAM), fate)])
        self.story.prices[kind] = yen

    @rule(numbers=st.lists(st.integers(0, 200), min_size=1, max_size=3), fate=FATES)
    def old_messages_come_again(self, numbers: list[int], fate: Fate) -> None:
        sent = list(self.story.past.sent.values())
        again = {one.envelope.id: one for one in (sent[-1 - number % len(sent)] for number in numbers)}
        self.story.tell([(one, fate) for one in again.values()])

    @rule(number=NUMBERS)
    def service_tries_to_rewrite_what_ended(self, number: int) -> None:
        for table, rows in (("jobs", self.story.ledger.jobs), ("retry_intents", self.story.ledger.intents)):
            ended = [key for key, row in rows.items() if row["status"] not in (*UNDER_WAY, "PENDING")]
            if ended:
                rewriting = f"UPDATE {table} SET status = 'PENDING' WHERE id = $1"
                with pytest.raises(asyncpg.IntegrityConstraintViolationError, match=r" ended as | only moves forward"):
                    self.story.run(self.story.world.database.pool.execute(rewriting, ended[number % len(ended)]))

    @rule(fates=st.lists(FATES, min_size=1, max_size=5))
    def audit_log_catches_up(self, fates: Sequence[Fate]) -> None:
        self.story.catch_up_audit(fates)


def tell_stories(database_url: str, how: settings) -> None:
    """Tells stories until a promise is broken; `story_world.reach` must stand in for that of `crashpoints`."""
    machine = type(JobStories.__name__, (JobStories,), {"database_url": database_url})
    # Refusals are part of every story, and are logged by the thousand.
    with structlog.testing.capture_logs():
        run_state_machine_as_test(machine, settings=how)
