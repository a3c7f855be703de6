"""Tables that every asset-owning service has in its own schema; its first migration creates them."""

from collections.abc import Callable

from chassis.tables import STATEMENTS, TABLE_NAMES, insert_only

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
    edited_seq bigint NOT NULL DEFAULT 0,
    pinned boolean NOT NULL DEFAULT false,
    pinned_revision integer NOT NULL DEFAULT 0
)
"""
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
    at timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""

ASSET_STATEMENTS = (
    ASSETS,
    ASSETS_BY_UPSTREAM,
    VERSIONS,
    CONFIRMATIONS,
    PIECES,
    insert_only("versions"),
    insert_only("confirmations"),
)
# Two provider ids told of one attempt are two pieces of evidence.
PROVIDER_RUNS_ONCE = """
CREATE UNIQUE INDEX provider_runs_once ON provider_runs (job_id, attempt, happened, coalesce(provider_id, ''))
"""
EXECUTION_STATEMENTS = (EXECUTIONS, PROVIDER_RUNS, PROVIDER_RUNS_ONCE, insert_only("provider_runs"))

ADD_CANCELLED = (
    # The mark is for good: nobody takes up a job again that a person called off.
    "ALTER TABLE executions ADD COLUMN cancelled_at timestamptz",
    "ALTER TABLE provider_runs DROP CONSTRAINT provider_runs_happened_check",
    """
    ALTER TABLE provider_runs ADD CONSTRAINT provider_runs_happened_check
    CHECK (happened IN ('intent', 'submitted', 'succeeded', 'failed', 'cancelled', 'unknown'))
    """,
)
# Rows that tell of a cancelled attempt cannot be taken out of the ledger, so what was allowed stays allowed.
DROP_CANCELLED = ("ALTER TABLE executions DROP COLUMN cancelled_at",)


def add_cancelling(execute: Callable[[str], object]) -> None:
    """What a service keeps of jobs that were called off, in tables that were made before."""
    for statement in ADD_CANCELLED:
        execute(statement)


def drop_cancelling(execute: Callable[[str], object]) -> None:
    """Takes it away again."""
    for statement in DROP_CANCELLED:
        execute(statement)


SPEND_COLUMNS = """
ALTER TABLE provider_runs
    ADD COLUMN cost_usd_micros bigint NOT NULL DEFAULT 0,
    ADD COLUMN estimated_yen integer,
    ADD COLUMN estimated_usd_micros bigint,
    ADD COLUMN images integer,
    ADD COLUMN input_tokens integer,
    ADD COLUMN output_tokens integer
"""
# One row a provider, changed by every call.
CALL_RATES = """
CREATE TABLE call_rates (provider text PRIMARY KEY, full_at timestamptz NOT NULL) WITH (fillfactor = 50)
"""
DROP_SPEND_COLUMNS = """
ALTER TABLE provider_runs
    DROP COLUMN cost_usd_micros, DROP COLUMN estimated_yen, DROP COLUMN estimated_usd_micros, DROP COLUMN images,
    DROP COLUMN input_tokens, DROP COLUMN output_tokens
"""


def add_spend(execute: Callable[[str], object]) -> None:
    """What provider runs cost in dollars too and are charged by, and how fast each provider may be called."""
    execute(SPEND_COLUMNS)
    execute(CALL_RATES)


def drop_spend(execute: Callable[[str], object]) -> None:
    """Takes both away again."""
    execute("DROP TABLE call_rates")
    execute(DROP_SPEND_COLUMNS)


def create_generator_tables(execute: Callable[[str], object]) -> None:
    """All tables of a service whose assets a generator makes."""
    for statement in (*STATEMENTS, *ASSET_STATEMENTS, *EXECUTION_STATEMENTS):
        execute(statement)


def drop_generator_tables(execute: Callable[[str], object]) -> None:
    """Takes them away again."""
    for table in ("provider_runs", "executions", "pieces", "confirmations", "versions", "assets", *TABLE_NAMES):
        execute(f"DROP TABLE {table}")
    execute("DROP FUNCTION refuse_change()")
