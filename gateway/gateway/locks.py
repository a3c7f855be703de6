"""While a campaign is pending approval or approved, whatever could change its content must say `reopen`."""

from gateway.idempotency import Write
from gateway.problems import ProblemError
from gateway.readmodel.reader import CampaignNow

IN_WORDS = {
    "pending_review": "is waiting for its review",
    "pending_approval": "is waiting for its approval",
    "approved": "is approved",
}


def require_open(now: CampaignNow, *, reopen: bool) -> None:
    """Raises ProblemError 409 `approval-locked` with whose word stands and how to go on."""
    if not now.locked or reopen or now.approval is None:
        return
    steps = now.approval.round
    detail = (
        f"this campaign {IN_WORDS[now.approval_status]}, and this could change what was submitted. Say `reopen: true` "
        "to do it all the same: should other bytes come of it, the workflow goes back to draft"
    )
    raise ProblemError(
        409,
        detail,
        type_="approval-locked",
        title="Locked for approval",
        approvalStatus=now.approval_status,
        version=now.approval.newest.version,
        manifest=now.approval.pinned,
        decisions=[{"action": name, "by": step.actor} for name, step in steps.items()],
    )


async def consent(now: CampaignNow, write: Write, *, reopen: bool) -> bool:
    """True when there is a decision, and the request agrees to what it does to that; what is asked for in a draft
    consents to nothing. Raises ProblemError like `require_open`, but not for a repeat of what came before the lock.
    """
    if now.locked and not reopen and not await write.has_begun():
        require_open(now, reopen=reopen)
    return now.locked and reopen
