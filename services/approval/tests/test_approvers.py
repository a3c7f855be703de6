"""Nobody approves their own work, and nobody takes both steps, unless the team says so."""

import pytest

from chassis.errors import TellUser
from contracts.approval import ApprovalRulesChanged
from contracts.envelope import AuditRecorded, Problem

from .approval_desk import Desk, everything, of


async def refused(desk: Desk, actor: str) -> Problem:
    before = await everything(desk.database)
    with pytest.raises(TellUser) as caught:
        await desk.act("approve", actor)
    assert await everything(desk.database) == before
    return caught.value.problem


async def test_who_submitted_may_not_approve(desk: Desk):
    await desk.reach("pending_approval")
    problem = await refused(desk, "sato")
    assert (problem.type, problem.status, problem.extras["actor"]) == ("self-approval", 409, "sato")
    assert "sato submitted" in problem.detail
    assert "another admin" in problem.detail


async def test_who_asked_for_a_pinned_version_may_not_approve(desk: Desk):
    await desk.reach("pending_approval")
    problem = await refused(desk, "tanaka")
    assert (problem.type, len(problem.extras["assets"])) == ("self-approval", len(desk.kit))


async def test_who_asked_only_for_what_was_replaced_since_may_approve(desk: Desk):
    await desk.make({"image": "kato"})
    await desk.hear(desk.version(desk.kit[1], "other"), "tanaka")
    await desk.judge()
    await desk.act("submit", "sato", "editor")
    await desk.act("review", "mori")
    reply, _ = await desk.act("approve", "kato")
    assert (reply.body or {})["status"] == "approved"


async def test_who_reviewed_may_not_approve(desk: Desk):
    await desk.reach("pending_approval")
    problem = await refused(desk, "mori")
    assert (problem.type, problem.status, problem.extras["actor"]) == ("both-steps", 409, "mori")
    assert "mori reviewed" in problem.detail


async def test_rules_allow_each_by_itself(desk: Desk):
    await desk.reach("pending_approval")
    await desk.rules(one_admin_both_steps=True)
    assert (await refused(desk, "sato")).type == "self-approval"
    await desk.rules(self_approval=True)
    assert (await refused(desk, "mori")).type == "both-steps"
    await desk.act("approve", "sato")
    assert await desk.status() == "approved"


async def test_one_admin_may_take_every_step_where_both_are_allowed(desk: Desk):
    await desk.rules(self_approval=True, one_admin_both_steps=True)
    await desk.make({"image": "kato"})
    await desk.judge()
    for act in ("submit", "review", "approve"):
        await desk.act(act, "kato")
    assert await desk.status() == "approved"


async def test_rules_of_one_team_are_no_other_teams(desk: Desk, database):
    await Desk(database).rules(self_approval=True, one_admin_both_steps=True)
    await desk.reach("pending_approval")
    assert (await refused(desk, "sato")).type == "self-approval"


async def test_change_of_rules_is_told_and_audited_with_what_was_before(desk: Desk):
    await desk.rules(self_approval=True)
    reply, said = await desk.rules(one_admin_both_steps=True)
    [changed], [audited] = of(said, ApprovalRulesChanged), of(said, AuditRecorded)
    assert (changed.revision, changed.self_approval, changed.one_admin_both_steps) == (2, False, True)
    assert reply.body == {"revision": 2, "selfApproval": False, "oneAdminBothSteps": True}
    assert audited.before == {"selfApproval": True, "oneAdminBothSteps": False}
    assert audited.after == {"selfApproval": False, "oneAdminBothSteps": True}
    assert (audited.target_kind, audited.target_id) == ("approval_rules", desk.team)


@pytest.mark.parametrize("role", ["editor", "viewer"])
async def test_only_admins_set_rules(desk: Desk, role: str):
    before = await everything(desk.database)
    with pytest.raises(TellUser) as caught:
        await desk.rules(self_approval=True, role=role)
    assert (caught.value.problem.type, caught.value.problem.status) == ("forbidden", 403)
    assert await everything(desk.database) == before
