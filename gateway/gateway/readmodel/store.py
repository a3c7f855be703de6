"""All SQL that reads the read model for its views."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.values import AssetKind, UpstreamRef
from gateway.projection.state import AssetState, BrandVersion, CampaignState, GeneratorState, VersionState

HEADS = """
SELECT c.id, c.team_id, p.position, b.id AS brand_id, b.version AS brand_version, b.sha256 AS brand_sha256,
       b.sha256_without_logo
FROM campaigns c
JOIN campaign_positions p ON p.campaign_id = c.id
LEFT JOIN brands b ON b.id = c.brand_id
WHERE c.id = ANY($1::text[]) AND c.created_at IS NOT NULL AND c.deleted_at IS NULL
"""
CAMPAIGN_STATES = "SELECT state::text FROM campaigns WHERE id = ANY($1::text[])"
CAMPAIGN_ASSETS = "SELECT state::text FROM assets WHERE campaign_id = ANY($1::text[])"
CAMPAIGN_PAGE = """
SELECT id, created_at FROM campaigns
WHERE team_id = $1 AND created_at IS NOT NULL AND deleted_at IS NULL
      AND (created_at, id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::text, ''))
ORDER BY created_at DESC, id DESC LIMIT $4
"""
ASSET_HOME = """
SELECT a.campaign_id, a.kind FROM assets a JOIN campaigns c ON c.id = a.campaign_id
WHERE a.id = $1 AND a.team_id = $2 AND c.deleted_at IS NULL
"""
ASSET_VERSIONS = """
SELECT asset_id, kind, position, state::text FROM asset_versions
WHERE asset_id = $1 AND version <= coalesce($2::integer - 1, 2147483647) ORDER BY version DESC LIMIT $3
"""
CAMPAIGN_VERSIONS = """
SELECT asset_id, kind, position, state::text FROM asset_versions
WHERE campaign_id = $1 AND position <= coalesce($2::bigint - 1, 9223372036854775807) ORDER BY position DESC LIMIT $3
"""
HAS_VERSION = "SELECT true FROM asset_versions WHERE asset_id = $1 AND version = $2"
NEWEST_VERSIONS = """
SELECT asset_id, max(version) AS version FROM asset_versions WHERE asset_id = ANY($1::text[]) GROUP BY asset_id
"""
BLOB = """
SELECT media_type FROM asset_versions
WHERE sha256 = $1 AND team_id = $2 AND kind <> 'copy_variant'
UNION ALL SELECT media_type FROM brand_logos WHERE sha256 = $1 AND team_id = $2 LIMIT 1
"""
BRAND = "SELECT state::text FROM brands WHERE id = $1 AND team_id = $2"
BRAND_PAGE = """
SELECT state::text FROM brands
WHERE team_id = $1 AND (first_heard_at, id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::text, ''))
ORDER BY first_heard_at DESC, id DESC LIMIT $4
"""
GENERATORS = "SELECT state::text FROM generators"
APPLIED = "SELECT count(*) FROM events WHERE id = ANY($1::uuid[])"


@dataclass(frozen=True, slots=True)
class Head:
    """What tells whether a kit read earlier is still the newest."""

    id: str
    team_id: str
    position: int
    brand_id: str | None
    brand_version: int | None
    brand_sha256: str | None
    brand_sha256_without_logo: str | None

    @property
    def brand(self) -> dict[str, UpstreamRef]:
        """The brand as the piece that composites rest on, when it is known."""
        return self._piece(self.brand_sha256)

    @property
    def brand_without_logo(self) -> dict[str, UpstreamRef]:
        """The same as copy and images rest on it."""
        return self._piece(self.brand_sha256_without_logo)

    def _piece(self, sha256: str | None) -> dict[str, UpstreamRef]:
        if self.brand_id is None or self.brand_version is None or sha256 is None:
            return {}
        return {self.brand_id: UpstreamRef(id=self.brand_id, version=self.brand_version, sha256=sha256)}


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One version out of an asset's or a campaign's history."""

    asset_id: str
    kind: str
    position: int
    state: VersionState


