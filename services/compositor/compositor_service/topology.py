"""What the compositor reads and writes on the broker."""

from chassis.topology import Queue, ServiceTopology
from contracts.assets import AssetAccepted, AssetPinned
from contracts.campaign import BrandUpdated, CampaignCreated, CampaignUpdated
from contracts.compositor import (
    CompositeInvalidated,
    CompositeRendered,
    CompositeSettingsChanged,
    PlatformImageRendered,
    RenderFailed,
)
from contracts.copy import CopyRegenerated
from contracts.image import ImageRegenerated
from contracts.jobs import JobCompleted, JobFailed, JobRequested, JobStarted, JobSuperseded

COMMANDS = "compositor.commands"
EVENTS = "compositor.events"
RENDERS = "compositor.renders"
JOBS = "compositor.jobs"

TOPOLOGY = ServiceTopology(
    name="compositor",
    queues=(
        Queue(COMMANDS, commands=True),
        Queue(
            EVENTS,
            events=(
                BrandUpdated.type,
                CampaignCreated.type,
                CampaignUpdated.type,
                CopyRegenerated.type,
                ImageRegenerated.type,
            ),
        ),
        # The compositor's own events are its work list: what was invalidated is rendered, what was rendered is cut.
        Queue(
            RENDERS,
            events=(CompositeInvalidated.type, CompositeRendered.type, AssetAccepted.type, AssetPinned.type),
        ),
        Queue(JOBS, commands=True, tries=10, retry_delay_ms=3000),
    ),
    publishes=(
        CompositeInvalidated.type,
        CompositeSettingsChanged.type,
        CompositeRendered.type,
        PlatformImageRendered.type,
        RenderFailed.type,
        AssetAccepted.type,
        AssetPinned.type,
        JobRequested.type,
        JobStarted.type,
        JobCompleted.type,
        JobFailed.type,
        JobSuperseded.type,
    ),
    sends_commands=True,
)
