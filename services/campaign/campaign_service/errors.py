"""Why the campaign service refuses a command."""

from chassis.errors import Invalid, NotFound


class UnknownBrand(NotFound):
    """The team has no brand of that id."""

    type = "unknown-brand"


class UnknownCampaign(NotFound):
    """The team has no campaign of that id, or it was deleted."""

    type = "unknown-campaign"


class InvalidBrief(Invalid):
    """The brief cannot be worked from."""

    type = "invalid-brief"
