"""Composition root of the qa service."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from assets.clients import close_at_stop
from assets.generators import announce
from assets.pacing import Pace
from assets.settings import chosen_model
from chassis.blobs import BlobStore
from chassis.service import Service
from chassis.telemetry import resuming
from contracts.jobs import GeneratorAnnounced
from qa_service.domain import Finding, Judged
from qa_service.due import Due
from qa_service.handlers import subscriptions
from qa_service.judging import Rules, RulesWorker
from qa_service.looks import looks_at
from qa_service.reviewer import Claim, Reviewer
from qa_service.rules.ruleset import RULE_SET, judge
from qa_service.service import Requesting
from qa_service.settings import Settings
from qa_service.topology import TOPOLOGY
from qa_service.vetting import vetted
from qa_service.worker import ReviewWorker

__all__ = ["Settings", "create_app"]


def create_app(settings: Settings) -> Service:
    """The service, not yet started."""
    asked, rules, requesting = reviewer(settings), Rules(RULE_SET, judge), Requesting(RULE_SET)
    pace = None if asked.offline else Pace(asked.name, settings.calls_per_minute)
    looks = partial(looks_at, BlobStore.at(settings.blob_url))
    reviews = ReviewWorker(asked, rules, _vetted, looks, pace=pace)
    service = Service(TOPOLOGY, settings, subscriptions(requesting, RulesWorker(rules), reviews, settings.concurrency))
    resume = partial(resuming, service.tracing.get_tracer("qa.due"), "qa due")
    due = Due(service.database, requesting, timedelta(seconds=settings.settle_seconds), resume)
    service.run_beside("due", due.run)
    service.run_beside("close the reviewer", partial(close_at_stop, asked.aclose))
    announce(service, announcement(asked))
    return service


def reviewer(settings: Settings) -> Reviewer:
    """Claude when a key is set, else the offline twin. Raises SettingsError for a model that neither knows."""
    if settings.anthropic_api_key is None:
        from qa_service.offline_reviewer import OfflineReviewer

        offline = OfflineReviewer()
        chosen_model(settings, (offline.model,))
        return offline
    from qa_service.anthropic_reviewer import DEFAULT_BASE_URL, AnthropicReviewer
    from qa_service.pricing import PRICES

    return AnthropicReviewer(
        api_key=settings.anthropic_api_key.get_secret_value(),
        base_url=settings.anthropic_base_url or DEFAULT_BASE_URL,
        model=chosen_model(settings, PRICES),
        yen_per_dollar=settings.yen_per_dollar,
    )


def announcement(asked: Reviewer) -> GeneratorAnnounced:
    """What is told of whoever reviews."""
    return GeneratorAnnounced(
        kind="qa",
        provider=asked.name,
        model=asked.model,
        offline=asked.offline,
        yen_per_call=asked.estimate_yen(),
    )


def _vetted(judged: Judged, claims: Iterable[Claim]) -> tuple[tuple[Finding, ...], int]:
    outcome = vetted(judged, claims)
    return outcome.findings, outcome.discarded
