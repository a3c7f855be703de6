"""Composition root of the jobs service."""

from chassis.service import Service
from chassis.settings import ServiceSettings
from jobs_service.handlers import SUBSCRIPTIONS
from jobs_service.topology import TOPOLOGY

Settings = ServiceSettings


def create_app(settings: ServiceSettings) -> Service:
    """The service, not yet started."""
    return Service(TOPOLOGY, settings, SUBSCRIPTIONS)
