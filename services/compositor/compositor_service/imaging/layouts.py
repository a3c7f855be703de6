"""How a composite may look, as data."""

from dataclasses import dataclass

from compositor_service.imaging.errors import UnknownLayout
from compositor_service.typesetting.writing import Writing

LINE_LIMITS = (3, 6)
"""A headline has at most three lines; only one that would otherwise not fit may have six."""

BODY_MAX_CHARACTERS = 40
BODY_KEEPS_HEADLINE = 700
"""The body is set only when it has at most 40 characters that the font has, fits at its least size, and leaves the
headline at least 700 per mille of the size it would have alone. Otherwise the image carries headline and cta only."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How a layout's text is set; shares are per mille.

    Lines are at most `measure` of the area's width, or a column's width its lines' sum; `align` divides what room a
    line leaves: 0 sets it flush left, 500 centred. The headline's em is at most `of_width` of the area's width and
    `of_height` of its height.
    """

    writing: Writing
    measure: int
    align: int
    of_width: int
    of_height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the text block stands in the text area.

    `across` and `down` divide the spare room, per mille: 0 puts the block at the left or top, 1000 at the right or
    bottom.
    """

    id: str
    setting: Setting
    across: int
    down: int


DEFAULT_LAYOUT = "auto"

_CENTRED = Setting("horizontal", measure=1000, align=500, of_width=165, of_height=200)
_FLUSH_LEFT = Setting("horizontal", measure=1000, align=0, of_width=165, of_height=200)
_FLUSH_RIGHT = Setting("horizontal", measure=1000, align=1000, of_width=165, of_height=200)
_NARROW = Setting("horizontal", measure=480, align=0, of_width=165, of_height=200)
_COLUMNS_RIGHT = Setting("vertical", measure=1000, align=1000, of_width=130, of_height=150)
_COLUMNS_LEFT = Setting("vertical", measure=1000, align=0, of_width=130, of_height=150)

_HORIZONTAL = (
    Layout("band_bottom", _CENTRED, 500, 1000),
    Layout("band_top", _CENTRED, 500, 0),
    Layout("left", _NARROW, 0, 500),
    Layout("right", _NARROW, 1000, 500),
    Layout("bottom_left", _FLUSH_LEFT, 0, 1000),
    Layout("top_left", _FLUSH_LEFT, 0, 0),
    Layout("centre", _CENTRED, 500, 500),
    Layout("bottom_right", _FLUSH_RIGHT, 1000, 1000),
    Layout("top_right", _FLUSH_RIGHT, 1000, 0),
)
_VERTICAL = (
    Layout("vertical_right", _COLUMNS_RIGHT, 1000, 500),
    Layout("vertical_left", _COLUMNS_LEFT, 0, 500),
)

LAYOUTS: dict[str, tuple[Layout, ...]] = {
    "auto": _HORIZONTAL,
    **{layout.id: (layout,) for layout in (*_HORIZONTAL, *_VERTICAL)},
}
"""What a person may choose, and the layouts it stands for, the preferred one first: `auto` leaves the choice among
all horizontal ones to the picture; every other name stands for one."""


def layouts_named(layout_id: str) -> tuple[Layout, ...]:
    """The layouts that a choice stands for. Raises UnknownLayout."""
    try:
        return LAYOUTS[layout_id]
    except KeyError:
        raise UnknownLayout(f"レイアウト「{layout_id}」はありません。使えるもの：{'、'.join(LAYOUTS)}") from None
