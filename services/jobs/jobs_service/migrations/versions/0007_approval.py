"""Jobs that may reopen an approval, and QA reports as what jobs make of a campaign."""

from alembic import op

revision = "jobs_0007"
down_revision = "jobs_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE jobs ADD COLUMN reopen boolean NOT NULL DEFAULT false")
    op.execute("CREATE UNIQUE INDEX jobs_reported_seq ON jobs (target_id, seq DESC) WHERE kind = 'qa'")
    op.execute(
        """
        INSERT INTO targets (asset_id, team_id, campaign_id, kind, is_photo)
        SELECT DISTINCT campaign_id, team_id, campaign_id, 'qa', false FROM targets ON CONFLICT DO NOTHING
        """
    )


def downgrade() -> None:
    op.execute("DELETE FROM targets WHERE kind = 'qa'")
    op.execute("DROP INDEX jobs_reported_seq")
    op.execute("ALTER TABLE jobs DROP COLUMN reopen")
