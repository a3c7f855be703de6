"""How a composite may look, as data."""

from dataclasses import dataclass
from typing import Literal

from compositor_service.imaging.errors import UnknownLayout
from compositor_service.typesetting.paragraph import Writing

Scrim = Literal["from_top", "from_bottom", "from_left", "from_right", "band"]

LINE_LIMITS = (3, 6)
"""A headline has at most three lines; only one that would otherwise not fit may have six."""

BODY_MAX_CHARACTERS = 40
BODY_KEEPS_HEADLINE = 700
"""The body is set only when it has at most 40 characters that the font has, fits at its least size, and leaves the
headline at least 700 per mille of the size it would have alone. Otherwise the image carries headline and cta only."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the text block stands in the text area; shares are per mille.

    `across` and `down` divide the spare room: 0 puts the block at the left or top, 1000 at the right or bottom.
    The headline's em is at most `of_width` of the area's width and `of_height` of its height.
    """

    id: str
    writing: Writing
    across: int
    down: int
    scrim: Scrim
    of_width: int
    of_height: int


DEFAULT_LAYOUT = "band_bottom"

LAYOUTS = {
    layout.id: layout
    for layout in (
        Layout("band_bottom", "horizontal", 500, 1000, "from_bottom", of_width=125, of_height=180),
        Layout("band_top", "horizontal", 500, 0, "from_top", of_width=125, of_height=180),
        Layout("centre", "horizontal", 500, 500, "band", of_width=130, of_height=190),
        Layout("vertical_right", "vertical", 1000, 500, "from_right", of_width=130, of_height=150),
        Layout("vertical_left", "vertical", 0, 500, "from_left", of_width=130, of_height=150),
    )
}


def layout_named(layout_id: str) -> Layout:
    """The layout of this id. Raises UnknownLayout."""
    try:
        return LAYOUTS[layout_id]
    except KeyError:
        raise UnknownLayout(f"レイアウト「{layout_id}」はありません。使えるもの：{'、'.join(LAYOUTS)}") from None
