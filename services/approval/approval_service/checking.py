"""What must hold before a step is taken. Each check raises the refusal; nothing here writes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from approval_service import kit_store, store
from approval_service.domain import (
    COMMENTED,
    MAY,
    TRANSITIONS,
    Entries,
    Workflow,
    changes,
    counts,
    is_late,
    manifest_of,
)
from approval_service.errors import (
    ApprovalConflict,
    BothSteps,
    CommentRequired,
    Forbidden,
    KitIncomplete,
    ManifestChanged,
    NotCaughtUp,
    SelfApproval,
    UnknownCampaign,
)
from chassis.errors import RetryLater
from chassis.transaction import Transaction
from contracts.approval import ActOnApproval, ApprovalAction, ApprovalStatus
from contracts.envelope import Origin

ONLY_CONTENT = "nobody takes an approval back; regenerate with `reopen: true`, and other bytes make a draft of it"

PATIENCE = 5.0
"""Seconds that a command may wait for news on their way here; the gateway waits 10 for its answer."""


@dataclass(frozen=True)
class Case:
    """What an act is about, locked until the transaction ends: the workflow, and the kit as it is."""

    workflow: Workflow
    kit: Entries
    is_known: bool

    @property
    def current(self) -> str:
        """The kit's manifest."""
        return manifest_of(self.kit)

    @property
    def told(self) -> dict[str, Any]:
        """How it stands, for every refusal."""
        return self.workflow.standing(self.current)


def check_role(command: ActOnApproval, origin: Origin | None) -> None:
    """Raises Forbidden, also for what no person asks for."""
    if origin is None or command.act not in MAY.get(origin.role, frozenset()):
        who = f"the role {origin.role} does not allow it" if origin else "nobody's role stands behind it"
        raise Forbidden(f"{command.act} is refused: {who}; editors submit, withdraw and revise, admins do everything")


async def open_case(command: ActOnApproval, tx: Transaction) -> Case:
    """Locks the campaign and what is decided about it. Raises UnknownCampaign, and RetryLater as below."""
    campaign = await kit_store.lock_campaign(tx.conn, command.campaign_id)
    if campaign is None and command.seen and not _is_late(tx):
        raise RetryLater(f"campaign {command.campaign_id} is not heard of yet")
    if campaign is None or campaign.team_id != tx.team_id or campaign.deleted:
        raise UnknownCampaign(f"there is no campaign {command.campaign_id}")
    workflow = await store.lock_workflow(tx.conn, campaign.campaign_id)
    kit = await kit_store.contents(tx.conn, campaign.campaign_id)
    none = Workflow(id="", campaign_id=campaign.campaign_id, team_id=campaign.team_id)
    return Case(workflow or none, kit, campaign.known)


def check_comment(command: ActOnApproval) -> None:
    """Raises CommentRequired."""
    if command.act in COMMENTED and not (command.comment or "").strip():
        raise CommentRequired(f"say in a comment why: {command.act} needs one")


def check_state(case: Case, command: ActOnApproval) -> tuple[ApprovalStatus, ApprovalAction]:
    """Where the act leads, and what history calls it. Raises ApprovalConflict."""
    workflow = case.workflow
    move = TRANSITIONS.get((workflow.status, command.act))
    if move is None:
        able = [act for status, act in TRANSITIONS if status == workflow.status]
        possible = f"what can be done from there is {', '.join(able)}" if able else ONLY_CONTENT
        raise ApprovalConflict(f"{command.act} is not possible while it is {workflow.status}: {possible}", **case.told)
    if command.version != workflow.version:
        seen = f"you saw version {command.version} of the approval, and it is at version {workflow.version}"
        raise ApprovalConflict(f"{seen}; look at it again", **case.told)
    return move


