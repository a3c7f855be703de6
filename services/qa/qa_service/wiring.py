"""The service out of its parts: rules, a reviewer, and who vets what that says."""

from datetime import timedelta
from functools import partial

from assets.clients import close_at_stop
from assets.generators import announce
from assets.pacing import Pace
from chassis.service import Service
from chassis.telemetry import resuming
from contracts.jobs import GeneratorAnnounced
from qa_service.due import Due
from qa_service.handlers import subscriptions
from qa_service.judging import Rules, RulesWorker
from qa_service.reviewer import Reviewer
from qa_service.service import Requesting
from qa_service.settings import Settings
from qa_service.topology import TOPOLOGY
from qa_service.worker import Looks, ReviewWorker, Vetting


def wired(settings: Settings, rules: Rules, reviewer: Reviewer, vetting: Vetting, looks: Looks) -> Service:
    """The service, not yet started."""
    pace = None if reviewer.offline else Pace(reviewer.name, settings.calls_per_minute)
    reviews, requesting = ReviewWorker(reviewer, rules, vetting, looks, pace=pace), Requesting(rules.name)
    service = Service(TOPOLOGY, settings, subscriptions(requesting, RulesWorker(rules), reviews, settings.concurrency))
    resume = partial(resuming, service.tracing.get_tracer("qa.due"), "qa due")
    due = Due(service.database, requesting, timedelta(seconds=settings.settle_seconds), resume)
    service.run_beside("due", due.run)
    service.run_beside("close the reviewer", partial(close_at_stop, reviewer.aclose))
    announce(service, announcement(reviewer))
    return service


def announcement(reviewer: Reviewer) -> GeneratorAnnounced:
    """What is told of whoever reviews."""
    return GeneratorAnnounced(
        kind="qa",
        provider=reviewer.name,
        model=reviewer.model,
        offline=reviewer.offline,
        yen_per_call=reviewer.estimate_yen(),
    )
