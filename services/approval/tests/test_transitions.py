"""Every state, every act, every role: who may do what where, and nothing of what is refused leaves a trace."""

import itertools
from typing import get_args

import pytest

from chassis.errors import TellUser
from contracts.approval import ApprovalAct, ApprovalStatus, ApprovalTransitioned
from contracts.envelope import AuditRecorded

from .approval_desk import PATHS, Desk, everything, of

ROLES = ("admin", "editor", "viewer", "stranger", None)
ANYONE, ADMIN = ("editor", "admin"), ("admin",)
ALLOWED = {
    ("none", "submit"): ("pending_review", "submitted", ANYONE),
    ("draft", "submit"): ("pending_review", "submitted", ANYONE),
    ("pending_review", "withdraw"): ("draft", "withdrawn", ANYONE),
    ("pending_review", "review"): ("pending_approval", "reviewed", ADMIN),
    ("pending_review", "request_revision"): ("revision_requested", "revision_requested", ADMIN),
    ("pending_review", "reject"): ("rejected", "rejected", ADMIN),
    ("pending_approval", "approve"): ("approved", "approved", ADMIN),
    ("pending_approval", "request_revision"): ("revision_requested", "revision_requested", ADMIN),
    ("pending_approval", "reject"): ("rejected", "rejected", ADMIN),
    ("revision_requested", "revise"): ("draft", "revised", ANYONE),
    ("rejected", "revise"): ("draft", "revised", ANYONE),
}
"""The table of spec and README, written down once more."""

EDITORS = ("submit", "withdraw", "revise")
CELLS = list(itertools.product(get_args(ApprovalStatus), get_args(ApprovalAct), ROLES))
MOVES = [(state, act, role) for state, act, role in CELLS if role in ALLOWED.get((state, act), ("", "", ()))[2]]
REFUSALS = [cell for cell in CELLS if cell not in MOVES]


def test_every_state_has_a_way_there_and_every_cell_is_tried():
    assert set(PATHS) == set(get_args(ApprovalStatus))
    assert len(CELLS) == len(get_args(ApprovalStatus)) * len(get_args(ApprovalAct)) * len(ROLES)
    assert {(state, act) for state, act, _ in CELLS} >= ALLOWED.keys()
    assert (len(MOVES), len(REFUSALS)) == (16, len(CELLS) - 16)


@pytest.mark.parametrize(("state", "act", "role"), MOVES)
async def test_what_is_allowed_moves_as_the_table_says(desk: Desk, state: str, act: ApprovalAct, role: str):
    await desk.reach(state)
    to, action, _ = ALLOWED[state, act]
    await moves(desk, state, act, role, to, action)


@pytest.mark.parametrize("state", get_args(ApprovalStatus))
async def test_what_is_refused_leaves_everything_as_it_was(desk: Desk, state: str):
    await desk.reach(state)
    for _, act, role in (cell for cell in REFUSALS if cell[0] == state):
        allowed = role == "admin" or (role == "editor" and act in EDITORS)
        await is_refused(desk, act, role, ("approval-conflict", 409) if allowed else ("forbidden", 403))


async def moves(desk: Desk, state: str, act: ApprovalAct, role: str, to: str, action: str) -> None:
    before = await desk.workflow()
    version = before["version"] if before else 0
    reply, said = await desk.act(act, "kato", role)
    [told] = of(said, ApprovalTransitioned)
    assert (told.from_, told.to, told.action, told.version, told.actor) == (state, to, action, version + 1, "kato")
    body = reply.body or {}
    assert (reply.status, body["status"], body["version"]) == (200, to, version + 1)
    after, history = await desk.workflow(), await desk.history()
    assert (after["status"], after["version"]) == (to, version + 1)
    assert (len(history), history[-1]["from_status"], history[-1]["to_status"]) == (version + 1, state, to)
    assert [row.action for row in of(said, AuditRecorded)] == ["approval.act"]
    assert len(said) == 2


async def is_refused(desk: Desk, act: ApprovalAct, role: str | None, refusal: tuple[str, int]) -> None:
    before, status = await everything(desk.database), await desk.status()
    with pytest.raises(TellUser) as caught:
        await desk.act(act, "kato", role)
    problem = caught.value.problem
    assert (problem.type, problem.status) == refusal
    assert await everything(desk.database) == before
    if problem.status == 409:
        assert problem.extras["approvalStatus"] == status
        assert set(problem.extras) == {"approvalStatus", "version", "manifest", "currentManifest"}
        assert problem.extras["currentManifest"] == desk.manifest
