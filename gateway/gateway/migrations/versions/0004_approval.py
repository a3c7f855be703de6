"""Approvals, the manifests they are pinned to, QA reports, and teams' own rules for both, in the read model."""

from alembic import op

revision = "gateway_0004"
down_revision = "gateway_0003"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE approvals (
        campaign_id text PRIMARY KEY,
        team_id text NOT NULL,
        status text NOT NULL,
        version integer NOT NULL,
        moved_at timestamptz NOT NULL,
        submitted_by text,
        reviewed_by text,
        makers text[] NOT NULL,
        state jsonb NOT NULL
    )
    """,
    "CREATE INDEX approvals_team ON approvals (team_id, moved_at DESC, campaign_id DESC)",
    """
    CREATE TABLE manifests (
        campaign_id text NOT NULL,
        sha256 text NOT NULL,
        entries jsonb NOT NULL,
        PRIMARY KEY (campaign_id, sha256)
    )
    """,
    """
    CREATE TABLE qa_reports (
        id text PRIMARY KEY,
        campaign_id text NOT NULL,
        team_id text NOT NULL,
        manifest text NOT NULL,
        requested_at timestamptz NOT NULL,
        state jsonb NOT NULL
    )
    """,
    "CREATE INDEX qa_reports_campaign ON qa_reports (campaign_id, requested_at DESC, id DESC)",
    "CREATE INDEX qa_reports_manifest ON qa_reports (campaign_id, manifest)",
    """
    CREATE TABLE team_rules (
        team_id text NOT NULL,
        about text NOT NULL,
        revision integer NOT NULL,
        state jsonb NOT NULL,
        PRIMARY KEY (team_id, about)
    )
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    for table in ("team_rules", "qa_reports", "manifests", "approvals"):
        op.execute(f"DROP TABLE {table}")
