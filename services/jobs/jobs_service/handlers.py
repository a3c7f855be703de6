"""Which message goes to which use case."""

from chassis.subscriptions import Subscription
from contracts.audit import ReadAudit, RecordAccess, VerifyAudit
from contracts.budgets import SetBudget
from contracts.campaign import CampaignCreated, CampaignUpdated
from contracts.envelope import AuditRecorded
from contracts.jobs import (
    CancelJob,
    CreateRetryIntent,
    ExecuteRetryIntent,
    GeneratorAnnounced,
    JobCancelled,
    JobCompleted,
    JobFailed,
    JobRequested,
    JobStarted,
    JobSuperseded,
    RejectRetryIntent,
    RequestJobs,
)
from contracts.operations import RecordReplay
from jobs_service import audit, budgets, cancelling, ledger, retries, service
from jobs_service.topology import ACCESSES, AUDIT, COMMANDS, EVENTS, QUERIES

SUBSCRIPTIONS = (
    Subscription(
        COMMANDS,
        commands={
            RequestJobs: service.request_jobs,
            CancelJob: cancelling.cancel_job,
            SetBudget: budgets.set_budget,
            CreateRetryIntent: retries.create_intent,
            ExecuteRetryIntent: retries.execute_intent,
            RejectRetryIntent: retries.reject_intent,
        },
    ),
    Subscription(ACCESSES, commands={RecordAccess: audit.record_access, RecordReplay: audit.record_replay}),
    Subscription(QUERIES, queries={ReadAudit: audit.read, VerifyAudit: audit.verify}),
    Subscription(AUDIT, events={AuditRecorded: audit.append}),
    Subscription(
        EVENTS,
        events={
            CampaignCreated: service.request_kit,
            CampaignUpdated: service.learn_targets,
            GeneratorAnnounced: budgets.learn_price,
            JobRequested: ledger.note_requested,
            JobStarted: ledger.note_started,
            JobCompleted: ledger.note_completed,
            JobFailed: ledger.note_failed,
            JobSuperseded: ledger.note_superseded,
            JobCancelled: ledger.note_cancelled,
        },
        filters={JobRequested: ledger.is_news},
    ),
)
