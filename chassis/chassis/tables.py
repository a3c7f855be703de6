"""The chassis' own tables; every service's first migration creates them in the service's schema."""

OUTBOX = """
CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    exchange text NOT NULL,
    routing_key text NOT NULL,
    body bytea NOT NULL,
    message_type text NOT NULL,
    traceparent text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz,
    lease uuid,
    leased_until timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    last_error text
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0)
"""

OUTBOX_SWEEP_INDEX = "CREATE INDEX outbox_leased_until ON outbox (leased_until)"

OUTBOX_EXPIRY_INDEX = "CREATE INDEX outbox_expires_at ON outbox (expires_at) WHERE expires_at IS NOT NULL"

# What probes ask for; only rows that failed are in the second.
OUTBOX_AGE_INDEX = "CREATE INDEX outbox_created_at ON outbox (created_at) WHERE expires_at IS NULL"

OUTBOX_FAILING_INDEX = "CREATE INDEX outbox_failing ON outbox (id) WHERE attempts > 0 AND expires_at IS NULL"

INBOX = """
CREATE TABLE inbox (
    consumer text NOT NULL,
    message_id uuid NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now(),
    reply jsonb,
    PRIMARY KEY (consumer, message_id)
)
"""

INBOX_CLEANUP_INDEX = "CREATE INDEX inbox_claimed_at ON inbox (claimed_at)"

DELIVERIES = """
CREATE TABLE deliveries (
    consumer text NOT NULL,
    body_key uuid NOT NULL,
    begun integer NOT NULL DEFAULT 0,
    waits integer NOT NULL DEFAULT 0,
    noted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, body_key)
)
"""

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

STATEMENTS = (
    OUTBOX,
    OUTBOX_SWEEP_INDEX,
    OUTBOX_EXPIRY_INDEX,
    OUTBOX_AGE_INDEX,
    OUTBOX_FAILING_INDEX,
    INBOX,
    INBOX_CLEANUP_INDEX,
    DELIVERIES,
    REFUSE_CHANGE,
)

TABLE_NAMES = ("deliveries", "inbox", "outbox")


def insert_only(table: str) -> str:
    """Makes the database refuse to change or remove rows of a table, whoever asks."""
    return (
        f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
