"""Composition root of the compositor."""

from functools import partial

from chassis.blobs import BlobStore
from chassis.child import Child
from chassis.service import Service
from compositor_service.cascades import Cascades
from compositor_service.handlers import subscriptions
from compositor_service.orders import CALLS_PER_THREAD
from compositor_service.rendering import Renderer
from compositor_service.settings import Settings
from compositor_service.topology import TOPOLOGY
from compositor_service.upgrades import bring_up_to_date
from compositor_service.worker import RenderWorker

__all__ = ["Settings", "create_app"]

RENDERS = "compositor_service.renders"


def create_app(settings: Settings) -> Service:
    """The service, not yet started. It does not become ready where Japanese text cannot be set."""
    renders = Child(RENDERS, str(settings.concurrency), slots=CALLS_PER_THREAD * settings.concurrency)
    renderer = Renderer(BlobStore.at(settings.blob_url), renders)
    service = Service(
        TOPOLOGY, settings, subscriptions(Cascades(renderer), RenderWorker(renderer), settings.concurrency)
    )
    service.check_beside("text engine", renders.check)
    service.run_beside("renders", renders.keep)
    service.run_beside("upgrades", partial(bring_up_to_date, service.database))
    return service
