"""Composition root of the qa service."""

from collections.abc import Collection

from assets.settings import chosen_model
from chassis.blobs import BlobStore
from chassis.service import Service
from qa_service.domain import Finding, Judged
from qa_service.judging import Rules
from qa_service.reviewer import Claim, Look, Reviewer
from qa_service.rules.lexicon import close_while_unused
from qa_service.rules.ruleset import RULE_SET, judge
from qa_service.settings import Settings
from qa_service.vetting import vetted
from qa_service.wiring import wired
from qa_service.worker import Looks

__all__ = ["Settings", "create_app"]


def create_app(settings: Settings) -> Service:
    """The service, not yet started."""
    asked, blobs = reviewer(settings), BlobStore.at(settings.blob_url)
    # The offline reviewer reads words only, so nothing is decoded for it.
    looks = _no_looks if asked.offline else looks_from(blobs)
    service = wired(settings, Rules(RULE_SET, judge), asked, _vetted, looks)
    service.run_beside("dictionary", close_while_unused)
    return service


def reviewer(settings: Settings) -> Reviewer:
    """Claude when a key is set, else the offline twin. Raises SettingsError for a model that neither knows."""
    if settings.anthropic_api_key is None:
        from qa_service.offline_reviewer import OfflineReviewer

        offline = OfflineReviewer()
        chosen_model(settings, (offline.model,))
        return offline
    from claude.client import DEFAULT_BASE_URL, Claude
    from claude.pricing import PRICES
    from qa_service.anthropic_reviewer import TIMEOUT_SECONDS, AnthropicReviewer

    claude = Claude(
        api_key=settings.anthropic_api_key.get_secret_value(),
        base_url=settings.anthropic_base_url or DEFAULT_BASE_URL,
        model=chosen_model(settings, PRICES),
        yen_per_dollar=settings.yen_per_dollar,
        timeout_seconds=TIMEOUT_SECONDS,
    )
    return AnthropicReviewer(claude)


def looks_from(blobs: BlobStore) -> Looks:
    """Shows pictures out of the blob store."""

    async def shown(judged: Judged) -> tuple[Look, ...]:
        # Only whoever is at a paid review needs Pillow.
        from qa_service.looks import looks

        return await looks(judged, blobs.get)

    return shown


async def _no_looks(_judged: Judged) -> tuple[Look, ...]:
    return ()


def _vetted(judged: Judged, claims: tuple[Claim, ...], seen: Collection[str]) -> tuple[tuple[Finding, ...], int]:
    outcome = vetted(judged, claims, seen)
    return outcome.findings, outcome.discarded
