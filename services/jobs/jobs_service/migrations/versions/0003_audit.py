"""The audit log: a chain for each team, which its own service can only append to."""

from alembic import op
from chassis.tables import insert_only

revision = "jobs_0003"
down_revision = "jobs_0002"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE audit_log (
        team_id text NOT NULL,
        seq bigint NOT NULL,
        at timestamptz NOT NULL,
        actor text NOT NULL,
        role text NOT NULL,
        action text NOT NULL,
        target_kind text NOT NULL,
        target_id text NOT NULL,
        campaign_id text,
        address text,
        user_agent text,
        request_id text,
        trace_id text,
        cascade_id text NOT NULL,
        event_id text NOT NULL,
        before text,
        after text,
        prev_hash text NOT NULL,
        hash text NOT NULL,
        PRIMARY KEY (team_id, seq)
    )
    """,
    "CREATE TABLE audit_heads (team_id text PRIMARY KEY, seq bigint NOT NULL, hash text NOT NULL)",
    insert_only("audit_log"),
    # The head counts the entries, so that taking away the newest ones shows.
    """
    CREATE FUNCTION refuse_head_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR NEW.team_id <> OLD.team_id OR NEW.seq <> OLD.seq + 1 THEN
            RAISE EXCEPTION 'the audit chain of % only grows, by one entry at a time', OLD.team_id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER audit_heads_forward BEFORE UPDATE OR DELETE ON audit_heads FOR EACH ROW
    EXECUTE FUNCTION refuse_head_change()
    """,
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saisei_jobs') THEN
            REVOKE UPDATE, DELETE ON audit_log, audit_heads FROM saisei_jobs;
            GRANT UPDATE (seq, hash) ON audit_heads TO saisei_jobs;
        END IF;
    END $$
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE audit_heads, audit_log")
    op.execute("DROP FUNCTION refuse_head_change()")
