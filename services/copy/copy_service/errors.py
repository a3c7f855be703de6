"""Why the copy service refuses a command."""

from chassis.errors import Invalid


class LimitsExceeded(Invalid):
    """The wording does not fit its platform; the problem's `violations` say where and by how much."""

    type = "copy-limits-exceeded"
    title = "The wording does not fit its platform"
