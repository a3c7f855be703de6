"""What the provider tells by itself of runs that ended."""

from alembic import op

revision = "image_0004"
down_revision = "image_0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE run_notices (
        webhook_id text PRIMARY KEY,
        provider_id text NOT NULL,
        status text NOT NULL,
        heard_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX run_notices_provider_id ON run_notices (provider_id)",
    "CREATE INDEX run_notices_heard_at ON run_notices (heard_at)",
    # A notice is never rewritten; it is deleted only when it is old.
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saisei_image') THEN
            REVOKE UPDATE ON run_notices FROM saisei_image;
        END IF;
    END $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE run_notices")
