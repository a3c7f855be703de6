"""Why the qa service refuses a command."""

from chassis.errors import Conflict, Invalid, NotFound, TellUser


class Forbidden(TellUser):
    """Only an admin may do this."""

    type = "forbidden"
    title = "The role may not do this"
    status = 403


class UnknownCampaign(NotFound):
    """The team has no such campaign."""

    type = "unknown-campaign"


class UnknownReport(NotFound):
    """The team has no such report."""

    type = "unknown-report"


class UnknownIssue(NotFound):
    """The report has no such finding."""

    type = "unknown-issue"


class NothingToJudge(Conflict):
    """Nothing of the campaign's kit was made yet."""

    type = "nothing-to-judge"
    title = "There is nothing to judge"


class AlreadySuppressed(Conflict):
    """Somebody said of this finding before that it does not count."""

    type = "already-suppressed"
    title = "The finding is suppressed already"


class NothingToOverride(Conflict):
    """The report does not stand in the way."""

    type = "nothing-to-override"
    title = "The report does not stand in the way"


class ReasonMissing(Invalid):
    """Whoever lets something pass says why."""
