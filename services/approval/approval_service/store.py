"""All SQL about workflows, their history and a team's rules."""

from dataclasses import dataclass
from typing import Any

from approval_service.domain import Entries, Step, Workflow
from contracts.approval import ApprovalTransitioned, ManifestEntry

LOCK_WORKFLOW = "SELECT * FROM workflows WHERE campaign_id = $1 FOR UPDATE"
SAVE_WORKFLOW = """
INSERT INTO workflows AS known (id, campaign_id, team_id, status, version, manifest, qa_report_id, submitted, reviewed,
                                approved)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO UPDATE
SET status = EXCLUDED.status, version = EXCLUDED.version, manifest = EXCLUDED.manifest,
    qa_report_id = EXCLUDED.qa_report_id, submitted = EXCLUDED.submitted, reviewed = EXCLUDED.reviewed,
    approved = EXCLUDED.approved
"""
INSERT_HISTORY = """
INSERT INTO history (workflow_id, version, campaign_id, team_id, action, from_status, to_status, actor, on_behalf_of,
                     comment, manifest, current_manifest, entries, qa_report_id, qa_override, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
"""
PINNED = """
SELECT entries FROM history WHERE workflow_id = $1 AND action = 'submitted' AND manifest = $2
ORDER BY version DESC LIMIT 1
"""
RULES = "SELECT revision, self_approval, one_admin_both_steps FROM approval_rules WHERE team_id = $1"
LOCK_RULES = "SELECT pg_advisory_xact_lock(hashtextextended('approval rules/' || $1, 0))"
SAVE_RULES = """
INSERT INTO approval_rules AS known (team_id, self_approval, one_admin_both_steps, changed_by) VALUES ($1, $2, $3, $4)
ON CONFLICT (team_id) DO UPDATE
SET self_approval = EXCLUDED.self_approval, one_admin_both_steps = EXCLUDED.one_admin_both_steps,
    revision = known.revision + 1, changed_by = EXCLUDED.changed_by, changed_at = now()
RETURNING revision, self_approval, one_admin_both_steps
"""


@dataclass(frozen=True)
class Rules:
    """What a team allows; nothing until it says otherwise."""

    revision: int = 0
    self_approval: bool = False
    one_admin_both_steps: bool = False


async def lock_workflow(conn: Any, campaign_id: str) -> Workflow | None:
    """A campaign's workflow, locked until the transaction ends; None while there is none."""
    row = await conn.fetchrow(LOCK_WORKFLOW, campaign_id)
    if row is None:
        return None
    steps = {name: row[name] and Step.model_validate(row[name]) for name in ("submitted", "reviewed", "approved")}
    return Workflow(**{**dict(row), **steps})


async def save_workflow(conn: Any, workflow: Workflow) -> None:
    """Enters a workflow, or what a move made of it; the database refuses one that does not rise by one version."""
    steps = (workflow.submitted, workflow.reviewed, workflow.approved)
    await conn.execute(
        SAVE_WORKFLOW,
        workflow.id,
        workflow.campaign_id,
        workflow.team_id,
        workflow.status,
        workflow.version,
        workflow.manifest,
        workflow.qa_report_id,
        *(step and step.model_dump(mode="json", by_alias=True) for step in steps),
    )


async def insert_history(conn: Any, team_id: str, move: ApprovalTransitioned) -> None:
    """Enters one move for good; a second one of the same version is refused."""
    override = move.qa_override
    await conn.execute(
        INSERT_HISTORY,
        move.workflow_id,
        move.version,
        move.campaign_id,
        team_id,
        move.action,
        move.from_,
        move.to,
        move.actor,
        move.on_behalf_of,
        move.comment,
        move.manifest,
        move.current_manifest,
        [entry.model_dump(mode="json", by_alias=True) for entry in move.entries],
        move.qa_report_id,
        override and override.model_dump(mode="json", by_alias=True),
        move.at,
    )


async def pinned(conn: Any, workflow_id: str, manifest: str | None) -> Entries | None:
    """What a manifest that was submitted once consists of, as it was pinned last; None for one that never was."""
    found = await conn.fetchval(PINNED, workflow_id, manifest)
    return None if found is None else tuple(ManifestEntry.model_validate(one) for one in found)


async def rules(conn: Any, team_id: str) -> Rules:
    """A team's rules."""
    row = await conn.fetchrow(RULES, team_id)
    return Rules() if row is None else Rules(**dict(row))


async def lock_rules(conn: Any, team_id: str) -> None:
    """Puts changes of a team's rules in order, also the first of them."""
    await conn.execute(LOCK_RULES, team_id)


async def save_rules(conn: Any, team_id: str, self_approval: bool, one_admin_both_steps: bool, by: str) -> Rules:
    """Sets a team's rules."""
    return Rules(**dict(await conn.fetchrow(SAVE_RULES, team_id, self_approval, one_admin_both_steps, by)))
