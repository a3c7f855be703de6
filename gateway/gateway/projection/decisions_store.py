"""All SQL of the projection about approvals and QA. Every statement takes a whole batch."""

import json
from collections.abc import Sequence
from typing import Any

from contracts.approval import ManifestEntry
from gateway.projection.batch_store import Read, Written
from gateway.projection.decisions import ApprovalState, Decisions, ReportState, TeamRules

LOAD_APPROVALS = "SELECT state::text FROM approvals WHERE campaign_id = ANY($1::text[])"
LOAD_REPORTS = "SELECT state::text FROM qa_reports WHERE id = ANY($1::text[])"
SAVE_APPROVALS = """
INSERT INTO approvals (campaign_id, team_id, status, version, moved_at, submitted_by, reviewed_by, makers, state)
SELECT campaign_id, team_id, status, version, moved_at, submitted_by, reviewed_by,
       ARRAY(SELECT jsonb_array_elements_text(makers::jsonb)), state::jsonb
FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::timestamptz[], $6::text[], $7::text[], $8::text[],
            $9::text[])
     AS t(campaign_id, team_id, status, version, moved_at, submitted_by, reviewed_by, makers, state)
ON CONFLICT (campaign_id) DO UPDATE SET status = EXCLUDED.status, version = EXCLUDED.version,
    moved_at = EXCLUDED.moved_at, submitted_by = EXCLUDED.submitted_by, reviewed_by = EXCLUDED.reviewed_by,
    makers = EXCLUDED.makers, state = EXCLUDED.state
"""
SAVE_MANIFESTS = """
INSERT INTO manifests (campaign_id, sha256, entries)
SELECT campaign_id, sha256, entries::jsonb
FROM unnest($1::text[], $2::text[], $3::text[]) AS t(campaign_id, sha256, entries)
ON CONFLICT DO NOTHING
"""
SAVE_REPORTS = """
INSERT INTO qa_reports (id, campaign_id, team_id, manifest, requested_at, state)
SELECT id, campaign_id, team_id, manifest, requested_at, state::jsonb
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[])
     AS t(id, campaign_id, team_id, manifest, requested_at, state)
ON CONFLICT (id) DO UPDATE SET requested_at = EXCLUDED.requested_at, state = EXCLUDED.state
"""
SAVE_RULES = """
INSERT INTO team_rules AS known (team_id, about, revision, state)
SELECT team_id, about, revision, state::jsonb
FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[]) AS t(team_id, about, revision, state)
ORDER BY team_id, about
ON CONFLICT (team_id, about) DO UPDATE SET revision = EXCLUDED.revision, state = EXCLUDED.state
WHERE known.revision < EXCLUDED.revision
"""


def read(ids: dict[str, set[str]]) -> tuple[Read[ApprovalState], Read[ReportState]]:
    """Approvals and reports of these ids. Their campaigns are locked by then, so nobody else changes them."""
    approvals = Read(LOAD_APPROVALS, ApprovalState, ids["approvals"])
    return approvals, Read(LOAD_REPORTS, ReportState, ids["reports"])


def rules_written(decisions: Decisions) -> Written:
    """What teams have set; no campaign's lock covers it."""
    return Written(SAVE_RULES, [_rules_row(about, one) for (_, about), one in decisions.rules.items()])


def written(decisions: Decisions) -> tuple[Written, ...]:
    """All else that is written back."""
    return (
        Written(SAVE_APPROVALS, [_approval_row(one) for one in decisions.approvals.values()]),
        Written(SAVE_MANIFESTS, [(*key, _entries(entries)) for key, entries in decisions.manifests.items()]),
        Written(SAVE_REPORTS, [_report_row(one) for one in decisions.reports.values()]),
    )


def _approval_row(one: ApprovalState) -> tuple[Any, ...]:
    # What was taken back stays with those who submitted it, so that they see it among theirs.
    newest, submitted, reviewed = one.newest, one.last_submitted, one.round.get("reviewed")
    makers = json.dumps(submitted.makers if submitted else ())
    people = (submitted.actor if submitted else None, reviewed.actor if reviewed else None, makers)
    identity = (one.campaign_id, one.team_id, one.status, newest.version, newest.at)
    return (*identity, *people, one.model_dump_json(by_alias=True))


def _entries(entries: Sequence[ManifestEntry]) -> str:
    return "[" + ",".join(entry.model_dump_json(by_alias=True) for entry in entries) + "]"


def _report_row(one: ReportState) -> tuple[Any, ...]:
    identity = (one.id, one.campaign_id, one.team_id, one.manifest, one.requested_at)
    return (*identity, one.model_dump_json(by_alias=True))


def _rules_row(about: str, one: TeamRules) -> tuple[Any, ...]:
    return (one.team_id, about, one.revision, one.rules.model_dump_json(by_alias=True))
