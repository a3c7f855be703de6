"""The ledger of jobs, and the assets that jobs can be requested for."""

from alembic import op
from chassis.tables import STATEMENTS, TABLE_NAMES

revision = "jobs_0001b"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE targets (
        asset_id text PRIMARY KEY,
        team_id text NOT NULL,
        campaign_id text NOT NULL,
        kind text NOT NULL,
        platform text,
        variant_label text,
        is_photo boolean NOT NULL
    )
    """,
    """
    CREATE TABLE jobs (
        id text PRIMARY KEY,
        team_id text NOT NULL,
        campaign_id text NOT NULL,
        kind text NOT NULL,
        target_id text NOT NULL,
        seq bigint NOT NULL,
        status text NOT NULL CHECK (status IN ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'SUPERSEDED', 'CANCELLED')),
        options jsonb NOT NULL,
        basis text NOT NULL,
        requested_by text NOT NULL,
        cascade_id text NOT NULL,
        reason text NOT NULL,
        epoch integer NOT NULL DEFAULT 0,
        result jsonb,
        error jsonb,
        attempts jsonb NOT NULL DEFAULT '[]',
        cost_yen integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        ended_at timestamptz
    )
    """,
    "CREATE UNIQUE INDEX jobs_target_seq ON jobs (target_id, seq DESC) WHERE kind IN ('copy_variant', 'image')",
    "CREATE INDEX jobs_campaign_id ON jobs (campaign_id, created_at)",
    """
    CREATE FUNCTION refuse_terminal_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'job % ended as %', OLD.id, OLD.status USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE TRIGGER jobs_terminal BEFORE UPDATE OR DELETE ON jobs FOR EACH ROW
    WHEN (OLD.status IN ('COMPLETED', 'FAILED', 'SUPERSEDED', 'CANCELLED')) EXECUTE FUNCTION refuse_terminal_change()
    """,
)


def upgrade() -> None:
    for statement in (*STATEMENTS, *TABLES):
        op.execute(statement)


def downgrade() -> None:
    for table in ("jobs", "targets", *TABLE_NAMES):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION refuse_terminal_change()")
    op.execute("DROP FUNCTION refuse_change()")
