"""What each service's own composition says about the messages it takes."""

from importlib import import_module
from typing import Any

from chassis.service import Service
from chassis.subscriptions import Subscription
from chassis.topology import ServiceTopology
from saisei_local.generated.messages import events
from saisei_local.services import PACKAGES


def subscriptions(service: str) -> tuple[Subscription, ...]:
    """A service's subscriptions, from its composition root."""
    built: Service = _composed(service)
    return built.subscriptions


def gateway_openapi() -> dict[str, Any]:
    """The OpenAPI document that the gateway serves."""
    return _composed("gateway", jwks_url="https://tokens.example/jwks").openapi()


def _composed(service: str, **settings: str) -> Any:
    """A service that is never started: nothing is opened or connected."""
    app = import_module(f"{PACKAGES[service]}.app")
    urls = {"database_url": "postgresql://", "amqp_url": "amqp://", "blob_url": "memory://"}
    return app.create_app(app.Settings(service=service, **urls, **settings))


def taken(topology: ServiceTopology) -> dict[str, tuple[str, ...]]:
    """The message types that a service's handlers take, by queue; a queue bound to `#` takes every event."""
    if everything := {queue.name: tuple(events()) for queue in topology.queues if "#" in queue.events}:
        return everything
    return {subscription.queue: tuple(subscription.accepted) for subscription in subscriptions(topology.name)}
