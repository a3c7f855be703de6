"""Why a picture could not be rendered. `code` is for programs, the message is for the person who must act."""


class RenderError(Exception):
    """Base of all rendering errors. The same inputs fail again, so none of them is worth a retry."""

    code = "RENDER_FAILED"


class LayoutOverflow(RenderError):
    """Text fits its area at no allowed size."""

    code = "LAYOUT_OVERFLOW"


class NoRoomForLogo(LayoutOverflow):
    """The text fits, but nowhere beside the brand's logo."""


class MissingGlyphs(RenderError):
    """The text has characters that the font cannot draw, such as emoji."""

    code = "MISSING_GLYPHS"

    def __init__(self, field: str, characters: str) -> None:
        super().__init__(
            f"{field}に、画像用の書体にない文字があります：{' '.join(characters)}。別の文字に置き換えてください。"
        )
        self.characters = characters


class TextEngineMissing(RenderError):
    """The installed Pillow cannot shape Japanese text; the machine lacks a library."""

    code = "TEXT_ENGINE_MISSING"
