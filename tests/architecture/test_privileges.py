"""What the database itself refuses, whatever the code says."""

import re

import asyncpg
import pytest

from saisei_local.services import SERVICES

ASSET_HISTORY = ("versions", "confirmations", "provider_runs")
SHA = "0" * 64
ASSET_ROWS = (
    "INSERT INTO assets (id, team_id, campaign_id, kind, ordinal) VALUES ('a', 't', 'c', 'image', 0)",
    f"""INSERT INTO versions (asset_id, version, sha256, media_type, input_hash, inputs, content, provider, offline,
                              reason, cascade_id, made_by)
        VALUES ('a', 1, '{SHA}', 'image/png', '{SHA}', '{{}}', '{{}}', 'p', true, 'initial', gen_random_uuid(), 'u')""",
    f"""INSERT INTO confirmations (asset_id, version, input_hash, inputs, reason, confirmed_by)
        VALUES ('a', 1, '{SHA}', '{{}}', 'equal', 'u')""",
    "INSERT INTO executions (job_id) VALUES ('j')",
    """INSERT INTO provider_runs (job_id, attempt, happened, epoch, provider, model)
       VALUES ('j', 1, 'intent', 1, 'p', 'm')""",
)
CAMPAIGN_ROWS = (
    "INSERT INTO brands (id, team_id, version) VALUES ('b', 't', 1)",
    f"""INSERT INTO brand_versions (brand_id, version, sha256, profile, made_by)
        VALUES ('b', 1, '{SHA}', '{{}}', 'u')""",
    """INSERT INTO campaigns (id, team_id, brand_id, name, brief_version, created_by)
       VALUES ('c', 't', 'b', 'n', 1, 'u')""",
    f"""INSERT INTO brief_versions (campaign_id, version, sha256, brief, made_by)
        VALUES ('c', 1, '{SHA}', '{{}}', 'u')""",
)
JOBS_ROWS = (
    """INSERT INTO jobs (id, team_id, campaign_id, kind, target_id, seq, status, options, basis, requested_by,
                         cascade_id, reason)
       VALUES ('j', 't', 'c', 'image', 'a', 1, 'RUNNING', '{}', '', 'u', 'x', 'initial')""",
    """INSERT INTO spend (job_id, attempt, team_id, campaign_id, cascade_id, kind, cost_yen, cost_usd_micros, outcome,
                          started_at)
       VALUES ('j', 1, 't', 'c', 'x', 'image', 6, 37500, 'succeeded', now())""",
    """INSERT INTO audit_log (team_id, seq, at, actor, role, action, target_kind, target_id, cascade_id, event_id,
                              prev_hash, hash)
       VALUES ('t', 1, now(), 'u', 'admin', 'a', '', '', 'c', 'e', '', 'h')""",
)
APPROVAL_ROWS = (
    """INSERT INTO workflows (id, campaign_id, team_id, status, version, manifest)
       VALUES ('w', 'c', 't', 'pending_review', 1, 'm')""",
    """INSERT INTO history (workflow_id, version, campaign_id, team_id, action, from_status, to_status, actor, manifest,
                            current_manifest, entries, at)
       VALUES ('w', 1, 'c', 't', 'submitted', 'none', 'pending_review', 'u', 'm', 'm', '[]', now())""",
    f"""INSERT INTO content_versions (asset_id, version, campaign_id, kind, sha256, made_by)
        VALUES ('a', 1, 'c', 'image', '{SHA}', 'u')""",
)
QA_ROWS = (
    f"""INSERT INTO reports (id, team_id, campaign_id, number, manifest, mode, issue_ids, content)
        VALUES ('r', 't', 'c', 1, '{SHA}', 'rules', '{{}}', '{{}}')""",
    "INSERT INTO suppressions (campaign_id, issue_id, report_id, by, reason) VALUES ('c', 'i', 'r', 'u', 'why')",
    "INSERT INTO overrides (report_id, by, reason) VALUES ('r', 'u', 'why')",
)
OF_ASSETS = dict.fromkeys(("copy", "image", "compositor"), ASSET_ROWS) | {"qa": (*ASSET_ROWS, *QA_ROWS)}
ROWS = OF_ASSETS | {"approval": APPROVAL_ROWS, "campaign": CAMPAIGN_ROWS, "jobs": JOBS_ROWS}
INSERT_ONLY = sorted(
    [
        ("approval", "content_versions"),
        ("approval", "history"),
        ("campaign", "brand_versions"),
        ("campaign", "brief_versions"),
        ("jobs", "audit_log"),
        ("jobs", "spend"),
        ("qa", "overrides"),
        ("qa", "reports"),
        ("qa", "suppressions"),
        *((owner, table) for owner in OF_ASSETS for table in ASSET_HISTORY),
    ]
)
GUARDED = """
SELECT DISTINCT schema.nspname, tables.relname FROM pg_trigger
JOIN pg_class AS tables ON tables.oid = tgrelid
JOIN pg_namespace AS schema ON schema.oid = tables.relnamespace
JOIN pg_proc AS functions ON functions.oid = tgfoid
WHERE functions.proname = 'refuse_change' AND tgenabled = 'O'
"""
JOB = """
INSERT INTO jobs (id, team_id, campaign_id, kind, target_id, seq, status, options, basis, requested_by, cascade_id,
                  reason)
VALUES ('j', 't', 'c', 'image', 'a', 1, $1, '{}', '', 'u', 'x', 'initial')
"""


