"""Prometheus metrics of the jobs service."""

from prometheus_client import Counter

AUDITED = Counter("saisei_audit_entries_total", "Acts appended to the audit log.")
