"""Which message goes to which use case."""

from assets import standing
from assets.cancelling import Cancelling
from chassis.subscriptions import Subscription
from compositor_service import brands, holding, service
from compositor_service.cascades import Cascades
from compositor_service.topology import CANCELS, COMMANDS, EVENTS, JOBS, RENDERS
from compositor_service.worker import RenderWorker
from contracts.approval import ApprovalTransitioned
from contracts.assets import AcceptAsset, AssetAccepted, AssetPinned, PinAsset
from contracts.campaign import BrandUpdated, CampaignCreated, CampaignDeleted, CampaignUpdated
from contracts.compositor import (
    BrandFollowed,
    CascadesReleased,
    CompositeInvalidated,
    CompositeRendered,
    EditComposite,
    RenderAssets,
    RestoreRendered,
)
from contracts.copy import CopyRegenerated
from contracts.image import ImageRegenerated
from contracts.jobs import RunJob


def subscriptions(cascades: Cascades, worker: RenderWorker, concurrency: int) -> tuple[Subscription, ...]:
    """The service's queues; `concurrency` is how many messages of each render queue are at hand at once."""
    return (
        Subscription(
            COMMANDS,
            commands={
                EditComposite: service.edit_composite,
                RenderAssets: service.request_renders,
                RestoreRendered: service.restore_rendered,
                PinAsset: service.pin_asset,
                AcceptAsset: standing.accept_asset,
            },
        ),
        Subscription(
            EVENTS,
            events={
                ApprovalTransitioned: holding.follow_approval,
                BrandFollowed: brands.follow_brand_further,
                BrandUpdated: brands.follow_brand,
                CampaignCreated: service.plan_campaign,
                CampaignDeleted: service.leave_campaign,
                CampaignUpdated: service.plan_more,
                CopyRegenerated: service.follow_copy,
                ImageRegenerated: service.follow_image,
            },
        ),
        Subscription(
            RENDERS,
            workers={
                CompositeInvalidated: cascades.render_composite,
                CompositeRendered: cascades.render_sizes,
                CascadesReleased: cascades.follow_released,
                AssetAccepted: cascades.follow_accepted,
                AssetPinned: cascades.follow_unpinned,
            },
            buried=dict.fromkeys(
                (CompositeInvalidated, CompositeRendered, CascadesReleased, AssetAccepted, AssetPinned), cascades.bury
            ),
            concurrency=concurrency,
        ),
        Subscription(JOBS, workers={RunJob: worker.run}, buried={RunJob: worker.bury}, concurrency=concurrency),
        Cancelling(worker, JOBS).subscription(CANCELS),
    )
