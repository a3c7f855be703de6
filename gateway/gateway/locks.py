"""While a campaign is pending approval or approved, whatever could change its content must say `reopen`."""

from gateway.idempotency import Write
from gateway.problems import ProblemError
from gateway.projection.decisions import ApprovalState
from gateway.readmodel.reader import CampaignNow

IN_WORDS = {
    "pending_review": "is waiting for its review",
    "pending_approval": "is waiting for its approval",
    "approved": "is approved",
}


async def consent(now: CampaignNow, write: Write, *, reopen: bool) -> bool:
    """True when there is a decision, and the request agrees to what it does to that; what is asked for in a draft
    consents to nothing.

    Raises ProblemError 409 `approval-locked` with whose word stands and how to go on, but not for a repeat of what came
    before the lock.
    """
    if now.approval is None or not now.locked:
        return False
    if not reopen and not await write.has_begun():
        raise _locked(now.approval)
    return reopen


def _locked(approval: ApprovalState) -> ProblemError:
    detail = (
        f"this campaign {IN_WORDS[approval.status]}, and this could change what was submitted. Say `reopen: true` to "
        "do it all the same: should other bytes come of it, the workflow goes back to draft"
    )
    return ProblemError(
        409,
        detail,
        type_="approval-locked",
        title="Locked for approval",
        approvalStatus=approval.status,
        version=approval.newest.version,
        manifest=approval.pinned,
        decisions=[{"action": name, "by": step.actor} for name, step in approval.round.items()],
    )
