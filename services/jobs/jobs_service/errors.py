"""Why the jobs service refuses a command."""

from chassis.errors import Conflict, Invalid, NotFound


class UnknownTarget(NotFound):
    """The campaign has no such asset to regenerate."""

    type = "unknown-asset"


class PhotoNeedsPrompt(Invalid):
    """A person's own photo has no prompt to regenerate from."""

    type = "photo-needs-prompt"


class RetryRequired(Conflict):
    """The same request failed before; bringing it back is a governed retry."""

    type = "retry-required"
    title = "The same request failed before"
