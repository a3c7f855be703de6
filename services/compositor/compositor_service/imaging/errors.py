"""What can be wrong with a picture, as opposed to the text on it."""

from compositor_service.typesetting.errors import RenderError


class UnreadableImage(RenderError):
    """The bytes are no whole JPEG, PNG or WebP image of a reasonable size."""

    code = "unreadable-image"


class UnusableLogo(RenderError):
    """The brand's logo is missing, unreadable, or finds no room beside the text."""

    code = "unusable-logo"


class UnknownLayout(RenderError):
    """No layout has this id."""

    code = "unknown-layout"


class ByteLimitExceeded(RenderError):
    """In no allowed format does the image stay under the placement's byte limit at an acceptable quality."""

    code = "byte-limit-exceeded"
