"""Tables that every asset-owning service has in its own schema; its first migration creates them."""

ASSETS = """
CREATE TABLE assets (
    id text PRIMARY KEY,
    team_id text NOT NULL,
    campaign_id text NOT NULL,
    kind text NOT NULL,
    ordinal integer NOT NULL,
    platform text,
    variant_label text,
    placement text,
    wanted_revision integer NOT NULL DEFAULT 0,
    wanted_upstream jsonb NOT NULL DEFAULT '{}',
    wanted_parameters jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 0,
    newest_seq bigint NOT NULL DEFAULT 0,
    applied_seq bigint NOT NULL DEFAULT 0,
    pinned boolean NOT NULL DEFAULT false,
    pinned_revision integer NOT NULL DEFAULT 0
)
"""
ASSETS_BY_CAMPAIGN = "CREATE INDEX assets_campaign_id ON assets (campaign_id, kind, ordinal)"
ASSETS_BY_UPSTREAM = "CREATE INDEX assets_wanted_upstream ON assets USING gin (wanted_upstream)"

VERSIONS = """
CREATE TABLE versions (
    asset_id text NOT NULL REFERENCES assets,
    version integer NOT NULL,
    sha256 text NOT NULL,
    media_type text NOT NULL,
    width integer,
    height integer,
    bytes integer,
    input_hash text NOT NULL,
    inputs jsonb NOT NULL,
    content jsonb NOT NULL,
    prompt text,
    seed bigint,
    provider text NOT NULL,
    offline boolean NOT NULL,
    job_id text,
    reason text NOT NULL,
    cause_id uuid,
    cascade_id uuid NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (asset_id, version)
)
"""
CONFIRMATIONS = """
CREATE TABLE confirmations (
    asset_id text NOT NULL,
    version integer NOT NULL,
    input_hash text NOT NULL,
    inputs jsonb NOT NULL,
    reason text NOT NULL,
    cause_id uuid,
    confirmed_by text NOT NULL,
    confirmed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (asset_id, version, input_hash),
    FOREIGN KEY (asset_id, version) REFERENCES versions
)
"""
PIECES = """
CREATE TABLE pieces (
    id text PRIMARY KEY,
    team_id text NOT NULL,
    version integer NOT NULL,
    sha256 text NOT NULL,
    content jsonb NOT NULL
)
"""

EXECUTIONS = """
CREATE TABLE executions (
    job_id text PRIMARY KEY,
    epoch integer NOT NULL DEFAULT 1,
    started_at timestamptz NOT NULL DEFAULT now()
)
"""
PROVIDER_RUNS = """
CREATE TABLE provider_runs (
    job_id text NOT NULL REFERENCES executions,
    attempt integer NOT NULL,
    happened text NOT NULL CHECK (happened IN ('intent', 'submitted', 'succeeded', 'failed', 'unknown')),
    epoch integer NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    provider_id text,
    cost_yen integer NOT NULL DEFAULT 0,
    detail text,
    output jsonb,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, attempt, happened)
)
"""

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _insert_only(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


ASSET_STATEMENTS = (
    ASSETS,
    ASSETS_BY_CAMPAIGN,
    ASSETS_BY_UPSTREAM,
    VERSIONS,
    CONFIRMATIONS,
    PIECES,
    REFUSE_CHANGE,
    _insert_only("versions"),
    _insert_only("confirmations"),
)
EXECUTION_STATEMENTS = (EXECUTIONS, PROVIDER_RUNS, _insert_only("provider_runs"))
