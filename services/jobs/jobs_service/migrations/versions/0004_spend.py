"""The ledger of spend, what teams may spend in a month, and what is set aside for jobs under way."""

from alembic import op
from chassis.tables import insert_only

revision = "jobs_0004"
down_revision = "jobs_0003"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE spend (
        job_id text NOT NULL REFERENCES jobs (id),
        attempt integer NOT NULL,
        team_id text NOT NULL,
        campaign_id text NOT NULL,
        cascade_id text NOT NULL,
        kind text NOT NULL,
        provider text,
        model text,
        provider_id text,
        images integer,
        input_tokens integer,
        output_tokens integer,
        estimated_yen integer,
        estimated_usd_micros bigint,
        cost_yen integer NOT NULL CHECK (cost_yen >= 0),
        cost_usd_micros bigint NOT NULL CHECK (cost_usd_micros >= 0),
        outcome text NOT NULL,
        started_at timestamptz NOT NULL,
        ended_at timestamptz,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (job_id, attempt)
    )
    """,
    insert_only("spend"),
    # Attempts told before there was this ledger count as well, so that a month's budget is not spent twice.
    """
    INSERT INTO spend (job_id, attempt, team_id, campaign_id, cascade_id, kind, cost_yen, cost_usd_micros, outcome, started_at)
    SELECT j.id, (told ->> 'n')::integer, j.team_id, j.campaign_id, j.cascade_id, j.kind, (told ->> 'cost_yen')::integer, 0,
           told ->> 'outcome', (told ->> 'started_at')::timestamptz
    FROM jobs j, jsonb_array_elements(j.attempts) AS told
    """,
    "CREATE INDEX spend_team ON spend (team_id, started_at) INCLUDE (cost_yen)",
    """
    CREATE TABLE budgets (
        team_id text PRIMARY KEY,
        soft_limit_yen bigint CHECK (soft_limit_yen >= 0),
        hard_limit_yen bigint CHECK (hard_limit_yen >= 0),
        revision integer NOT NULL,
        changed_by text NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        CHECK (soft_limit_yen <= hard_limit_yen)
    )
    """,
    """
    CREATE TABLE budget_warnings (
        team_id text NOT NULL,
        month date NOT NULL,
        warned_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (team_id, month)
    )
    """,
    "CREATE TABLE prices (kind text PRIMARY KEY, yen_per_call integer NOT NULL, told_at timestamptz NOT NULL)",
    # A reservation lasts as long as its job: whatever ends the job releases it by that.
    "ALTER TABLE jobs ADD COLUMN estimated_yen integer NOT NULL DEFAULT 0 CHECK (estimated_yen >= 0)",
    """
    CREATE INDEX jobs_reserving ON jobs (team_id) INCLUDE (estimated_yen)
    WHERE status IN ('PENDING', 'RUNNING') AND estimated_yen > 0
    """,
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saisei_jobs') THEN
            REVOKE UPDATE, DELETE ON spend, budget_warnings FROM saisei_jobs;
            REVOKE DELETE ON budgets, prices FROM saisei_jobs;
        END IF;
    END $$
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX jobs_reserving")
    op.execute("ALTER TABLE jobs DROP COLUMN estimated_yen")
    for table in ("prices", "budget_warnings", "budgets", "spend"):
        op.execute(f"DROP TABLE {table}")
