"""What the approval service reads and writes on the broker."""

from chassis.topology import Queue, ServiceTopology
from contracts.approval import ApprovalRulesChanged, ApprovalTransitioned, ApprovalVoided
from contracts.campaign import CampaignCreated, CampaignDeleted, CampaignUpdated
from contracts.compositor import CompositeRendered, PlatformImageRendered
from contracts.copy import CopyRegenerated
from contracts.envelope import AuditRecorded
from contracts.image import ImageRegenerated
from contracts.qa import QaCompleted, QaOverridden, QaSuppressed

COMMANDS = "approval.commands"
EVENTS = "approval.events"

TOPOLOGY = ServiceTopology(
    name="approval",
    queues=(
        # A command that came before the news it rests on waits for them, and a person for its answer.
        Queue(COMMANDS, commands=True, retry_delay_ms=500),
        Queue(
            EVENTS,
            events=(
                CampaignCreated.type,
                CampaignUpdated.type,
                CampaignDeleted.type,
                CopyRegenerated.type,
                ImageRegenerated.type,
                CompositeRendered.type,
                PlatformImageRendered.type,
                QaCompleted.type,
                QaSuppressed.type,
                QaOverridden.type,
            ),
        ),
    ),
    publishes=(ApprovalTransitioned.type, ApprovalVoided.type, ApprovalRulesChanged.type, AuditRecorded.type),
)
