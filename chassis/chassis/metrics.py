"""Prometheus metrics of the chassis."""

from prometheus_client import Counter, Gauge

OUTBOX_PUBLISHED = Counter("saisei_outbox_published_total", "Messages the broker confirmed.", ["service"])
OUTBOX_ROWS = Gauge("saisei_outbox_rows", "Messages waiting in the outbox, counted up to 1000.", ["service"])
OUTBOX_OLDEST = Gauge("saisei_outbox_oldest_seconds", "Age of the oldest waiting message.", ["service"])
OUTBOX_FAILING = Gauge("saisei_outbox_failing_rows", "Waiting messages that failed at least once.", ["service"])
HANDLED = Counter("saisei_messages_handled_total", "Messages by outcome.", ["queue", "type", "outcome"])
DEAD_LETTERED = Counter("saisei_messages_dead_lettered_total", "Messages that failed every try.", ["queue"])
DEAD_LETTERS = Gauge(
    "saisei_dead_letters",
    "Dead letters that lie there for a queue; NaN while nobody knows.",
    ["queue"],
)
HELD = Gauge("saisei_messages_held", "Messages held while the database is away.", ["queue"])
HELD_SECONDS = Gauge("saisei_messages_held_seconds", "How long the one held for the longest has been.", ["queue"])
CHECK_OK = Gauge("saisei_check_ok", "1 while a readiness check passes, 0 while it does not.", ["check"])
