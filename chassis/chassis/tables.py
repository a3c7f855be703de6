"""The chassis' own tables; every service's first migration creates them in the service's schema."""

OUTBOX = """
CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    exchange text NOT NULL,
    routing_key text NOT NULL,
    body bytea NOT NULL,
    message_type text NOT NULL,
    reply_to text,
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

STATEMENTS = (OUTBOX, OUTBOX_SWEEP_INDEX, INBOX, INBOX_CLEANUP_INDEX)
