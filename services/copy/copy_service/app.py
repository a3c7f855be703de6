"""Composition root of the copy service."""

from functools import partial

from assets.clients import close_at_stop
from assets.generators import announce
from assets.pacing import Pace
from assets.settings import chosen_model
from chassis.service import Service
from contracts.jobs import GeneratorAnnounced
from contracts.values import PlatformName
from copy_service.copywriter import Check, Copywriter
from copy_service.handlers import subscriptions
from copy_service.settings import Settings
from copy_service.topology import TOPOLOGY
from copy_service.upgrades import bring_up_to_date
from copy_service.worker import CopyWorker
from platforms.limits import violations
from platforms.registry import load_registry

__all__ = ["Settings", "create_app"]


def create_app(settings: Settings) -> Service:
    """The service, not yet started."""
    writer = copywriter(settings)
    pace = None if writer.offline else Pace(writer.name, settings.calls_per_minute)
    service = Service(TOPOLOGY, settings, subscriptions(CopyWorker(writer, pace=pace), settings.concurrency))
    service.run_beside("upgrades", partial(bring_up_to_date, service.database))
    service.run_beside("close the copywriter", partial(close_at_stop, writer.aclose))
    announce(service, announcement(writer))
    return service


def copywriter(settings: Settings) -> Copywriter:
    """Claude when a key is set, else the offline twin. Raises SettingsError for a model that neither knows."""
    if settings.anthropic_api_key is None:
        from copy_service.offline import PHRASEBOOK, OfflineCopywriter

        chosen_model(settings, (PHRASEBOOK,))
        return OfflineCopywriter(_check_for)
    from claude.client import DEFAULT_BASE_URL, Claude
    from claude.pricing import PRICES
    from copy_service.anthropic_copywriter import AnthropicCopywriter

    claude = Claude(
        api_key=settings.anthropic_api_key.get_secret_value(),
        base_url=settings.anthropic_base_url or DEFAULT_BASE_URL,
        model=chosen_model(settings, PRICES),
        yen_per_dollar=settings.yen_per_dollar,
    )
    return AnthropicCopywriter(claude)


def announcement(writer: Copywriter) -> GeneratorAnnounced:
    """What is told of whoever writes."""
    return GeneratorAnnounced(
        kind="copy_variant",
        provider=writer.name,
        model=writer.model,
        offline=writer.offline,
        yen_per_call=writer.estimate_yen(),
    )


def _check_for(platform: PlatformName) -> Check:
    rules = load_registry().platform(platform)
    return lambda text: [violation.text for violation in violations(text, rules)]
