"""Retry intents in the read model."""

from alembic import op

revision = "gateway_0002"
down_revision = "gateway_0001b"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE retry_intents (
        id text PRIMARY KEY,
        team_id text NOT NULL,
        source_job_id text NOT NULL,
        created_at timestamptz NOT NULL,
        status text NOT NULL,
        state jsonb NOT NULL
    )
    """,
    "CREATE INDEX retry_intents_team ON retry_intents (team_id, created_at DESC, id DESC)",
    "CREATE INDEX retry_intents_job ON retry_intents (team_id, source_job_id, created_at DESC, id DESC)",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE retry_intents")
