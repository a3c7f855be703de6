"""All SQL about reports and what people said of them, and about when a team wants the paid reviewer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.approval import QaOverride
from contracts.qa import QaReport, Reviewing, Suppression

INSERT_REPORT = """
INSERT INTO reports (id, team_id, campaign_id, number, manifest, mode, issue_ids, content)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
SELECT_REPORT = "SELECT content FROM reports WHERE id = $1 AND team_id = $2"
SELECT_REPORTS_WITH = """
SELECT content FROM reports WHERE campaign_id = $1 AND issue_ids @> ARRAY[$2::text] ORDER BY number
"""
IS_REVIEWED = "SELECT true FROM reports WHERE campaign_id = $1 AND manifest = $2 AND mode = 'full' LIMIT 1"
SUPPRESS = """
INSERT INTO suppressions (campaign_id, issue_id, report_id, by, reason) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING true
"""
SELECT_SUPPRESSIONS = """
SELECT issue_id, by, reason, at FROM suppressions WHERE campaign_id = $1 AND issue_id = ANY($2::text[])
"""
OVERRIDE = """
INSERT INTO overrides (report_id, by, reason) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING true
"""
SELECT_OVERRIDE = "SELECT by, reason, at FROM overrides WHERE report_id = $1"
SET_REVIEWING = """
INSERT INTO team_rules AS known (team_id, reviewing, revision, changed_by) VALUES ($1, $2, 1, $3)
ON CONFLICT (team_id) DO UPDATE SET reviewing = $2, revision = known.revision + 1, changed_by = $3, changed_at = now()
RETURNING reviewing, revision
"""
SELECT_REVIEWING = "SELECT reviewing, revision FROM team_rules WHERE team_id = $1"
LOCK_REVIEWING = "SELECT reviewing, revision FROM team_rules WHERE team_id = $1 FOR UPDATE"


@dataclass(frozen=True, slots=True)
class TeamRules:
    """When a team wants the paid reviewer; revision 0 until it was ever set."""

    reviewing: Reviewing = "on_request"
    revision: int = 0


async def insert_report(conn: Any, team_id: str, report: QaReport, issue_ids: Iterable[str]) -> None:
    """Adds a report as it was made, before anything was said of it."""
    place = (report.campaign_id, report.number, report.manifest, report.mode)
    await conn.execute(INSERT_REPORT, report.id, team_id, *place, list(issue_ids), report.model_dump(mode="json"))


async def report(conn: Any, report_id: str, team_id: str) -> QaReport | None:
    """A team's report as it was made."""
    content = await conn.fetchval(SELECT_REPORT, report_id, team_id)
    return None if content is None else QaReport.model_validate(content)


async def reports_with(conn: Any, campaign_id: str, issue_id: str) -> list[QaReport]:
    """A campaign's reports, as they were made, that hold an issue."""
    rows = await conn.fetch(SELECT_REPORTS_WITH, campaign_id, issue_id)
    return [QaReport.model_validate(row["content"]) for row in rows]


async def is_reviewed(conn: Any, campaign_id: str, manifest: str) -> bool:
    """True once the paid reviewer took part in a report on a manifest."""
    return bool(await conn.fetchval(IS_REVIEWED, campaign_id, manifest))


async def suppress(conn: Any, campaign_id: str, issue_id: str, report_id: str, by: str, reason: str) -> bool:
    """Notes that an issue does not count; False when that was said before."""
    return bool(await conn.fetchval(SUPPRESS, campaign_id, issue_id, report_id, by, reason))


async def suppressions(conn: Any, campaign_id: str, issue_ids: Iterable[str]) -> Mapping[str, Suppression]:
    """What was said of these issues, by issue id."""
    rows = await conn.fetch(SELECT_SUPPRESSIONS, campaign_id, list(issue_ids))
    return {row["issue_id"]: Suppression(by=row["by"], reason=row["reason"], at=row["at"]) for row in rows}


async def override(conn: Any, report_id: str, by: str, reason: str) -> bool:
    """Notes that a report does not stand in the way; False when that was said before."""
    return bool(await conn.fetchval(OVERRIDE, report_id, by, reason))


async def override_of(conn: Any, report_id: str) -> QaOverride | None:
    """The word that a report does not stand in the way."""
    row = await conn.fetchrow(SELECT_OVERRIDE, report_id)
    return None if row is None else QaOverride(**dict(row))


async def set_reviewing(conn: Any, team_id: str, reviewing: Reviewing, by: str) -> TeamRules:
    """Sets when a team wants the paid reviewer."""
    return TeamRules(**dict(await conn.fetchrow(SET_REVIEWING, team_id, reviewing, by)))


async def team_rules(conn: Any, team_id: str) -> TeamRules:
    """When a team wants the paid reviewer."""
    row = await conn.fetchrow(SELECT_REVIEWING, team_id)
    return TeamRules() if row is None else TeamRules(**dict(row))


async def lock_team_rules(conn: Any, team_id: str) -> TeamRules:
    """The same, kept from other writers until the transaction ends."""
    row = await conn.fetchrow(LOCK_REVIEWING, team_id)
    return TeamRules() if row is None else TeamRules(**dict(row))
