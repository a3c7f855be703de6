"""Whatever people do and content becomes, in any order: the approval is what the model says, and pins what there is."""

import asyncio
from collections.abc import Coroutine
from typing import Any, ClassVar, TypeVar, get_args

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from approval_service.domain import manifest_of
from approval_service.kit_store import contents
from chassis.db import Database
from chassis.errors import TellUser
from contracts.approval import ActOnApproval, ApprovalAct, QaOverride
from contracts.produced import Produced
from contracts.qa import QaCompleted, QaOverridden, QaReport

from .approval_desk import FAILING, Desk
from .approval_model import LOCKED, Model

T = TypeVar("T")

PEOPLE = st.sampled_from(
    [("sato", "editor"), ("mori", "admin"), ("kato", "admin"), ("ueda", "admin"), ("ito", "viewer")]
)
ADMINS = st.lists(st.sampled_from(["mori", "kato", "ueda"]), min_size=3, max_size=3).map(tuple)
ONWARD: dict[str, ApprovalAct] = {
    "none": "submit",
    "draft": "submit",
    "pending_review": "review",
    "pending_approval": "approve",
    "approved": "approve",
    "revision_requested": "revise",
    "rejected": "revise",
}
LATE = st.sampled_from([0, 0, 0, 0, 0, 1])
NAMED = st.sampled_from([*["current"] * 6, "pinned", "other"])
BRIEFLY = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    # On a real database, shrinking takes minutes.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)


class ApprovalStories(RuleBasedStateMachine):
    """One campaign of two assets, of words that come again."""

    database_url: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.database = Database(self.database_url, "approval", pool_size=2)
        self.run(self.database.open())
        self.desk = Desk(self.database)
        self.desk.kit = self.desk.kit[:2]
        self.run(self.desk.make())
        self.model = Model({asset.id: (1, f"{asset.id} 1", "tanaka") for asset in self.desk.kit})
        self.told: list[tuple[Produced, str, str]] = []
        self.report: QaReport | None = None

    def teardown(self) -> None:
        self.run(self.database.close())
        self.runner.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @rule(who=ADMINS, steps=st.integers(1, 3))
    def admins_lead_on(self, who: tuple[str, ...], steps: int) -> None:
        for one in who[:steps]:
            self._act(one, "admin", ONWARD[self.model.status], self.model.version, self.model.current)

    @rule(person=PEOPLE, act=st.sampled_from(get_args(ApprovalAct)), late=LATE, named=NAMED)
    def somebody_acts(self, person: tuple[str, str], act: ApprovalAct, late: int, named: str) -> None:
        manifest = {"current": self.model.current, "pinned": self.model.manifest}.get(named) or "0" * 64
        self._act(*person, act, self.model.version - late, manifest)

    @rule(number=st.integers(0, 1), words=st.sampled_from("一二三"), who=PEOPLE, reopen=st.booleans(), kept=LATE)
    def content_changes(self, number: int, words: str, who: tuple[str, str], reopen: bool, kept: int) -> None:
        event = self.desk.version(self.desk.kit[number], words, reopen=reopen)
        self.told.append((event, words, who[0]))
        if not kept:
            self._hear(event, words, who[0])

    @rule(number=st.integers(0, 20))
    def news_come_late_or_again(self, number: int) -> None:
        if self.told:
            self._hear(*self.told[number % len(self.told)])

    @rule(passed=st.sampled_from([True, True, False]))
    def qa_judges(self, passed: bool) -> None:
        said = {} if passed else FAILING
        self.report = self.desk.report(**said, manifest=self.model.current)
        self.run(self.desk.hear(QaCompleted(campaign_id=self.desk.campaign_id, report=self.report)))
        self.model.judged[self.model.current] = "passed" if passed else "failing"

    @rule()
    def an_admin_overrides_the_newest_report(self) -> None:
        if self.report is None:
            return
        word = QaOverride(by="ueda", reason="確認済み", at=self.report.completed_at)
        changed = self.report.model_copy(update={"override": word, "revision": 2})
        self.run(self.desk.hear(QaOverridden(campaign_id=self.desk.campaign_id, report=changed)))
        if self.model.judged[changed.manifest] == "failing":
            self.model.judged[changed.manifest] = "overridden"

    @rule(own=st.booleans(), both=st.booleans())
    def the_team_changes_its_rules(self, own: bool, both: bool) -> None:
        self.run(self.desk.rules(own, both))
        self.model.own_allowed, self.model.both_allowed = own, both

    @invariant()
    def approval_is_what_the_model_says(self) -> None:
        row, history = self.run(self.desk.workflow()), self.run(self.desk.history())
        stands = (row["status"], row["version"], row["manifest"]) if row else ("none", 0, None)
        assert stands == (self.model.status, self.model.version, self.model.manifest)
        assert [one["action"] for one in history] == self.model.history
        assert [one["version"] for one in history] == list(range(1, len(history) + 1))

    @invariant()
    def what_is_pinned_is_what_there_is_while_a_decision_stands(self) -> None:
        row = self.run(self.desk.workflow())
        if row and row["status"] in LOCKED:
            kit = self.run(contents(self.database.pool, self.desk.campaign_id))
            assert manifest_of(kit) == row["manifest"]

    def _act(self, who: str, role: str, act: ApprovalAct, version: int, manifest: str) -> None:
        command = ActOnApproval(
            campaign_id=self.desk.campaign_id, act=act, version=version, manifest=manifest, comment="色を直してください"
        )
        expected = self.model.refusal(act, who, role, version, manifest)
        assert self.run(self._refusal(command, who, role)) == expected
        if expected is None:
            self.model.act(act, who)

    async def _refusal(self, command: ActOnApproval, who: str, role: str) -> str | None:
        try:
            await self.desk.ask(command, who, role)
        except TellUser as refused:
            return refused.problem.type
        return None

    def _hear(self, event: Produced, words: str, made_by: str) -> None:
        self.run(self.desk.hear(event, made_by))
        self.model.hear(event.asset_id, event.version, words, made_by, event.reopen)


def test_stories_of_approvals(database_url: str) -> None:
    ApprovalStories.database_url = database_url
    run_state_machine_as_test(ApprovalStories, settings=BRIEFLY)
