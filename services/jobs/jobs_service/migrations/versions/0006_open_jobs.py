"""Indexes for what is asked every few seconds: which jobs have not ended, and which payments are in doubt."""

from alembic import op

revision = "jobs_0006"
down_revision = "jobs_0005"
branch_labels = None
depends_on = None

INDEXES = (
    "CREATE INDEX jobs_open ON jobs (kind, status) INCLUDE (created_at, started_at) WHERE status IN ('PENDING', 'RUNNING')",
    """
    CREATE INDEX jobs_spend_unknown ON jobs (target_id, seq)
    WHERE status = 'FAILED' AND error ->> 'code' = 'SPEND_UNKNOWN'
    """,
    "CREATE INDEX retry_intents_source_job_id ON retry_intents (source_job_id)",
)


def upgrade() -> None:
    for statement in INDEXES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX jobs_open, jobs_spend_unknown, retry_intents_source_job_id")
