"""Composition root of the approval service."""

from approval_service.handlers import SUBSCRIPTIONS
from approval_service.topology import TOPOLOGY
from chassis.service import Service
from chassis.settings import ServiceSettings

Settings = ServiceSettings


def create_app(settings: ServiceSettings) -> Service:
    """The service, not yet started."""
    return Service(TOPOLOGY, settings, SUBSCRIPTIONS)
