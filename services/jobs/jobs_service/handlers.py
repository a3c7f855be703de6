"""Which message goes to which use case."""

from chassis.subscriptions import Subscription
from contracts.budgets import SetBudget
from contracts.campaign import CampaignCreated, CampaignUpdated
from contracts.jobs import (
    CreateRetryIntent,
    ExecuteRetryIntent,
    GeneratorAnnounced,
    JobCompleted,
    JobFailed,
    JobRequested,
    JobStarted,
    JobSuperseded,
    RejectRetryIntent,
    RequestJobs,
)
from jobs_service import budgets, ledger, retries, service
from jobs_service.topology import COMMANDS, EVENTS

SUBSCRIPTIONS = (
    Subscription(
        COMMANDS,
        commands={
            RequestJobs: service.request_jobs,
            SetBudget: budgets.set_budget,
            CreateRetryIntent: retries.create_intent,
            ExecuteRetryIntent: retries.execute_intent,
            RejectRetryIntent: retries.reject_intent,
        },
    ),
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
        },
    ),
)