async def check_caught_up(case: Case, command: ActOnApproval, tx: Transaction) -> None:
    """Raises RetryLater while the person saw what is not heard of here, and NotCaughtUp when that lasts too long."""
    behind = await _behind(case, command, tx)
    if not behind:
        return
    if not _is_late(tx):
        raise RetryLater(f"not heard of yet: {', '.join(behind)}")
    raise NotCaughtUp(f"not everything that you saw has arrived: {', '.join(behind)}; try again shortly", **case.told)


async def _behind(case: Case, command: ActOnApproval, tx: Transaction) -> list[str]:
    known = {entry.asset_id: entry.version for entry in case.kit}
    behind = [f"asset {one} v{version}" for one, version in command.seen.items() if version > known.get(one, 0)]
    if not case.is_known:
        behind.append("what the campaign's kit consists of")
    revisions = {
        one.report_id: await kit_store.revision(tx.conn, command.campaign_id, one.report_id) for one in command.qa
    }
    late = [one for one in command.qa if one.revision > revisions[one.report_id]]
    return behind + [f"QA report {one.report_id} r{one.revision}" for one in late]


async def check_manifest(case: Case, command: ActOnApproval, tx: Transaction) -> None:
    """Raises ManifestChanged, which tells what changed since the person looked, as far as that is known."""
    if counts(case.workflow, command.act, command.manifest, case.current):
        return
    found = changes(await _named(case, command, tx) or case.kit, case.kit)
    raise ManifestChanged(
        "the content is not what you saw; look at what changed and decide again",
        **case.told,
        changes=[change.model_dump(mode="json", by_alias=True) for change in found],
    )


async def _named(case: Case, command: ActOnApproval, tx: Transaction) -> Entries | None:
    """What the named manifest consists of: by the versions seen, by what was pinned once, or by what is pinned."""
    found = await kit_store.versions(tx.conn, command.campaign_id, command.seen)
    seen = tuple(entry for entry, _ in found)
    if manifest_of(seen) == command.manifest:
        return seen
    workflow = case.workflow
    known = await store.pinned(tx.conn, workflow.id, command.manifest)
    return known or await store.pinned(tx.conn, workflow.id, workflow.manifest)


async def check_complete(case: Case, tx: Transaction) -> None:
    """Raises KitIncomplete, which names what was planned and never made."""
    missing = await kit_store.missing(tx.conn, case.workflow.campaign_id)
    if missing or not case.kit:
        listed = [{"assetId": asset_id, "kind": kind} for asset_id, kind in missing]
        detail = f"{len(missing)} planned assets were never made" if missing else "nothing of the kit was made yet"
        raise KitIncomplete(f"{detail}; a kit is submitted whole", **case.told, missing=listed)


async def check_approver(case: Case, tx: Transaction) -> None:
    """Raises SelfApproval and BothSteps, unless the team's rules allow it."""
    rules, workflow, who = await store.rules(tx.conn, tx.team_id), case.workflow, tx.actor
    extras = {**case.told, "actor": who}
    ask = "another admin must approve it, or an admin changes the team's rules"
    if not rules.self_approval:
        if workflow.submitted and workflow.submitted.by == who:
            raise SelfApproval(f"{who} submitted this kit; {ask}", **extras, assets=[])
        if own := await _made_by(case, tx):
            raise SelfApproval(f"{who} asked for {len(own)} assets of this kit; {ask}", **extras, assets=own)
    if not rules.one_admin_both_steps and workflow.reviewed and workflow.reviewed.by == who:
        raise BothSteps(f"{who} reviewed this kit; {ask}", **extras)


async def _made_by(case: Case, tx: Transaction) -> list[str]:
    workflow = case.workflow
    pinned = await store.pinned(tx.conn, workflow.id, workflow.manifest) or ()
    wanted = {entry.asset_id: entry.version for entry in pinned}
    found = await kit_store.versions(tx.conn, workflow.campaign_id, wanted)
    return [entry.asset_id for entry, made_by in found if made_by == tx.actor]


def _is_late(tx: Transaction) -> bool:
    return is_late(tx.context.told_at, datetime.now(UTC), PATIENCE)
