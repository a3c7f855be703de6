"""All SQL that reads approvals, manifests and QA reports."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from contracts.approval import ApprovalRulesChanged, ApprovalStatus, ManifestEntry
from contracts.qa import QaRulesChanged
from gateway.projection.decisions import ApprovalState, ReportState
from gateway.projection.state import VersionState

APPROVALS = "SELECT state::text FROM approvals WHERE campaign_id = ANY($1::text[])"
MANIFEST = "SELECT entries::text FROM manifests WHERE campaign_id = $1 AND sha256 = $2"
CONTENTS = """
SELECT asset_id, kind, version, sha256 FROM asset_versions WHERE campaign_id = $1 ORDER BY position, asset_id, version
"""
VERSIONS = """
SELECT asset_id, state::text FROM asset_versions
WHERE (asset_id, version) IN (SELECT * FROM unnest($1::text[], $2::integer[]))
"""
REPORT = "SELECT state::text FROM qa_reports WHERE id = $1 AND team_id = $2"
# Of those by rules the newest counts, however many there are; those by the reviewer all do.
REPORTS_ON = """
(SELECT state::text FROM qa_reports
 WHERE campaign_id = $1 AND manifest = $2 AND state ->> 'mode' = 'rules' AND state ->> 'report' IS NOT NULL
 ORDER BY (state -> 'report' ->> 'number')::integer DESC LIMIT 1)
UNION ALL
SELECT state::text FROM qa_reports WHERE campaign_id = $1 AND manifest = $2 AND state ->> 'mode' = 'full'
"""
REPORT_PAGE = """
SELECT state::text FROM qa_reports
WHERE campaign_id = $1 AND (requested_at, id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::text, ''))
ORDER BY requested_at DESC, id DESC LIMIT $4
"""
RULES = "SELECT state::text FROM team_rules WHERE team_id = $1 AND about = $2"
# Deleted campaigns are nobody's to decide about.
APPROVAL_PAGE = """
WITH waiting AS (
    SELECT a.moved_at, a.campaign_id, a.state FROM approvals a JOIN campaigns c ON c.id = a.campaign_id
    WHERE a.team_id = $1 AND c.deleted_at IS NULL AND a.status = ANY($2::text[]) AND (
        $3::text IS NULL OR ($4::boolean AND (a.status = 'pending_review' OR (
            a.status = 'pending_approval' AND ($5::boolean OR $3 <> ALL (a.makers || a.submitted_by))
            AND ($6::boolean OR a.reviewed_by IS DISTINCT FROM $3)
        ))) OR (NOT $4::boolean AND a.submitted_by = $3)
    )
)
SELECT (SELECT count(*) FROM waiting) AS count, ARRAY(
    SELECT state::text FROM waiting
    WHERE (moved_at, campaign_id) < (coalesce($7::timestamptz, 'infinity'), coalesce($8::text, ''))
    ORDER BY moved_at DESC, campaign_id DESC LIMIT $9::bigint
) AS page
"""

_ENTRIES = TypeAdapter(tuple[ManifestEntry, ...])


@dataclass(frozen=True, slots=True)
class Waiting:
    """Which approvals to list: those in these states, and of them only a person's own when `person` is given.

    For an admin these wait for that admin's word, as far as the team's rules let them give it; others submitted them.
    """

    team_id: str
    states: Sequence[ApprovalStatus]
    person: str | None
    is_admin: bool
    self_approval: bool
    both_steps: bool

    @property
    def parameters(self) -> tuple[Any, ...]:
        """In the order of the statements."""
        mine = (self.person, self.is_admin, self.self_approval, self.both_steps)
        return (self.team_id, list(self.states), *mine)


async def approvals(conn: Any, campaign_ids: Sequence[str]) -> dict[str, ApprovalState]:
    """Workflows by campaign."""
    rows = await conn.fetch(APPROVALS, list(campaign_ids))
    return {one.campaign_id: one for one in (ApprovalState.model_validate_json(row[0]) for row in rows)}


async def approval_page(
    conn: Any, waiting: Waiting, after: tuple[datetime, str] | None, limit: int
) -> tuple[int, list[ApprovalState]]:
    """How many there are on all pages, and one page of them, the workflows that moved last first."""
    row = await conn.fetchrow(APPROVAL_PAGE, *waiting.parameters, *(after or (None, None)), limit)
    return row["count"], [ApprovalState.model_validate_json(state) for state in row["page"]]


async def manifest(conn: Any, campaign_id: str, sha256: str) -> tuple[ManifestEntry, ...] | None:
    """A manifest that was submitted once."""
    entries = await conn.fetchval(MANIFEST, campaign_id, sha256)
    return None if entries is None else _ENTRIES.validate_json(entries)


async def contents(conn: Any, campaign_id: str) -> list[ManifestEntry]:
    """Every version of every asset of a campaign, in the order in which they were told of."""
    rows = await conn.fetch(CONTENTS, campaign_id)
    return [ManifestEntry.model_validate(dict(row), by_name=True) for row in rows]


async def versions(conn: Any, entries: Iterable[ManifestEntry]) -> dict[tuple[str, int], VersionState]:
    """The versions that entries name, as far as they were heard of."""
    named = [(entry.asset_id, entry.version) for entry in entries]
    rows = await conn.fetch(VERSIONS, [one[0] for one in named], [one[1] for one in named]) if named else []
    found = [(row["asset_id"], VersionState.model_validate_json(row["state"])) for row in rows]
    return {(asset_id, state.version): state for asset_id, state in found}


async def report(conn: Any, report_id: str, team_id: str) -> ReportState | None:
    """A team's report."""
    state = await conn.fetchval(REPORT, report_id, team_id)
    return None if state is None else ReportState.model_validate_json(state)


async def reports_on(conn: Any, campaign_id: str, sha256: str) -> list[ReportState]:
    """The reports on one manifest that can count."""
    return [ReportState.model_validate_json(row[0]) for row in await conn.fetch(REPORTS_ON, campaign_id, sha256)]


async def report_page(conn: Any, campaign_id: str, after: tuple[datetime, str] | None, limit: int) -> list[ReportState]:
    """A campaign's reports, newest first."""
    rows = await conn.fetch(REPORT_PAGE, campaign_id, *(after or (None, None)), limit)
    return [ReportState.model_validate_json(row[0]) for row in rows]


async def approval_rules(conn: Any, team_id: str) -> ApprovalRulesChanged:
    """A team's rules for approvals; nobody approves their own, nor takes both steps, until the team says otherwise."""
    state = await conn.fetchval(RULES, team_id, ApprovalRulesChanged.type)
    unset = ApprovalRulesChanged(revision=0, self_approval=False, one_admin_both_steps=False)
    return unset if state is None else ApprovalRulesChanged.model_validate_json(state)


async def qa_rules(conn: Any, team_id: str) -> QaRulesChanged:
    """A team's rules for QA; the paid reviewer runs on request alone until the team says otherwise."""
    state = await conn.fetchval(RULES, team_id, QaRulesChanged.type)
    unset = QaRulesChanged(revision=0, reviewing="on_request")
    return unset if state is None else QaRulesChanged.model_validate_json(state)
