"""Which message goes to which use case."""

from assets import mirror, standing
from assets.cancelling import Cancelling
from chassis.subscriptions import Subscription
from contracts.assets import AcceptAsset, PinAsset
from contracts.campaign import BrandCreated, BrandUpdated, CampaignCreated, CampaignUpdated
from contracts.image import EditImagePrompt, NoteRunEnded, RestoreImage, UploadImage
from contracts.jobs import JobRequested, RunJob
from image_service import notices, service
from image_service.topology import CANCELS, COMMANDS, EVENTS, JOBS
from image_service.worker import ImageWorker


def subscriptions(worker: ImageWorker, concurrency: int) -> tuple[Subscription, ...]:
    """The service's queues; `concurrency` is how many jobs it works on at once."""
    return (
        Subscription(
            COMMANDS,
            commands={
                EditImagePrompt: service.edit_prompt,
                UploadImage: service.upload_image,
                RestoreImage: service.restore_image,
                PinAsset: standing.pin_asset,
                AcceptAsset: standing.accept_asset,
                NoteRunEnded: notices.note_run_ended,
            },
        ),
        Subscription(
            EVENTS,
            events={
                BrandCreated: mirror.note_brand,
                BrandUpdated: mirror.note_brand,
                CampaignCreated: service.plan_campaign,
                CampaignUpdated: service.follow_campaign,
                JobRequested: mirror.note_request,
            },
            filters={JobRequested: mirror.requests_of("image")},
        ),
        Subscription(JOBS, workers={RunJob: worker.run}, buried={RunJob: worker.bury}, concurrency=concurrency),
        Cancelling(worker, JOBS).subscription(CANCELS),
    )
