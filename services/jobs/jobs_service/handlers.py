"""Which message goes to which use case."""

from chassis.subscriptions import Subscription
from contracts.campaign import CampaignCreated, CampaignUpdated
from contracts.jobs import JobCompleted, JobFailed, JobRequested, JobStarted, JobSuperseded, RequestJobs
from jobs_service import ledger, service
from jobs_service.topology import COMMANDS, EVENTS

SUBSCRIPTIONS = (
    Subscription(COMMANDS, commands={RequestJobs: service.request_jobs}),
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
