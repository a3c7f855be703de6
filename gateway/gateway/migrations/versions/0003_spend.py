"""What was spent, and what teams may spend, in the read model."""

from alembic import op

revision = "gateway_0003"
down_revision = "gateway_0002"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE spend (
        job_id text NOT NULL,
        attempt integer NOT NULL,
        team_id text NOT NULL,
        campaign_id text NOT NULL,
        cascade_id text NOT NULL,
        kind text NOT NULL,
        provider text,
        model text,
        outcome text NOT NULL,
        cost_yen bigint NOT NULL,
        cost_usd_micros bigint NOT NULL,
        started_at timestamptz NOT NULL,
        PRIMARY KEY (job_id, attempt)
    )
    """,
    "CREATE INDEX spend_team ON spend (team_id, started_at)",
    # Attempts told before there was this ledger count as well, so that a month's budget is not spent twice.
    """
    INSERT INTO spend (job_id, attempt, team_id, campaign_id, cascade_id, kind, cost_yen, cost_usd_micros, outcome, started_at)
    SELECT j.id, (told ->> 'n')::integer, j.team_id, j.campaign_id, j.cascade_id, j.kind, (told ->> 'cost_yen')::integer, 0,
           told ->> 'outcome', (told ->> 'started_at')::timestamptz
    FROM jobs j, jsonb_array_elements(j.state -> 'attempts') AS told
    """,
    "CREATE TABLE budgets (team_id text PRIMARY KEY, revision integer NOT NULL, state jsonb NOT NULL)",
    """
    CREATE TABLE budget_warnings (
        team_id text NOT NULL,
        month text NOT NULL,
        told_at timestamptz NOT NULL,
        PRIMARY KEY (team_id, month)
    )
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    for table in ("budget_warnings", "budgets", "spend"):
        op.execute(f"DROP TABLE {table}")
