"""Which message goes to which use case."""

from functools import partial

from approval_service import contents, reports, rules, service
from approval_service.topology import COMMANDS, EVENTS
from chassis.subscriptions import Subscription
from contracts.approval import ActOnApproval, SetApprovalRules
from contracts.campaign import CampaignCreated, CampaignDeleted, CampaignUpdated
from contracts.compositor import CompositeRendered, PlatformImageRendered
from contracts.copy import CopyRegenerated
from contracts.image import ImageRegenerated
from contracts.qa import QaCompleted, QaOverridden, QaSuppressed

SUBSCRIPTIONS = (
    Subscription(COMMANDS, commands={ActOnApproval: service.act_on_approval, SetApprovalRules: rules.set_rules}),
    Subscription(
        EVENTS,
        events={
            CampaignCreated: contents.note_created,
            CampaignUpdated: contents.note_grown,
            CampaignDeleted: contents.note_deleted,
            CopyRegenerated: partial(contents.note_version, "copy_variant"),
            ImageRegenerated: partial(contents.note_version, "image"),
            CompositeRendered: partial(contents.note_version, "composited_image"),
            PlatformImageRendered: partial(contents.note_version, "platform_image"),
            QaCompleted: reports.note,
            QaSuppressed: reports.note,
            QaOverridden: reports.note,
        },
    ),
)
