"""All SQL of the projection about the read model's rows. Every statement takes a whole batch."""

from collections.abc import Sequence
from typing import Any

from gateway.projection import batch_store, decisions_store
from gateway.projection.batch_store import Read, Written
from gateway.projection.decisions import Decisions, touched_decisions
from gateway.projection.state import (
    AssetState,
    BrandVersion,
    CampaignState,
    GeneratorState,
    IntentState,
    JobState,
    NewVersion,
    SpendState,
)
from gateway.projection.working import Told, WorkingSet, touched
from lineage.brand import sha256_without_logo

LOAD_CAMPAIGNS = "SELECT state::text FROM campaigns WHERE id = ANY($1::text[])"
LOAD_BRANDS = "SELECT state::text FROM brands WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE"
LOAD_ASSETS = "SELECT state::text FROM assets WHERE id = ANY($1::text[])"
LOAD_JOBS = "SELECT state::text FROM jobs WHERE id = ANY($1::text[])"
SAVE_CAMPAIGNS = """
INSERT INTO campaigns (id, team_id, brand_id, created_at, deleted_at, state)
SELECT id, team_id, brand_id, created_at, deleted_at, state::jsonb
FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[])
     AS t(id, team_id, brand_id, created_at, deleted_at, state)
ON CONFLICT (id) DO UPDATE SET brand_id = EXCLUDED.brand_id, created_at = EXCLUDED.created_at,
                               deleted_at = EXCLUDED.deleted_at, state = EXCLUDED.state
"""
SAVE_BRANDS = """
INSERT INTO brands (id, team_id, version, sha256, sha256_without_logo, first_heard_at, state)
SELECT id, team_id, version, sha256, sha256_without_logo, heard_at, state::jsonb
FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::timestamptz[], $7::text[])
     AS t(id, team_id, version, sha256, sha256_without_logo, heard_at, state)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version, sha256 = EXCLUDED.sha256, state = EXCLUDED.state,
                               sha256_without_logo = EXCLUDED.sha256_without_logo,
                               first_heard_at = EXCLUDED.first_heard_at
WHERE brands.version <= EXCLUDED.version
"""
SAVE_LOGOS = """
INSERT INTO brand_logos (team_id, sha256, media_type)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS t(team_id, sha256, media_type) ORDER BY team_id, sha256
ON CONFLICT DO NOTHING
"""
SAVE_ASSETS = """
INSERT INTO assets (id, campaign_id, team_id, kind, state)
SELECT id, campaign_id, team_id, kind, state::jsonb
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS t(id, campaign_id, team_id, kind, state)
ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state
"""
SAVE_VERSIONS = """
INSERT INTO asset_versions (asset_id, version, campaign_id, team_id, kind, position, sha256, media_type, state)
SELECT asset_id, version, campaign_id, team_id, kind, position, sha256, media_type, state::jsonb
FROM unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[],
            $9::text[])
     AS t(asset_id, version, campaign_id, team_id, kind, position, sha256, media_type, state)
ON CONFLICT (asset_id, version) DO NOTHING
"""
SAVE_JOBS = """
INSERT INTO jobs (id, campaign_id, team_id, kind, target_id, cascade_id, status, cost_yen, created_at, state)
SELECT id, campaign_id, team_id, kind, target_id, cascade_id, status, cost_yen, created_at, state::jsonb
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::integer[],
            $9::timestamptz[], $10::text[])
     AS t(id, campaign_id, team_id, kind, target_id, cascade_id, status, cost_yen, created_at, state)
ON CONFLICT (id) DO UPDATE SET cascade_id = EXCLUDED.cascade_id, status = EXCLUDED.status,
                               cost_yen = EXCLUDED.cost_yen, created_at = EXCLUDED.created_at, state = EXCLUDED.state
"""
SAVE_GENERATORS = """
INSERT INTO generators (kind, told_at, state)
SELECT kind, told_at, state::jsonb FROM unnest($1::text[], $2::timestamptz[], $3::text[]) AS t(kind, told_at, state)
ORDER BY kind
ON CONFLICT (kind) DO UPDATE SET told_at = EXCLUDED.told_at, state = EXCLUDED.state
WHERE generators.told_at < EXCLUDED.told_at
"""
SAVE_INTENTS = """
INSERT INTO retry_intents AS known (id, team_id, source_job_id, created_at, status, state)
SELECT id, team_id, source_job_id, created_at, status, state::jsonb
FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[])
     AS t(id, team_id, source_job_id, created_at, status, state)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET status = EXCLUDED.status, state = EXCLUDED.state WHERE known.status = 'PENDING'
"""
SAVE_SPEND = """
INSERT INTO spend (job_id, attempt, team_id, campaign_id, cascade_id, kind, provider, model, outcome, cost_yen,
                   cost_usd_micros, started_at)
SELECT * FROM unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::bigint[], $11::bigint[], $12::timestamptz[])
     AS t(job_id, attempt, team_id, campaign_id, cascade_id, kind, provider, model, outcome, cost_yen, cost_usd_micros,
          started_at)
ORDER BY job_id, attempt
ON CONFLICT (job_id, attempt) DO NOTHING
"""
SAVE_BUDGETS = """
INSERT INTO budgets AS known (team_id, revision, state)
SELECT team_id, revision, state::jsonb FROM unnest($1::text[], $2::integer[], $3::text[]) AS t(team_id, revision, state)
ORDER BY team_id
ON CONFLICT (team_id) DO UPDATE SET revision = EXCLUDED.revision, state = EXCLUDED.state
WHERE known.revision < EXCLUDED.revision
"""
SAVE_WARNINGS = """
INSERT INTO budget_warnings AS known (team_id, month, told_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS t(team_id, month, told_at) ORDER BY team_id, month
ON CONFLICT (team_id, month) DO UPDATE SET told_at = least(known.told_at, EXCLUDED.told_at)
"""
NOTIFY = "SELECT pg_notify('gateway_stream', $1)"


