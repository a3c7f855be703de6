"""A person takes one step of a workflow."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

from approval_service import checking, kit_store, reports
from approval_service.checking import Case
from approval_service.domain import Step, Workflow, moved
from approval_service.telling import Move, tell
from chassis.transaction import Transaction, reply_ok
from contracts.approval import ActOnApproval, ApprovalAction, QaOverride
from contracts.envelope import Reply
from lineage.gate import Basis


@dataclass(frozen=True)
class _Grounds:
    """What a step rests on: the workflow with what is pinned, and QA's word."""

    workflow: Workflow
    qa_report_id: str | None = None
    qa_override: QaOverride | None = None
    makers: tuple[str, ...] = ()


async def act_on_approval(command: ActOnApproval, tx: Transaction) -> Reply:
    """Takes the step, or refuses it and writes nothing: what is checked first is named first."""
    checking.check_role(command, tx.context.origin)
    case = await checking.open_case(command, tx)
    checking.check_comment(command)
    to, action = checking.check_state(case, command)
    await checking.check_caught_up(case, command, tx)
    await checking.check_manifest(case, command, tx)
    grounds = await _grounds(case, command, tx)
    step = Step(by=tx.actor, at=datetime.now(UTC), comment=(command.comment or "").strip() or None)
    after = moved(grounds.workflow, to, action, step)
    await tell(tx, _move(case, grounds, after, action, step))
    said = {**after.told(), "act": command.act, "comment": step.comment}
    tx.acted_on("approval", after.id, campaign_id=after.campaign_id, before=case.workflow.told(), after=said)
    return reply_ok(_answer(after, case.current))


async def _grounds(case: Case, command: ActOnApproval, tx: Transaction) -> _Grounds:
    workflow = case.workflow
    match command.act:
        case "submit":
            await checking.check_complete(case, tx)
            report_id = await reports.newest_id(tx.conn, workflow.campaign_id, case.current)
            pinned = replace(workflow, id=workflow.id or str(uuid4()), manifest=case.current, qa_report_id=report_id)
            return _Grounds(pinned, report_id, makers=await kit_store.makers(tx.conn, workflow.campaign_id))
        case "approve":
            await checking.check_approver(case, tx)
            held_to = Basis(workflow.manifest or "", command.brand_version, command.brief_version)
            report_id, override = await reports.let_pass(tx.conn, workflow, case.current, held_to)
            return _Grounds(replace(workflow, qa_report_id=report_id), report_id, override)
    return _Grounds(workflow, workflow.qa_report_id)


def _move(case: Case, grounds: _Grounds, after: Workflow, action: ApprovalAction, step: Step) -> Move:
    return Move(
        before=case.workflow,
        after=after,
        action=action,
        actor=step.by,
        at=step.at,
        manifest=grounds.workflow.manifest,
        current=case.current,
        comment=step.comment,
        entries=case.kit if action == "submitted" else (),
        qa_report_id=grounds.qa_report_id,
        qa_override=grounds.qa_override,
        makers=grounds.makers,
    )


def _answer(workflow: Workflow, current: str) -> dict[str, object]:
    identity = {"workflowId": workflow.id, "campaignId": workflow.campaign_id}
    return {**identity, **workflow.told(), "currentManifest": current, "qaReportId": workflow.qa_report_id}
