"""Which message goes to which use case."""

from chassis.subscriptions import Subscription
from contracts.audit import ReadAudit, RecordAccess, VerifyAudit
from contracts.campaign import CampaignCreated, CampaignUpdated
from contracts.envelope import AuditRecorded
from contracts.jobs import (
    CreateRetryIntent,
    ExecuteRetryIntent,
    JobCompleted,
    JobFailed,
    JobRequested,
    JobStarted,
    JobSuperseded,
    RejectRetryIntent,
    RequestJobs,
)
from jobs_service import audit, ledger, retries, service
from jobs_service.topology import AUDIT, COMMANDS, EVENTS, QUERIES

SUBSCRIPTIONS = (
    Subscription(
        COMMANDS,
        commands={
            RequestJobs: service.request_jobs,
            CreateRetryIntent: retries.create_intent,
            ExecuteRetryIntent: retries.execute_intent,
            RejectRetryIntent: retries.reject_intent,
            RecordAccess: audit.record_access,
        },
    ),
    Subscription(QUERIES, queries={ReadAudit: audit.read, VerifyAudit: audit.verify}),
    Subscription(AUDIT, events={AuditRecorded: audit.append}),
    Subscription(
        EVENTS,
        events={
            CampaignCreated: service.request_kit,
            CampaignUpdated: service.learn_targets,
            JobRequested: ledger.note_requested,
            JobStarted: ledger.note_started,
            JobCompleted: ledger.note_completed,
            JobFailed: ledger.note_failed,
            JobSuperseded: ledger.note_superseded,
        },
    ),
)