async def heads(conn: Any, ids: Sequence[str]) -> dict[str, Head]:
    """The campaigns among these that are there to be seen."""
    return {row["id"]: Head(*row) for row in await conn.fetch(HEADS, ids)}


async def campaigns(conn: Any, ids: Sequence[str]) -> list[CampaignState]:
    """Campaigns by id."""
    return [CampaignState.model_validate_json(row[0]) for row in await conn.fetch(CAMPAIGN_STATES, ids)]


async def assets(conn: Any, campaign_ids: Sequence[str]) -> list[AssetState]:
    """All assets of these campaigns."""
    return [AssetState.model_validate_json(row[0]) for row in await conn.fetch(CAMPAIGN_ASSETS, campaign_ids)]


async def campaign_page(
    conn: Any, team_id: str, after: tuple[datetime, str] | None, limit: int
) -> list[tuple[datetime, str]]:
    """Keys of a team's campaigns, newest first."""
    at, campaign_id = after or (None, None)
    rows = await conn.fetch(CAMPAIGN_PAGE, team_id, at, campaign_id, limit)
    return [(row["created_at"], row["id"]) for row in rows]


async def asset_home(conn: Any, asset_id: str, team_id: str) -> tuple[str, AssetKind] | None:
    """The campaign and kind of a team's asset."""
    row = await conn.fetchrow(ASSET_HOME, asset_id, team_id)
    return None if row is None else (row["campaign_id"], row["kind"])


async def asset_versions(conn: Any, asset_id: str, before: int | None, limit: int) -> list[HistoryRow]:
    """An asset's versions, newest first."""
    return _history(await conn.fetch(ASSET_VERSIONS, asset_id, before, limit))


async def campaign_versions(conn: Any, campaign_id: str, before: int | None, limit: int) -> list[HistoryRow]:
    """The versions of all of a campaign's assets, newest first."""
    return _history(await conn.fetch(CAMPAIGN_VERSIONS, campaign_id, before, limit))


async def newest_versions(conn: Any, asset_ids: Iterable[str]) -> dict[str, int]:
    """Each asset's current version."""
    rows = await conn.fetch(NEWEST_VERSIONS, list(asset_ids))
    return {row["asset_id"]: row["version"] for row in rows}


async def has_version(conn: Any, asset_id: str, version: int) -> bool:
    """True when the asset has that version."""
    return bool(await conn.fetchval(HAS_VERSION, asset_id, version))


async def blob_media_type(conn: Any, sha256: str, team_id: str) -> str | None:
    """The media type of bytes that a team owns; None for anybody else's."""
    return await conn.fetchval(BLOB, sha256, team_id)


async def brand(conn: Any, brand_id: str, team_id: str) -> BrandVersion | None:
    """A team's brand."""
    state = await conn.fetchval(BRAND, brand_id, team_id)
    return None if state is None else BrandVersion.model_validate_json(state)


async def brand_page(conn: Any, team_id: str, after: tuple[datetime, str] | None, limit: int) -> list[BrandVersion]:
    """A team's brands, newest first."""
    at, brand_id = after or (None, None)
    rows = await conn.fetch(BRAND_PAGE, team_id, at, brand_id, limit)
    return [BrandVersion.model_validate_json(row[0]) for row in rows]


async def generators(conn: Any) -> list[GeneratorState]:
    """Who makes what now, as far as anybody has said so."""
    return [GeneratorState.model_validate_json(row[0]) for row in await conn.fetch(GENERATORS)]


async def applied(conn: Any, event_ids: Sequence[UUID]) -> int:
    """How many of these events the read model has taken in."""
    return await conn.fetchval(APPLIED, event_ids)


def _history(rows: Iterable[Any]) -> list[HistoryRow]:
    return [
        HistoryRow(row["asset_id"], row["kind"], row["position"], VersionState.model_validate_json(row["state"]))
        for row in rows
    ]
