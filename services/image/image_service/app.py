"""Composition root of the image service."""

from functools import partial

from chassis.blobs import BlobStore
from chassis.service import Service
from image_service.generator import ImageGenerator
from image_service.handlers import subscriptions
from image_service.settings import Settings
from image_service.topology import TOPOLOGY
from image_service.upgrades import bring_up_to_date
from image_service.worker import ImageWorker

__all__ = ["Settings", "create_app"]


def create_app(settings: Settings) -> Service:
    """The service, not yet started."""
    images = generator(settings)
    worker = ImageWorker(images, settings.model or next(iter(images.models)), BlobStore.at(settings.blob_url))
    service = Service(TOPOLOGY, settings, subscriptions(worker, settings.concurrency))
    service.run_beside("upgrades", partial(bring_up_to_date, service.database))
    return service


def generator(settings: Settings) -> ImageGenerator:
    """Replicate when a token is set, else the offline twin."""
    if settings.replicate_api_token is None:
        from image_service.offline import OfflineGenerator

        return OfflineGenerator()
    from image_service.replicate import ReplicateGenerator

    return ReplicateGenerator(settings.replicate_api_token.get_secret_value(), settings.replicate_base_url)
