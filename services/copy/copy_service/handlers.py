"""Which message goes to which use case."""

from assets import mirror, standing
from assets.cancelling import Cancelling
from chassis.subscriptions import Subscription
from contracts.assets import AcceptAsset, PinAsset
from contracts.campaign import BrandCreated, BrandUpdated, CampaignCreated, CampaignUpdated
from contracts.copy import EditCopy, RestoreCopy
from contracts.jobs import JobRequested, RunJob
from copy_service import service
from copy_service.topology import CANCELS, COMMANDS, EVENTS, JOBS
from copy_service.worker import CopyWorker


def subscriptions(worker: CopyWorker, concurrency: int) -> tuple[Subscription, ...]:
    """The service's queues; `concurrency` is how many jobs it works on at once."""
    return (
        Subscription(
            COMMANDS,
            commands={
                EditCopy: service.edit_copy,
                RestoreCopy: service.restore_copy,
                PinAsset: standing.pin_asset,
                AcceptAsset: standing.accept_asset,
            },
        ),
        Subscription(
            EVENTS,
            events={
                BrandCreated: mirror.note_brand,
                BrandUpdated: mirror.note_brand,
                CampaignCreated: service.plan_campaign,
                CampaignUpdated: service.learn_brief,
                JobRequested: mirror.note_request,
            },
            filters={JobRequested: mirror.requests_of("copy_variant")},
        ),
        Subscription(JOBS, workers={RunJob: worker.run}, buried={RunJob: worker.bury}, concurrency=concurrency),
        Cancelling(worker, JOBS).subscription(CANCELS),
    )
