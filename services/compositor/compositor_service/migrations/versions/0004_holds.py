"""Campaigns whose cascades are held while they are pending approval or approved."""

from alembic import op

revision = "compositor_0004"
down_revision = "compositor_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE holds (campaign_id text PRIMARY KEY, version integer NOT NULL, held boolean NOT NULL)")
    op.execute("CREATE INDEX assets_campaign_kind ON assets (campaign_id, kind, id)")


def downgrade() -> None:
    op.execute("DROP INDEX assets_campaign_kind")
    op.execute("DROP TABLE holds")
