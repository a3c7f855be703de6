"""What can be wrong with a picture, as opposed to the text on it."""

from compositor_service.typesetting.errors import RenderError


class UnreadableImage(RenderError):
    """The bytes are no whole JPEG, PNG or WebP image of a reasonable size."""

    code = "UNREADABLE_IMAGE"


class UnusableLogo(RenderError):
    """The brand's logo is missing, unreadable, or finds no room beside the text."""

    code = "UNUSABLE_LOGO"


class UnknownLayout(RenderError):
    """No layout has this id."""

    code = "UNKNOWN_LAYOUT"


class PlacementRemoved(RenderError):
    """The platform registry states the placement no longer."""

    code = "PLACEMENT_REMOVED"


class ByteLimitExceeded(RenderError):
    """In no allowed format does the image stay under the placement's byte limit at an acceptable quality."""

    code = "BYTE_LIMIT_EXCEEDED"
