"""Reports and what people said of them, the newest content of campaigns, and the executions of paid reviews."""

from alembic import op
from assets.tables import add_cancelling, add_spend, create_generator_tables, drop_generator_tables
from chassis.tables import insert_only

revision = "qa_0001"
down_revision = None
branch_labels = None
depends_on = None

CAMPAIGNS = """
CREATE TABLE campaigns (
    id text PRIMARY KEY,
    team_id text NOT NULL,
    brand_id text,
    whole boolean NOT NULL DEFAULT false,
    deleted boolean NOT NULL DEFAULT false,
    newest_report integer NOT NULL DEFAULT 0
)
"""
CAMPAIGNS_BY_BRAND = "CREATE INDEX campaigns_brand ON campaigns (brand_id, id)"
CONTENTS = """
CREATE TABLE contents (
    asset_id text PRIMARY KEY,
    campaign_id text NOT NULL,
    kind text NOT NULL,
    planned boolean NOT NULL DEFAULT false,
    platform text,
    variant_label text,
    placement text,
    version integer NOT NULL DEFAULT 0,
    sha256 text,
    media_type text,
    width integer,
    height integer,
    bytes integer,
    contrast integer,
    text jsonb
)
"""
CONTENTS_BY_CAMPAIGN = "CREATE INDEX contents_campaign ON contents (campaign_id, asset_id)"
# One row a campaign that changed, changed by every change and gone within seconds.
DUE = """
CREATE TABLE due (
    campaign_id text PRIMARY KEY,
    team_id text NOT NULL,
    actor text NOT NULL,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    traceparent text,
    first_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    due_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)
"""
REQUESTS = """
CREATE TABLE requests (
    report_id text PRIMARY KEY,
    campaign_id text NOT NULL,
    manifest text NOT NULL,
    basis text NOT NULL,
    mode text NOT NULL,
    automatic boolean NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now()
)
"""
REQUESTS_BY_BASIS = "CREATE INDEX requests_basis ON requests (campaign_id, basis)"
REQUESTS_ONCE = "CREATE UNIQUE INDEX requests_once ON requests (campaign_id, basis) WHERE automatic"
ASKED_REVIEWS = """
CREATE TABLE asked_reviews (
    campaign_id text NOT NULL,
    manifest text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (campaign_id, manifest)
)
"""
REPORTS = """
CREATE TABLE reports (
    id text PRIMARY KEY,
    team_id text NOT NULL,
    campaign_id text NOT NULL,
    number integer NOT NULL,
    manifest text NOT NULL,
    mode text NOT NULL,
    issue_ids text[] NOT NULL,
    content jsonb NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (campaign_id, number)
)
"""
REPORTS_BY_MANIFEST = "CREATE INDEX reports_manifest ON reports (campaign_id, manifest)"
SUPPRESSIONS = """
CREATE TABLE suppressions (
    campaign_id text NOT NULL,
    issue_id text NOT NULL,
    report_id text NOT NULL REFERENCES reports,
    by text NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (campaign_id, issue_id)
)
"""
OVERRIDES = """
CREATE TABLE overrides (
    report_id text PRIMARY KEY REFERENCES reports,
    by text NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    at timestamptz NOT NULL DEFAULT now()
)
"""
TEAM_RULES = """
CREATE TABLE team_rules (
    team_id text PRIMARY KEY,
    reviewing text NOT NULL,
    revision integer NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
)
"""
OWN = (
    CAMPAIGNS,
    CAMPAIGNS_BY_BRAND,
    CONTENTS,
    CONTENTS_BY_CAMPAIGN,
    DUE,
    REQUESTS,
    REQUESTS_BY_BASIS,
    REQUESTS_ONCE,
    ASKED_REVIEWS,
    REPORTS,
    REPORTS_BY_MANIFEST,
    SUPPRESSIONS,
    OVERRIDES,
    TEAM_RULES,
    insert_only("reports"),
    insert_only("suppressions"),
    insert_only("overrides"),
)
OWN_TABLES = ("overrides", "suppressions", "reports", "team_rules", "asked_reviews", "requests", "due", "contents", "campaigns")


def upgrade() -> None:
    create_generator_tables(op.execute)
    add_spend(op.execute)
    add_cancelling(op.execute)
    for statement in OWN:
        op.execute(statement)


def downgrade() -> None:
    for table in (*OWN_TABLES, "call_rates"):
        op.execute(f"DROP TABLE {table}")
    drop_generator_tables(op.execute)
