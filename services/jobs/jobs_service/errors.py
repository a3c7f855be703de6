"""Why the jobs service refuses a command."""

from chassis.errors import Conflict, NotFound


class UnknownTarget(NotFound):
    """The campaign has no such asset to regenerate."""

    type = "unknown-asset"


class RetryRequired(Conflict):
    """The same request failed before; bringing it back is a governed retry."""

    type = "retry-required"
    title = "The same request failed before"
