"""Prometheus metrics of the jobs service.

Counted is what the ledger noted, right after the commit, once a transition however often an event is repeated; what a
process committed just before it died is missing.
"""

from typing import get_args

from prometheus_client import Counter, Gauge

from contracts.jobs import JobStatus, RetryIntent, RetryReason, RetryStatus
from contracts.values import JobKind

OPEN = ("PENDING", "RUNNING")

JOBS = Counter("saisei_jobs_total", "Jobs that reached a status in the ledger.", ["kind", "status"])
JOB_FAILURES = Counter("saisei_job_failures_total", "Jobs that failed for good, by why.", ["kind", "code"])
RETRY_INTENTS = Counter(
    "saisei_retry_intents_total",
    "Retry intents that reached a status: PENDING when approved, CONSUMED when executed, or REJECTED.",
    ["status", "reason_code"],
)
OPEN_JOBS = Gauge("saisei_open_jobs", "Jobs that have not ended; NaN while that is not known.", ["kind", "status"])
OPEN_JOBS_OLDEST = Gauge(
    "saisei_open_jobs_oldest_seconds",
    "How long the oldest of them has been PENDING or RUNNING; 0 when there is none.",
    ["kind", "status"],
)
SPEND_UNKNOWN_JOBS = Gauge(
    "saisei_spend_unknown_jobs", "Jobs that ended as SPEND_UNKNOWN and that nobody has decided about yet.", ["kind"]
)
BUDGET_USED = Gauge(
    "saisei_budget_used_ratio",
    "Which share of a team's hard limit is spent or set aside in this month, Tokyo's; teams without one are not told.",
    ["team"],
)
SPEND_YEN = Counter(
    "saisei_spend_yen_total", "Yen by the ledger of spend, of all teams.", ["provider", "model", "outcome"]
)
AUDITED = Counter("saisei_audit_entries_total", "Acts appended to the audit log.")


def begin_at_zero() -> None:
    """Makes every counter known, so that the first of its kind is seen as an increase."""
    for kind in get_args(JobKind):
        for status in get_args(JobStatus):
            JOBS.labels(kind, status)
    for status in get_args(RetryStatus):
        for reason in get_args(RetryReason):
            RETRY_INTENTS.labels(status, reason)


def count_job(kind: JobKind, status: JobStatus) -> None:
    """Counts a job in the status that it has just reached."""
    JOBS.labels(kind, status).inc()


def count_intent(intent: RetryIntent) -> None:
    """Counts an intent in the status that it has just reached."""
    RETRY_INTENTS.labels(intent.status, intent.reason_code).inc()


begin_at_zero()
