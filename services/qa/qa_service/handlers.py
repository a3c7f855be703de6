"""Which message goes to which use case."""

from assets import mirror as assets_mirror
from assets.cancelling import Cancelling
from chassis.subscriptions import Subscription
from contracts.campaign import BrandCreated, BrandUpdated, CampaignCreated, CampaignDeleted, CampaignUpdated
from contracts.compositor import CompositeRendered, PlatformImageRendered
from contracts.copy import CopyRegenerated
from contracts.image import ImageRegenerated
from contracts.jobs import JobRequested, RunJob
from contracts.qa import OverrideQa, QaRequested, RequestQa, SetQaRules, SuppressIssue
from qa_service import mirror, service
from qa_service.judging import RulesWorker
from qa_service.service import Requesting
from qa_service.topology import CANCELS, COMMANDS, EVENTS, JOBS, REVIEWS
from qa_service.worker import ReviewWorker

JUDGED_AT_ONCE = 2
"""More would only share one interpreter's time."""


def subscriptions(
    requesting: Requesting, rules: RulesWorker, reviews: ReviewWorker, concurrency: int
) -> tuple[Subscription, ...]:
    """The service's queues; `concurrency` is how many paid reviews it works on at once."""
    return (
        Subscription(
            COMMANDS,
            commands={
                RequestQa: requesting.request_qa,
                SuppressIssue: service.suppress_issue,
                OverrideQa: service.override_qa,
                SetQaRules: service.set_rules,
            },
        ),
        Subscription(
            EVENTS,
            events={
                BrandCreated: mirror.note_brand,
                BrandUpdated: mirror.note_brand,
                CampaignCreated: mirror.note_campaign,
                CampaignUpdated: mirror.note_changes,
                CampaignDeleted: mirror.leave_campaign,
                CopyRegenerated: mirror.note_copy,
                ImageRegenerated: mirror.note_image,
                CompositeRendered: mirror.note_composite,
                PlatformImageRendered: mirror.note_platform_image,
                JobRequested: assets_mirror.note_request,
            },
            filters={JobRequested: assets_mirror.requests_of("qa")},
        ),
        Subscription(
            REVIEWS, workers={QaRequested: rules.run}, buried={QaRequested: rules.bury}, concurrency=JUDGED_AT_ONCE
        ),
        Subscription(JOBS, workers={RunJob: reviews.run}, buried={RunJob: reviews.bury}, concurrency=concurrency),
        Cancelling(reviews, JOBS).subscription(CANCELS),
    )