@pytest.fixture
async def connect(role_url):
    """Logs in as a service; whatever is written is rolled back."""
    opened = []

    async def login(service: str) -> asyncpg.Connection:
        connection = await asyncpg.connect(role_url(service))
        opened.append(connection)
        await connection.transaction().start()
        return connection

    yield login
    for connection in opened:
        await connection.close()


async def refusal(connection, statement):
    """The error that a statement meets; the transaction goes on."""
    with pytest.raises(asyncpg.PostgresError) as caught:
        async with connection.transaction():
            await connection.execute(statement)
    return caught.value


@pytest.mark.parametrize(("service", "table"), INSERT_ONLY)
async def test_what_was_recorded_cannot_be_changed_or_removed_by_its_own_service(service, table, connect):
    connection = await connect(service)
    for row in ROWS[service]:
        await connection.execute(row)
    before = await connection.fetch(f"SELECT * FROM {table}")
    assert len(before) == 1
    column = next(iter(before[0].keys()))
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        error = await refusal(connection, statement)
        # Where the role lacks the right, the trigger that holds for everybody is not even reached.
        assert isinstance(error, (asyncpg.IntegrityConstraintViolationError, asyncpg.InsufficientPrivilegeError))
        assert re.search(f"{table} is insert-only|permission denied for table {table}", str(error))
    assert isinstance(await refusal(connection, f"TRUNCATE {table}"), asyncpg.InsufficientPrivilegeError)
    assert await connection.fetch(f"SELECT * FROM {table}") == before


async def test_every_table_that_must_be_insert_only_is_covered_here(installed_database):
    connection = await asyncpg.connect(installed_database)
    try:
        found = await connection.fetch(GUARDED)
    finally:
        await connection.close()
    assert sorted(map(tuple, found)) == INSERT_ONLY


@pytest.mark.parametrize("status", ["COMPLETED", "FAILED", "SUPERSEDED", "CANCELLED"])
async def test_job_that_ended_cannot_be_brought_back_or_removed(status, connect):
    connection = await connect("jobs")
    await connection.execute(JOB, status)
    for statement in ("UPDATE jobs SET status = 'PENDING'", "DELETE FROM jobs"):
        error = await refusal(connection, statement)
        assert isinstance(error, (asyncpg.IntegrityConstraintViolationError, asyncpg.InsufficientPrivilegeError))
    assert await connection.fetchval("SELECT status FROM jobs WHERE id = 'j'") == status


@pytest.mark.parametrize("service", SERVICES)
async def test_service_cannot_read_another_services_tables(service, connect, installed_database):
    admin = await asyncpg.connect(installed_database)
    tables = await admin.fetch("SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY($1)", SERVICES)
    await admin.close()
    connection = await connect(service)
    owners = {row["schemaname"] for row in tables}
    assert owners == set(SERVICES)
    for schema, table in tables:
        statement = f"SELECT * FROM {schema}.{table}"
        if schema == service:
            await connection.execute(statement)
        else:
            assert isinstance(await refusal(connection, statement), asyncpg.InsufficientPrivilegeError), statement


async def test_what_a_provider_told_of_its_runs_cannot_be_rewritten(connect):
    connection = await connect("image")
    await connection.execute("INSERT INTO run_notices (webhook_id, provider_id, status) VALUES ('w', 'r', 'succeeded')")
    for statement in ("UPDATE run_notices SET status = 'failed'", "TRUNCATE run_notices"):
        assert isinstance(await refusal(connection, statement), asyncpg.InsufficientPrivilegeError)
