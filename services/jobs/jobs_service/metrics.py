"""Prometheus metrics of the jobs service."""

from prometheus_client import Counter

SPEND_YEN = Counter(
    "saisei_spend_yen_total", "Yen by the ledger of spend, of all teams.", ["provider", "model", "outcome"]
)
