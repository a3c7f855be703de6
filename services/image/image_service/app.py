"""Composition root of the image service."""

from functools import partial

from assets.clients import close_at_stop
from assets.generators import announce
from assets.pacing import Pace
from assets.settings import chosen_model
from chassis.blobs import BlobStore
from chassis.service import Service
from contracts.jobs import GeneratorAnnounced
from image_service import notices
from image_service.domain import SIDE
from image_service.generator import ImageGenerator
from image_service.handlers import subscriptions
from image_service.settings import Settings
from image_service.topology import TOPOLOGY
from image_service.upgrades import bring_up_to_date
from image_service.worker import ImageWorker

__all__ = ["Settings", "create_app"]


def create_app(settings: Settings) -> Service:
    """The service, not yet started. Raises SettingsError for a model that the generator does not know."""
    images = generator(settings)
    model = chosen_model(settings, images.models)
    pace = None if images.offline else Pace(images.name, settings.calls_per_minute)
    worker = ImageWorker(images, model, BlobStore.at(settings.blob_url), pace=pace)
    service = Service(TOPOLOGY, settings, subscriptions(worker, settings.concurrency))
    service.run_beside("upgrades", partial(bring_up_to_date, service.database))
    service.run_beside("clean up notices", partial(notices.keep_clean, service.database))
    service.run_beside("close the generator", partial(close_at_stop, images.aclose))
    announce(service, announcement(images, model))
    return service


def generator(settings: Settings) -> ImageGenerator:
    """Replicate when a token is set, else the offline twin."""
    if settings.replicate_api_token is None:
        from image_service.offline import OfflineGenerator

        return OfflineGenerator()
    from image_service.replicate import ReplicateGenerator

    return ReplicateGenerator(
        settings.replicate_api_token.get_secret_value(),
        settings.replicate_base_url,
        yen_per_dollar=settings.yen_per_dollar,
        webhook_url=settings.webhook_url,
    )


def announcement(images: ImageGenerator, model: str) -> GeneratorAnnounced:
    """What is told of whoever makes the pictures."""
    return GeneratorAnnounced(
        kind="image",
        provider=images.name,
        model=model,
        offline=images.offline,
        yen_per_call=images.cost_yen(model, SIDE, SIDE),
    )
