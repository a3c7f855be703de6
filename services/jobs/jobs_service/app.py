"""Composition root of the jobs service."""

from functools import partial

from chassis.service import Service
from chassis.settings import ServiceSettings
from jobs_service import standing
from jobs_service.handlers import SUBSCRIPTIONS
from jobs_service.topology import TOPOLOGY

Settings = ServiceSettings


def create_app(settings: ServiceSettings) -> Service:
    """The service, not yet started."""
    service = Service(TOPOLOGY, settings, SUBSCRIPTIONS)
    service.run_beside("open jobs", partial(standing.keep_told, service.database))
    return service
