"""What the image service reads and writes on the broker."""

from chassis.topology import Queue, ServiceTopology
from contracts.assets import AssetAccepted, AssetPinned
from contracts.campaign import BrandCreated, BrandUpdated, CampaignCreated, CampaignUpdated
from contracts.image import ImagePromptChanged, ImageRegenerated
from contracts.jobs import JobCompleted, JobFailed, JobRequested, JobStarted, JobSuperseded

COMMANDS = "image.commands"
EVENTS = "image.events"
JOBS = "image.jobs"

TOPOLOGY = ServiceTopology(
    name="image",
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
        ImageRegenerated.type,
        ImagePromptChanged.type,
        AssetAccepted.type,
        AssetPinned.type,
        JobStarted.type,
        JobCompleted.type,
        JobFailed.type,
        JobSuperseded.type,
    ),
)
