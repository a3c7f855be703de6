"""What each service's own composition says about the messages it takes."""

from importlib import import_module

from chassis.service import Service
from chassis.subscriptions import Subscription
from saisei_local.services import PACKAGES


def subscriptions(service: str) -> tuple[Subscription, ...]:
    """A service's subscriptions, from its composition root. Nothing is opened or connected."""
    app = import_module(f"{PACKAGES[service]}.app")
    settings = app.Settings(service=service, database_url="postgresql://", amqp_url="amqp://", blob_url="memory://")
    built: Service = app.create_app(settings)
    return built.subscriptions
