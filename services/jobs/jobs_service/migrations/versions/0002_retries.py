"""Retry intents, and what the service's own role may not do."""

from alembic import op

revision = "jobs_0002"
down_revision = "jobs_0001b"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE retry_intents (
        id text PRIMARY KEY,
        team_id text NOT NULL,
        campaign_id text NOT NULL,
        source_job_id text NOT NULL REFERENCES jobs (id),
        source_output_ref text,
        kind text NOT NULL,
        target_id text NOT NULL,
        reason_code text NOT NULL
            CHECK (reason_code IN ('TRANSIENT_FAILURE', 'BAD_INPUT', 'IMPROVED_PROMPT', 'INFRA_ERROR', 'OTHER')),
        reason_text text NOT NULL CHECK (btrim(reason_text) <> ''),
        correction jsonb,
        approved_by text NOT NULL,
        approved_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        status text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'CONSUMED', 'REJECTED')),
        job_id text,
        consumed_by text,
        consumed_at timestamptz,
        rejected_by text,
        rejected_at timestamptz,
        reject_reason text,
        CHECK ((status = 'CONSUMED') = (job_id IS NOT NULL AND consumed_by IS NOT NULL AND consumed_at IS NOT NULL)),
        CHECK ((status = 'REJECTED')
               = (rejected_by IS NOT NULL AND rejected_at IS NOT NULL AND reject_reason IS NOT NULL))
    )
    """,
    "ALTER TABLE jobs ADD COLUMN retry_of_job_id text REFERENCES jobs (id)",
    "ALTER TABLE jobs ADD COLUMN retry_intent_id text UNIQUE REFERENCES retry_intents (id)",
    "ALTER TABLE jobs ADD CHECK ((retry_of_job_id IS NULL) = (retry_intent_id IS NULL))",
    """
    CREATE FUNCTION refuse_intent_change() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        ending text[] := ARRAY['status', 'job_id', 'consumed_by', 'consumed_at', 'rejected_by', 'rejected_at',
                               'reject_reason'];
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.status <> 'PENDING' OR to_jsonb(NEW) - ending <> to_jsonb(OLD) - ending THEN
            RAISE EXCEPTION 'retry intent % is % and only moves forward', OLD.id, OLD.status
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER retry_intents_forward BEFORE UPDATE OR DELETE ON retry_intents FOR EACH ROW
    EXECUTE FUNCTION refuse_intent_change()
    """,
    # What identifies a job, and why it exists, is never rewritten; nothing is deleted.
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saisei_jobs') THEN
            REVOKE UPDATE, DELETE ON jobs, retry_intents FROM saisei_jobs;
            GRANT UPDATE (status, epoch, result, error, attempts, cost_yen, started_at, ended_at) ON jobs TO saisei_jobs;
            GRANT UPDATE (status, job_id, consumed_by, consumed_at, rejected_by, rejected_at, reject_reason)
                ON retry_intents TO saisei_jobs;
        END IF;
    END $$
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE jobs DROP COLUMN retry_of_job_id, DROP COLUMN retry_intent_id")
    op.execute("DROP TABLE retry_intents")
    op.execute("DROP FUNCTION refuse_intent_change()")
    op.execute(
        """
        DO $$
        BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saisei_jobs') THEN
                GRANT UPDATE, DELETE ON jobs TO saisei_jobs;
            END IF;
        END $$
        """
    )