async def load(conn: Any, told: Sequence[Told]) -> WorkingSet:
    """The rows that these events may change, as far as they exist."""
    ids = touched(told)
    campaigns, brands, assets, jobs, approvals, reports = await batch_store.load(
        conn,
        Read(LOAD_CAMPAIGNS, CampaignState, ids["campaigns"]),
        Read(LOAD_BRANDS, BrandVersion, ids["brands"]),
        Read(LOAD_ASSETS, AssetState, ids["assets"]),
        Read(LOAD_JOBS, JobState, ids["jobs"]),
        *decisions_store.read(touched_decisions(one.content for one in told)),
    )
    return WorkingSet(
        campaigns={row.id: row for row in campaigns},
        brands={row.id: row for row in brands},
        assets={row.id: row for row in assets},
        jobs={row.id: row for row in jobs},
        decisions=Decisions(
            approvals={row.campaign_id: row for row in approvals}, reports={row.id: row for row in reports}
        ),
    )


async def save(conn: Any, changed: WorkingSet, payload: str) -> None:
    """Writes a working set back, and wakes the streams of other replicas at commit."""
    # No campaign's lock covers these, so they are written one after the other, in one order on every replica: brands
    # first, as they are locked when they are read.
    for one in (
        Written(SAVE_BRANDS, [_brand_row(row) for row in changed.brands.values()]),
        Written(SAVE_LOGOS, [(team_id, logo.sha256, logo.media_type) for team_id, logo in changed.logos]),
        Written(SAVE_GENERATORS, [_generator_row(row) for row in changed.generators.values()]),
        Written(SAVE_BUDGETS, [(row.team_id, row.revision, row.model_dump_json()) for row in changed.budgets.values()]),
        Written(SAVE_WARNINGS, [(row.team_id, row.month, row.told_at) for row in changed.warnings.values()]),
        decisions_store.rules_written(changed.decisions),
    ):
        await batch_store.write(conn, one)
    written = (
        Written(SAVE_CAMPAIGNS, [_campaign_row(row) for row in changed.campaigns.values()]),
        Written(SAVE_ASSETS, [_asset_row(row) for row in changed.assets.values()]),
        Written(SAVE_VERSIONS, [_version_row(row) for row in changed.versions.values()]),
        Written(SAVE_JOBS, [_job_row(row) for row in changed.jobs.values()]),
        Written(SAVE_INTENTS, [_intent_row(row) for row in changed.intents.values()]),
        Written(SAVE_SPEND, [_spend_row(row) for row in changed.spend.values()]),
        *decisions_store.written(changed.decisions),
    )
    await batch_store.write_together(conn, written, NOTIFY, payload)


def _campaign_row(row: CampaignState) -> tuple[Any, ...]:
    return (row.id, row.team_id, row.brand_id, row.created_at, row.deleted_at, row.model_dump_json())


def _brand_row(row: BrandVersion) -> tuple[Any, ...]:
    seen_by_paid = sha256_without_logo(row.profile)
    return (row.id, row.team_id, row.version, row.sha256, seen_by_paid, row.first_heard_at, row.model_dump_json())


def _asset_row(row: AssetState) -> tuple[Any, ...]:
    return (row.id, row.campaign_id, row.team_id, row.kind, row.model_dump_json())


def _version_row(row: NewVersion) -> tuple[Any, ...]:
    state = row.state
    identity = (row.asset_id, state.version, row.campaign_id, row.team_id, row.kind, row.position)
    return (*identity, state.sha256, state.media_type, state.model_dump_json())


def _job_row(row: JobState) -> tuple[Any, ...]:
    created_at = row.requested_at or row.first_heard_at
    identity = (row.id, row.campaign_id, row.team_id, row.kind, row.target_id, row.cascade_id)
    return (*identity, row.status, row.cost_yen, created_at, row.model_dump_json())


def _generator_row(row: GeneratorState) -> tuple[Any, ...]:
    return (row.kind, row.told_at, row.model_dump_json())


def _intent_row(row: IntentState) -> tuple[Any, ...]:
    intent = row.intent
    identity = (intent.id, row.team_id, intent.source_job_id, intent.created_at, intent.status)
    return (*identity, intent.model_dump_json())


def _spend_row(row: SpendState) -> tuple[Any, ...]:
    told = row.attempt
    identity = (row.job_id, told.n, row.team_id, row.campaign_id, row.cascade_id, row.kind, told.provider, told.model)
    return (*identity, told.outcome, told.cost_yen, told.cost_usd_micros, told.started_at)
