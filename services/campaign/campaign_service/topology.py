"""What the campaign service reads and writes on the broker."""

from chassis.topology import Queue, ServiceTopology
from contracts.campaign import (
    BrandCreated,
    BrandUpdated,
    CampaignCreated,
    CampaignDeleted,
    CampaignReady,
    CampaignUpdated,
)
from contracts.compositor import CompositeRendered, PlatformImageRendered, RenderFailed
from contracts.copy import CopyRegenerated
from contracts.envelope import AuditRecorded
from contracts.image import ImageRegenerated
from contracts.jobs import JobFailed

COMMANDS = "campaign.commands"
EVENTS = "campaign.events"

TOPOLOGY = ServiceTopology(
    name="campaign",
    queues=(
        Queue(COMMANDS, commands=True),
        Queue(
            EVENTS,
            events=(
                CopyRegenerated.type,
                ImageRegenerated.type,
                CompositeRendered.type,
                PlatformImageRendered.type,
                RenderFailed.type,
                JobFailed.type,
            ),
        ),
    ),
    publishes=(
        BrandCreated.type,
        BrandUpdated.type,
        CampaignCreated.type,
        CampaignUpdated.type,
        CampaignDeleted.type,
        CampaignReady.type,
        AuditRecorded.type,
    ),
)
