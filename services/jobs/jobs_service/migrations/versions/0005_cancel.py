"""Who called a job off, and whether it was charged all the same; and an index for the requests of any target."""

from alembic import op

revision = "jobs_0005"
down_revision = "jobs_0004"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE jobs ADD COLUMN cancel_requested_by text,
                 ADD COLUMN cancel_requested_at timestamptz,
                 ADD COLUMN billed text CHECK (billed IN ('no', 'yes', 'unknown'))
"""
GRANT = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saisei_jobs') THEN
        GRANT UPDATE (cancel_requested_by, cancel_requested_at, billed) ON jobs TO saisei_jobs;
    END IF;
END $$
"""


# The unique one knows nothing of renders, whose numbers their own service gives.
REQUESTS = "CREATE INDEX jobs_requests ON jobs (target_id, seq DESC)"


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute(REQUESTS)
    op.execute(GRANT)


def downgrade() -> None:
    op.execute("DROP INDEX jobs_requests")
    op.execute("ALTER TABLE jobs DROP COLUMN cancel_requested_by, DROP COLUMN cancel_requested_at, DROP COLUMN billed")
