"""How a QA report looks from outside. No I/O."""

from gateway.projection.decisions import ReportState
from gateway.projection.state import JobState
from gateway.schemas.qa import QaReportView, ReportStatus

SHOWN = (
    "revision",
    "overall_score",
    "passed",
    "sections",
    "discarded",
    "override",
    "brand_version",
    "rule_set",
    "reviewer",
    "offline",
    "job_id",
    "completed_at",
)


def report_view(state: ReportState, manifest: str, job: JobState | None = None) -> QaReportView:
    """A report as it stands; `manifest` is the kit's own now, `job` the paid one that is to make it."""
    done = {name: getattr(state.report, name) for name in SHOWN} if state.report else {}
    return QaReportView(
        id=state.id,
        campaign_id=state.campaign_id,
        status=_status(state, manifest, job),
        mode=state.mode,
        manifest=state.manifest,
        stale=state.manifest != manifest,
        requested_by=state.requested_by,
        requested_at=state.requested_at,
        **{"job_id": job.id if job else None, **done},
    )


def asked_view(job: JobState, manifest: str) -> QaReportView:
    """A review that was asked for and that nobody has begun; what it will judge is the kit as it is then."""
    return QaReportView(
        id=job.id,
        campaign_id=job.campaign_id,
        status=_awaited(job),
        mode="full",
        manifest=manifest,
        stale=False,
        job_id=job.id,
        requested_by=job.requested_by or "",
        requested_at=job.requested_at or job.first_heard_at,
    )


def _status(state: ReportState, manifest: str, job: JobState | None) -> ReportStatus:
    if state.report is not None:
        return "completed"
    if job is not None:
        return _awaited(job)
    return "superseded" if state.withdrawn or state.manifest != manifest else "pending"


def _awaited(job: JobState) -> ReportStatus:
    return "failed" if job.status in ("FAILED", "CANCELLED", "SUPERSEDED") else "pending"
