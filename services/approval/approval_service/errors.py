"""Why the approval service refuses a command."""

from chassis.errors import Conflict, Invalid, NotFound, TellUser


class Forbidden(TellUser):
    """The person's role does not allow the act."""

    type = "forbidden"
    title = "Your role does not allow this"
    status = 403


class UnknownCampaign(NotFound):
    """The team has no such campaign, or it is deleted."""

    type = "unknown-campaign"


class CommentRequired(Invalid):
    """Whoever sends a kit back or rejects it says why."""

    type = "comment-required"
    title = "A comment is required"


class ApprovalConflict(Conflict):
    """The workflow stands elsewhere than the act needs, or than the person saw."""

    type = "approval-conflict"
    title = "The approval does not stand there"


class NotCaughtUp(Conflict):
    """This service has not heard yet of everything that the person saw."""

    type = "not-caught-up"
    title = "What you saw has not arrived everywhere yet"


class ManifestChanged(Conflict):
    """The kit consists of other bytes than those that the person saw."""

    type = "manifest-changed"
    title = "The content has changed"


class KitIncomplete(Conflict):
    """Planned assets were never made."""

    type = "kit-incomplete"
    title = "The kit is not complete"


class SelfApproval(Conflict):
    """Nobody approves what they submitted or asked for."""

    type = "self-approval"
    title = "You cannot approve your own work"


class BothSteps(Conflict):
    """One admin does not both review and approve."""

    type = "both-steps"
    title = "You reviewed this yourself"


class QaBlocks(Conflict):
    """No QA report lets the manifest pass."""

    type = "qa-blocks"
    title = "QA stands in the way"
