"""All SQL about what is mirrored here: campaigns, what their kits consist of, and the reports on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from approval_service.domain import Entries
from contracts.approval import ManifestEntry
from contracts.qa import QaReport
from contracts.values import AssetKind, KitAsset

LOCK_TEAM = "SELECT pg_advisory_xact_lock(hashtextextended('approval team/' || $1, 0))"
LOCK_CAMPAIGN = "SELECT * FROM campaigns WHERE campaign_id = $1 FOR UPDATE"
INSERT_CAMPAIGN = "INSERT INTO campaigns (campaign_id, team_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
SET_KNOWN = "UPDATE campaigns SET known = true WHERE campaign_id = $1"
SET_DELETED = "UPDATE campaigns SET deleted = true WHERE campaign_id = $1"
INSERT_PLANNED = """
INSERT INTO planned (asset_id, campaign_id, kind)
SELECT asset_id, $1, kind FROM unnest($2::text[], $3::text[]) AS t(asset_id, kind) ON CONFLICT DO NOTHING
"""
MISSING = """
SELECT p.asset_id, p.kind FROM planned p LEFT JOIN contents c USING (asset_id)
WHERE p.campaign_id = $1 AND c.asset_id IS NULL ORDER BY p.kind, p.asset_id
"""
SAVE_VERSION = """
WITH noted AS (
    INSERT INTO content_versions (asset_id, version, campaign_id, kind, sha256, made_by, job_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING)
INSERT INTO contents AS known (asset_id, version, campaign_id, kind, sha256) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (asset_id) DO UPDATE SET version = EXCLUDED.version, sha256 = EXCLUDED.sha256
WHERE known.version < EXCLUDED.version RETURNING true
"""
CONTENTS = "SELECT asset_id, kind, version, sha256 FROM contents WHERE campaign_id = $1 ORDER BY asset_id"
VERSIONS = """
SELECT v.asset_id, v.kind, v.version, v.sha256, v.made_by FROM content_versions v
JOIN unnest($2::text[], $3::int[]) AS wanted(asset_id, version) USING (asset_id, version)
WHERE v.campaign_id = $1 ORDER BY v.asset_id
"""
MAKERS = """
SELECT DISTINCT v.made_by FROM contents c JOIN content_versions v USING (asset_id, version)
WHERE c.campaign_id = $1 ORDER BY v.made_by
"""
SAVE_REPORT = """
INSERT INTO qa_reports AS known (report_id, campaign_id, manifest, revision, report) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (report_id) DO UPDATE SET revision = EXCLUDED.revision, report = EXCLUDED.report
WHERE known.revision < EXCLUDED.revision
"""
REVISION = "SELECT revision FROM qa_reports WHERE report_id = $1 AND campaign_id = $2"
# Of those by rules the newest counts, however many there are; those by the reviewer all do.
REPORTS = """
(SELECT report FROM qa_reports WHERE campaign_id = $1 AND manifest = $2 AND report ->> 'mode' = 'rules'
 ORDER BY (report ->> 'number')::integer DESC LIMIT 1)
UNION ALL
SELECT report FROM qa_reports WHERE campaign_id = $1 AND manifest = $2 AND report ->> 'mode' = 'full'
"""


@dataclass(frozen=True)
class Campaign:
    """A campaign as far as it is heard of; `known` once its plan is, which may come after its first contents."""

    campaign_id: str
    team_id: str
    known: bool
    deleted: bool


async def lock_team(conn: Any, team_id: str) -> None:
    """Puts a team's events in order. Groups go by team, so no two of them wait for one another."""
    await conn.execute(LOCK_TEAM, team_id)


async def lock_campaign(conn: Any, campaign_id: str) -> Campaign | None:
    """A campaign, locked until the transaction ends, and with it all that is decided about it."""
    row = await conn.fetchrow(LOCK_CAMPAIGN, campaign_id)
    return None if row is None else Campaign(**dict(row))


async def insert_campaign(conn: Any, campaign_id: str, team_id: str) -> None:
    """Notes that there is such a campaign."""
    await conn.execute(INSERT_CAMPAIGN, campaign_id, team_id)


async def set_known(conn: Any, campaign_id: str) -> None:
    """Notes that the campaign's plan is known from now on."""
    await conn.execute(SET_KNOWN, campaign_id)


async def set_deleted(conn: Any, campaign_id: str) -> None:
    """Notes that the campaign is gone."""
    await conn.execute(SET_DELETED, campaign_id)


async def insert_planned(conn: Any, campaign_id: str, assets: Iterable[KitAsset]) -> None:
    """Notes assets that the kit must have."""
    planned = [(asset.id, asset.kind) for asset in assets]
    await conn.execute(INSERT_PLANNED, campaign_id, [one for one, _ in planned], [kind for _, kind in planned])


async def missing(conn: Any, campaign_id: str) -> list[tuple[str, AssetKind]]:
    """(asset id, kind) of what was planned and never made."""
    return [(row["asset_id"], row["kind"]) for row in await conn.fetch(MISSING, campaign_id)]


async def save_version(conn: Any, campaign_id: str, entry: ManifestEntry, made_by: str, job_id: str | None) -> bool:
    """Notes a version for good; True when it is newer than what the kit had, and so what the kit has now."""
    kind, version = entry.kind, entry.version
    saved = await conn.fetchval(SAVE_VERSION, entry.asset_id, version, campaign_id, kind, entry.sha256, made_by, job_id)
    return bool(saved)


async def contents(conn: Any, campaign_id: str) -> Entries:
    """What the kit consists of now."""
    return tuple(ManifestEntry(**dict(row)) for row in await conn.fetch(CONTENTS, campaign_id))


async def makers(conn: Any, campaign_id: str) -> tuple[str, ...]:
    """Who had any version made that the kit consists of now."""
    return tuple(row["made_by"] for row in await conn.fetch(MAKERS, campaign_id))


async def versions(conn: Any, campaign_id: str, wanted: Mapping[str, int]) -> list[tuple[ManifestEntry, str]]:
    """Versions of a campaign's assets, by asset id, and who asked for each; those never heard of are left out."""
    rows = await conn.fetch(VERSIONS, campaign_id, list(wanted), list(wanted.values()))
    return [(ManifestEntry.model_validate(dict(row)), row["made_by"]) for row in rows]


async def save_report(conn: Any, report: QaReport) -> None:
    """Keeps a report's newest revision."""
    told = report.model_dump(mode="json", by_alias=True)
    await conn.execute(SAVE_REPORT, report.id, report.campaign_id, report.manifest, report.revision, told)


async def revision(conn: Any, campaign_id: str, report_id: str) -> int:
    """The newest revision heard of, of a report on a campaign; 0 for one never heard of."""
    return await conn.fetchval(REVISION, report_id, campaign_id) or 0


async def reports(conn: Any, campaign_id: str, manifest: str) -> list[QaReport]:
    """The reports on one manifest of a campaign that can count."""
    found = await conn.fetch(REPORTS, campaign_id, manifest)
    return [QaReport.model_validate(row["report"]) for row in found]
