"""What the compositor reads and writes on the broker."""

from assets.generators import TOLD_OF_JOBS, TOLD_OF_PEOPLE, jobs_queue
from chassis.topology import Queue, ServiceTopology
from contracts.assets import AssetAccepted, AssetPinned
from contracts.campaign import BrandUpdated, CampaignCreated, CampaignDeleted, CampaignUpdated
from contracts.compositor import (
    BrandFollowed,
    CompositeInvalidated,
    CompositeRendered,
    CompositeSettingsChanged,
    PlatformImageRendered,
    RenderFailed,
)
from contracts.copy import CopyRegenerated
from contracts.image import ImageRegenerated
from contracts.jobs import JobRequested

COMMANDS = "compositor.commands"
EVENTS = "compositor.events"
RENDERS = "compositor.renders"
JOBS = jobs_queue("compositor").name

TOPOLOGY = ServiceTopology(
    name="compositor",
    queues=(
        Queue(COMMANDS, commands=True),
        Queue(
            EVENTS,
            events=(
                BrandFollowed.type,
                BrandUpdated.type,
                CampaignCreated.type,
                CampaignDeleted.type,
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
        jobs_queue("compositor"),
    ),
    publishes=(
        BrandFollowed.type,
        CompositeInvalidated.type,
        CompositeSettingsChanged.type,
        CompositeRendered.type,
        PlatformImageRendered.type,
        RenderFailed.type,
        JobRequested.type,
        *TOLD_OF_PEOPLE,
        *TOLD_OF_JOBS,
    ),
    sends_commands=True,
)
