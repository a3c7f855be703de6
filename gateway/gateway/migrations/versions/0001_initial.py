"""The read model: campaigns, assets, jobs, their events, and the requests that caused them."""

from alembic import op
from chassis.tables import STATEMENTS, TABLE_NAMES

revision = "gateway_0001b"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE requests (
        message_id uuid PRIMARY KEY,
        body_sha256 text NOT NULL,
        method text NOT NULL,
        path text NOT NULL,
        team_id text NOT NULL,
        actor text NOT NULL,
        cascade_id uuid NOT NULL,
        trace_id text,
        span_id text,
        at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    "CREATE UNIQUE INDEX requests_cascade_id ON requests (cascade_id)",
    """
    CREATE TABLE brands (
        id text PRIMARY KEY,
        team_id text NOT NULL,
        version integer NOT NULL,
        sha256 text NOT NULL,
        sha256_without_logo text NOT NULL,
        first_heard_at timestamptz NOT NULL,
        state jsonb NOT NULL
    )
    """,
    "CREATE INDEX brands_team ON brands (team_id, first_heard_at DESC, id DESC)",
    """
    CREATE TABLE brand_logos (
        team_id text NOT NULL,
        sha256 text NOT NULL,
        media_type text NOT NULL,
        PRIMARY KEY (team_id, sha256)
    )
    """,
    """
    CREATE TABLE campaigns (
        id text PRIMARY KEY,
        team_id text NOT NULL,
        brand_id text NOT NULL,
        created_at timestamptz,
        deleted_at timestamptz,
        state jsonb NOT NULL
    )
    """,
    """
    CREATE INDEX campaigns_team ON campaigns (team_id, created_at DESC, id DESC)
    WHERE created_at IS NOT NULL AND deleted_at IS NULL
    """,
    "CREATE TABLE campaign_positions (campaign_id text PRIMARY KEY, position bigint NOT NULL) WITH (fillfactor = 50)",
    """
    CREATE TABLE assets (
        id text PRIMARY KEY,
        campaign_id text NOT NULL,
        team_id text NOT NULL,
        kind text NOT NULL,
        state jsonb NOT NULL
    )
    """,
    "CREATE INDEX assets_campaign_id ON assets (campaign_id)",
    """
    CREATE TABLE asset_versions (
        asset_id text NOT NULL,
        version integer NOT NULL,
        campaign_id text NOT NULL,
        team_id text NOT NULL,
        kind text NOT NULL,
        position bigint NOT NULL,
        sha256 text NOT NULL,
        media_type text NOT NULL,
        state jsonb NOT NULL,
        PRIMARY KEY (asset_id, version)
    )
    """,
    "CREATE INDEX asset_versions_campaign ON asset_versions (campaign_id, position DESC)",
    "CREATE INDEX asset_versions_sha256 ON asset_versions (sha256, team_id)",
    """
    CREATE TABLE jobs (
        id text PRIMARY KEY,
        campaign_id text NOT NULL,
        team_id text NOT NULL,
        kind text NOT NULL,
        target_id text NOT NULL,
        cascade_id text NOT NULL,
        status text NOT NULL,
        cost_yen integer NOT NULL,
        created_at timestamptz NOT NULL,
        state jsonb NOT NULL
    )
    """,
    "CREATE INDEX jobs_team ON jobs (team_id, created_at DESC, id DESC)",
    "CREATE INDEX jobs_target ON jobs (team_id, target_id, created_at DESC, id DESC)",
    "CREATE INDEX jobs_status ON jobs (team_id, status, created_at DESC, id DESC)",
    "CREATE INDEX jobs_campaign ON jobs (campaign_id, created_at DESC, id DESC)",
    "CREATE INDEX jobs_cascade_id ON jobs (cascade_id)",
    "CREATE TABLE generators (kind text PRIMARY KEY, told_at timestamptz NOT NULL, state jsonb NOT NULL)",
    """
    CREATE TABLE events (
        id uuid PRIMARY KEY,
        campaign_id text,
        position bigint,
        team_id text NOT NULL,
        type text NOT NULL,
        subject text,
        source text NOT NULL,
        at timestamptz NOT NULL,
        actor text NOT NULL,
        causation_id uuid,
        correlation_id uuid NOT NULL,
        trace_id text,
        span_id text,
        data jsonb NOT NULL,
        CHECK ((campaign_id IS NULL) = (position IS NULL))
    )
    """,
    "CREATE UNIQUE INDEX events_stream ON events (campaign_id, position)",
    "CREATE INDEX events_correlation_id ON events (correlation_id)",
    """
    CREATE TABLE cascades (
        campaign_id text NOT NULL,
        id uuid NOT NULL,
        team_id text NOT NULL,
        first_position bigint NOT NULL,
        started_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        PRIMARY KEY (campaign_id, id)
    )
    """,
    "CREATE INDEX cascades_newest ON cascades (campaign_id, first_position DESC)",
)


def upgrade() -> None:
    for statement in (*STATEMENTS, *TABLES):
        op.execute(statement)


def downgrade() -> None:
    tables = ("cascades", "events", "jobs", "asset_versions", "assets", "campaign_positions", "campaigns", "brand_logos")
    for table in (*tables, "generators", "brands", "requests", *TABLE_NAMES):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION refuse_change()")
