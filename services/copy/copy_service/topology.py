"""What the copy service reads and writes on the broker."""

from chassis.topology import Queue, ServiceTopology
from contracts.assets import AssetAccepted, AssetPinned
from contracts.campaign import BrandCreated, BrandUpdated, CampaignCreated, CampaignUpdated
from contracts.copy import CopyRegenerated
from contracts.jobs import JobCompleted, JobFailed, JobRequested, JobStarted, JobSuperseded

COMMANDS = "copy.commands"
EVENTS = "copy.events"
JOBS = "copy.jobs"

TOPOLOGY = ServiceTopology(
    name="copy",
    queues=(
        Queue(COMMANDS, commands=True),
        Queue(
            EVENTS,
            events=(
                BrandCreated.type,
                BrandUpdated.type,
                CampaignCreated.type,
                CampaignUpdated.type,
                JobRequested.type,
            ),
        ),
        Queue(JOBS, commands=True, tries=10, retry_delay_ms=3000),
    ),
    publishes=(
        CopyRegenerated.type,
        AssetAccepted.type,
        AssetPinned.type,
        JobStarted.type,
        JobCompleted.type,
        JobFailed.type,
        JobSuperseded.type,
    ),
)
