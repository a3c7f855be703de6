"""Composites and platform images, their versions, and the renders under way."""

from alembic import op
from assets.tables import ASSET_STATEMENTS, EXECUTION_STATEMENTS
from chassis.tables import STATEMENTS, TABLE_NAMES

revision = "compositor_0001b"
down_revision = None
branch_labels = None
depends_on = None

RENDERS = """
CREATE TABLE renders (
    asset_id text NOT NULL REFERENCES assets,
    input_hash text NOT NULL,
    holder uuid NOT NULL,
    leased_until timestamptz NOT NULL,
    PRIMARY KEY (asset_id, input_hash)
)
"""
FAILED_REQUESTS = """
CREATE TABLE failed_requests (
    asset_id text PRIMARY KEY REFERENCES assets,
    seq bigint NOT NULL,
    input_hash text NOT NULL
)
"""
ASSETS_BY_PLACE = "CREATE INDEX assets_kind_place ON assets (kind, coalesce(placement, platform), id)"
ASSETS_BY_BRAND = "CREATE INDEX assets_brand ON assets ((wanted_upstream ->> 'brand'), id)"
DELETED_CAMPAIGNS = "CREATE TABLE deleted_campaigns (campaign_id text PRIMARY KEY)"
OWN = (RENDERS, FAILED_REQUESTS, ASSETS_BY_PLACE, ASSETS_BY_BRAND, DELETED_CAMPAIGNS)


def upgrade() -> None:
    for statement in (*STATEMENTS, *ASSET_STATEMENTS, *EXECUTION_STATEMENTS, *OWN):
        op.execute(statement)


def downgrade() -> None:
    tables = ("provider_runs", "executions", "renders", "failed_requests", "deleted_campaigns", "pieces")
    for table in (*tables, "confirmations", "versions", "assets", *TABLE_NAMES):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION refuse_change()")
