"""What the qa service reads and writes on the broker."""

from assets.generators import TOLD_OF_JOBS, cancels_queue, jobs_queue
from chassis.topology import Queue, ServiceTopology
from contracts.campaign import BrandCreated, BrandUpdated, CampaignCreated, CampaignDeleted, CampaignUpdated
from contracts.compositor import CompositeRendered, PlatformImageRendered
from contracts.copy import CopyRegenerated
from contracts.envelope import AuditRecorded
from contracts.image import ImageRegenerated
from contracts.jobs import GeneratorAnnounced, JobRequested
from contracts.qa import QaCompleted, QaOverridden, QaRequested, QaRulesChanged, QaSuppressed, QaWithdrawn

COMMANDS = "qa.commands"
EVENTS = "qa.events"
REVIEWS = "qa.reviews"
JOBS, CANCELS = jobs_queue("qa").name, cancels_queue("qa").name

TOPOLOGY = ServiceTopology(
    name="qa",
    queues=(
        Queue(COMMANDS, commands=True),
        Queue(
            EVENTS,
            events=(
                BrandCreated.type,
                BrandUpdated.type,
                CampaignCreated.type,
                CampaignDeleted.type,
                CampaignUpdated.type,
                CopyRegenerated.type,
                ImageRegenerated.type,
                CompositeRendered.type,
                PlatformImageRendered.type,
                JobRequested.type,
            ),
        ),
        # The service's own requests are its work list: what is to be judged by rules is judged from here.
        Queue(REVIEWS, events=(QaRequested.type,)),
        jobs_queue("qa"),
        cancels_queue("qa"),
    ),
    publishes=(
        QaRequested.type,
        QaWithdrawn.type,
        QaCompleted.type,
        QaSuppressed.type,
        QaOverridden.type,
        QaRulesChanged.type,
        GeneratorAnnounced.type,
        AuditRecorded.type,
        *TOLD_OF_JOBS,
    ),
    sends_commands=True,
)
