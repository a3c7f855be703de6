"""Which message goes to which use case."""

from campaign_service import progress, service
from campaign_service.topology import COMMANDS, EVENTS
from chassis.subscriptions import Subscription
from contracts.campaign import AddPhoto, CreateBrand, CreateCampaign, DeleteCampaign, UpdateBrand, UpdateCampaign
from contracts.compositor import CompositeRendered, PlatformImageRendered, RenderFailed
from contracts.copy import CopyRegenerated
from contracts.image import ImageRegenerated
from contracts.jobs import JobCancelled, JobFailed

SUBSCRIPTIONS = (
    Subscription(
        COMMANDS,
        commands={
            CreateBrand: service.create_brand,
            UpdateBrand: service.update_brand,
            CreateCampaign: service.create_campaign,
            UpdateCampaign: service.update_campaign,
            DeleteCampaign: service.delete_campaign,
            AddPhoto: service.add_photo,
        },
    ),
    Subscription(
        EVENTS,
        events={
            CopyRegenerated: progress.note_made,
            ImageRegenerated: progress.note_made,
            CompositeRendered: progress.note_made,
            PlatformImageRendered: progress.note_made,
            RenderFailed: progress.note_failed_render,
            JobFailed: progress.note_failed_job,
            JobCancelled: progress.note_cancelled_job,
        },
    ),
)
