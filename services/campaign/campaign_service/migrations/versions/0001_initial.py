"""Brands, campaigns, their versions, and the kit."""

from alembic import op
from chassis.tables import STATEMENTS, TABLE_NAMES, insert_only

revision = "campaign_0001b"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE brands (
        id text PRIMARY KEY,
        team_id text NOT NULL,
        version integer NOT NULL
    )
    """,
    """
    CREATE TABLE brand_versions (
        brand_id text NOT NULL REFERENCES brands,
        version integer NOT NULL,
        sha256 text NOT NULL,
        profile jsonb NOT NULL,
        made_by text NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (brand_id, version)
    )
    """,
    """
    CREATE TABLE campaigns (
        id text PRIMARY KEY,
        team_id text NOT NULL,
        brand_id text NOT NULL REFERENCES brands,
        name text NOT NULL,
        brief_version integer NOT NULL,
        revision integer NOT NULL DEFAULT 1,
        announced text,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz
    )
    """,
    """
    CREATE TABLE brief_versions (
        campaign_id text NOT NULL REFERENCES campaigns,
        version integer NOT NULL,
        sha256 text NOT NULL,
        brief jsonb NOT NULL,
        made_by text NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (campaign_id, version)
    )
    """,
    """
    CREATE TABLE kit_assets (
        asset_id text PRIMARY KEY,
        campaign_id text NOT NULL REFERENCES campaigns,
        kind text NOT NULL,
        ordinal integer NOT NULL,
        upstream text[] NOT NULL,
        made boolean NOT NULL DEFAULT false,
        failed boolean NOT NULL DEFAULT false
    )
    """,
    "CREATE INDEX kit_assets_campaign_id ON kit_assets (campaign_id)",
    insert_only("brand_versions"),
    insert_only("brief_versions"),
)


def upgrade() -> None:
    for statement in (*STATEMENTS, *TABLES):
        op.execute(statement)


def downgrade() -> None:
    for table in ("kit_assets", "brief_versions", "campaigns", "brand_versions", "brands", *TABLE_NAMES):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION refuse_change()")
