"""Why the jobs service refuses a command."""

from chassis.errors import Conflict, Invalid, NotFound


class UnknownTarget(NotFound):
    """The campaign has no such asset to regenerate."""

    type = "unknown-asset"


class RetryRequired(Conflict):
    """The same request failed before; bringing it back is a governed retry."""

    type = "retry-required"
    title = "The same request failed before"


class BudgetExceeded(Conflict):
    """The team's hard limit for this month leaves too little for the whole of a request."""

    type = "budget-exceeded"
    title = "The team's budget for this month does not allow it"


class LimitsContradict(Conflict):
    """A limit is below 0, or the soft one above the hard one."""

    type = "limits-contradict"
    title = "The limits contradict one another"


class UnknownJob(NotFound):
    """The team has no such job."""

    type = "unknown-job"


class JobEnded(Conflict):
    """What has ended cannot be called off."""

    type = "job-ended"
    title = "The job has ended"


class UnknownRetryIntent(NotFound):
    """The team has no such retry intent."""

    type = "unknown-retry-intent"


class JobNotFailed(Conflict):
    """Only a job that failed for good can be brought back."""

    type = "job-not-failed"
    title = "The job did not fail"


class CorrectionNotTaken(Invalid):
    """A render takes its words and pictures from other assets; there is no prompt or option to correct."""


class RetryIntentEnded(Conflict):
    """An intent is consumed once, or rejected once."""

    type = "retry-intent-ended"
    title = "The retry intent has ended"
