"""What the compositor reads and writes on the broker."""

from assets.generators import TOLD_OF_JOBS, TOLD_OF_PEOPLE, cancels_queue, jobs_queue
from chassis.topology import Queue, ServiceTopology
from contracts.approval import ApprovalTransitioned
from contracts.assets import AssetAccepted, AssetPinned
from contracts.campaign import BrandUpdated, CampaignCreated, CampaignDeleted, CampaignUpdated
from contracts.compositor import (
    BrandFollowed,
    CascadesReleased,
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
JOBS, CANCELS = jobs_queue("compositor").name, cancels_queue("compositor").name

TOPOLOGY = ServiceTopology(
    name="compositor",
    queues=(
        Queue(COMMANDS, commands=True),
        Queue(
            EVENTS,
            events=(
                ApprovalTransitioned.type,
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
            events=(
                CompositeInvalidated.type,
                CompositeRendered.type,
                CascadesReleased.type,
                AssetAccepted.type,
                AssetPinned.type,
            ),
        ),
        jobs_queue("compositor"),
        cancels_queue("compositor"),
    ),
    publishes=(
        BrandFollowed.type,
        CascadesReleased.type,
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
