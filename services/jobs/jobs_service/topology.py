"""What the jobs service reads and writes on the broker."""

from chassis.topology import Queue, ServiceTopology
from contracts.budgets import BudgetChanged, BudgetWarned
from contracts.campaign import CampaignCreated, CampaignUpdated
from contracts.envelope import AuditRecorded
from contracts.jobs import (
    GeneratorAnnounced,
    JobCancelled,
    JobCompleted,
    JobFailed,
    JobRequested,
    JobStarted,
    JobSuperseded,
    RetryIntentConsumed,
    RetryIntentCreated,
    RetryIntentRejected,
)

COMMANDS = "jobs.commands"
EVENTS = "jobs.events"
QUERIES = "jobs.queries"
AUDIT = "jobs.audit"
ACCESSES = "jobs.accesses"

TOPOLOGY = ServiceTopology(
    name="jobs",
    queues=(
        Queue(COMMANDS, commands=True),
        Queue(QUERIES, commands=True),
        Queue(ACCESSES, commands=True),
        Queue(AUDIT, events=(AuditRecorded.type,)),
        Queue(
            EVENTS,
            events=(
                CampaignCreated.type,
                CampaignUpdated.type,
                GeneratorAnnounced.type,
                JobRequested.type,
                JobStarted.type,
                JobCompleted.type,
                JobFailed.type,
                JobSuperseded.type,
                JobCancelled.type,
            ),
            # Word of a free job may overtake its request, whose sender can die before publishing it: the outbox's sweep
            # then does, once a lease of ten seconds has run out.
            tries=10,
            retry_delay_ms=3000,
        ),
    ),
    publishes=(
        JobRequested.type,
        JobFailed.type,
        RetryIntentCreated.type,
        RetryIntentConsumed.type,
        RetryIntentRejected.type,
        BudgetChanged.type,
        BudgetWarned.type,
        AuditRecorded.type,
    ),
    sends_commands=True,
)
