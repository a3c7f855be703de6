"""Why the compositor refuses a command."""

from chassis.errors import Conflict, Invalid


class UnknownCopyVariant(Invalid):
    """The composite's platform has no written copy variant of that id in this campaign."""

    type = "unknown-copy-variant"


class LayoutUnknown(Invalid):
    """No layout has that id."""

    type = "unknown-layout"


class NotRendered(Invalid):
    """The asset cannot be rendered yet, because something it rests on was never made."""

    type = "upstream-missing"


class RetryRequired(Conflict):
    """The same render was asked for before and failed; bringing it back is a governed retry."""

    type = "retry-required"
    title = "The same request failed before"
