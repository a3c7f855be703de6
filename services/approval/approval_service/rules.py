"""A team's own rules on who may approve what."""

from approval_service import store
from approval_service.errors import Forbidden
from approval_service.store import Rules
from chassis.transaction import Transaction, reply_ok
from contracts.approval import ApprovalRulesChanged, SetApprovalRules
from contracts.envelope import Reply


async def set_rules(command: SetApprovalRules, tx: Transaction) -> Reply:
    """Sets both rules, for every approval from now on."""
    if tx.context.origin is None or tx.context.origin.role != "admin":
        raise Forbidden("only an admin sets the rules of approval")
    await store.lock_rules(tx.conn, tx.team_id)
    before = await store.rules(tx.conn, tx.team_id)
    after = await store.save_rules(tx.conn, tx.team_id, command.self_approval, command.one_admin_both_steps, tx.actor)
    tx.acted_on("approval_rules", tx.team_id, before=_said(before), after=_said(after))
    changed = ApprovalRulesChanged(
        revision=after.revision, self_approval=after.self_approval, one_admin_both_steps=after.one_admin_both_steps
    )
    tx.emit(changed, subject=tx.team_id)
    return reply_ok({"revision": after.revision, **_said(after)})


def _said(rules: Rules) -> dict[str, bool]:
    return {"selfApproval": rules.self_approval, "oneAdminBothSteps": rules.one_admin_both_steps}
