"""Approval workflows, their history, and the contents of kits."""

from alembic import op
from chassis.tables import STATEMENTS, TABLE_NAMES, insert_only

revision = "approval_0001"
down_revision = None
branch_labels = None
depends_on = None

STATUSES = "('draft', 'pending_review', 'pending_approval', 'approved', 'revision_requested', 'rejected')"
ACTIONS = (
    "('submitted', 'withdrawn', 'reviewed', 'approved', 'revision_requested', 'rejected', 'revised', 'reopened',"
    " 'voided')"
)
TABLES = (
    """
    CREATE TABLE campaigns (
        campaign_id text PRIMARY KEY,
        team_id text NOT NULL,
        known boolean NOT NULL DEFAULT false,
        deleted boolean NOT NULL DEFAULT false
    )
    """,
    "CREATE TABLE planned (asset_id text PRIMARY KEY, campaign_id text NOT NULL, kind text NOT NULL)",
    "CREATE INDEX planned_campaign_id ON planned (campaign_id)",
    """
    CREATE TABLE contents (
        asset_id text PRIMARY KEY,
        version integer NOT NULL,
        campaign_id text NOT NULL,
        kind text NOT NULL,
        sha256 text NOT NULL
    )
    """,
    "CREATE INDEX contents_campaign_id ON contents (campaign_id)",
    """
    CREATE TABLE content_versions (
        asset_id text NOT NULL,
        version integer NOT NULL,
        campaign_id text NOT NULL,
        kind text NOT NULL,
        sha256 text NOT NULL,
        made_by text NOT NULL,
        job_id text,
        heard_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (asset_id, version)
    )
    """,
    insert_only("content_versions"),
    f"""
    CREATE TABLE workflows (
        id text PRIMARY KEY,
        campaign_id text NOT NULL UNIQUE,
        team_id text NOT NULL,
        status text NOT NULL CHECK (status IN {STATUSES}),
        version integer NOT NULL,
        manifest text,
        qa_report_id text,
        submitted jsonb,
        reviewed jsonb,
        approved jsonb,
        CHECK ((status = 'draft') = (manifest IS NULL))
    )
    """,
    """
    CREATE FUNCTION refuse_workflow_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR NEW.version <> OLD.version + 1 THEN
            RAISE EXCEPTION 'workflow % is at version % and moves on by one at a time', OLD.id, OLD.version
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER workflows_forward BEFORE UPDATE OR DELETE ON workflows FOR EACH ROW
    EXECUTE FUNCTION refuse_workflow_change()
    """,
    f"""
    CREATE TABLE history (
        workflow_id text NOT NULL REFERENCES workflows (id),
        version integer NOT NULL,
        campaign_id text NOT NULL,
        team_id text NOT NULL,
        action text NOT NULL CHECK (action IN {ACTIONS}),
        from_status text NOT NULL,
        to_status text NOT NULL,
        actor text NOT NULL,
        on_behalf_of text,
        comment text CHECK (btrim(comment) <> '' OR comment IS NULL),
        manifest text NOT NULL,
        current_manifest text NOT NULL,
        entries jsonb NOT NULL,
        qa_report_id text,
        qa_override jsonb,
        at timestamptz NOT NULL,
        PRIMARY KEY (workflow_id, version),
        CHECK (comment IS NOT NULL OR action NOT IN ('revision_requested', 'rejected'))
    )
    """,
    insert_only("history"),
    """
    CREATE TABLE qa_reports (
        report_id text PRIMARY KEY,
        campaign_id text NOT NULL,
        manifest text NOT NULL,
        revision integer NOT NULL,
        report jsonb NOT NULL
    )
    """,
    "CREATE INDEX qa_reports_manifest ON qa_reports (campaign_id, manifest)",
    """
    CREATE TABLE approval_rules (
        team_id text PRIMARY KEY,
        revision integer NOT NULL DEFAULT 1,
        self_approval boolean NOT NULL,
        one_admin_both_steps boolean NOT NULL,
        changed_by text NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    # Who a workflow belongs to never changes, and what happened is never rewritten.
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saisei_approval') THEN
            REVOKE UPDATE, DELETE ON history, content_versions, workflows FROM saisei_approval;
            GRANT UPDATE (status, version, manifest, qa_report_id, submitted, reviewed, approved)
                ON workflows TO saisei_approval;
        END IF;
    END $$
    """,
)


def upgrade() -> None:
    for statement in (*STATEMENTS, *TABLES):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE approval_rules, qa_reports, history, workflows, content_versions, contents, planned, campaigns")
    op.execute("DROP FUNCTION refuse_workflow_change()")
    for table in TABLE_NAMES:
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION refuse_change()")
