"""Chooses, among layouts and sizes, the arrangement that keeps off the subject and needs the faintest scrim.

With a logo, arrangement and logo are chosen together.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

from compositor_service.imaging.arranging import Floors, arrangements, cap, place
from compositor_service.imaging.blocks import Arrangement
from compositor_service.imaging.geometry import PER_MILLE, Box
from compositor_service.imaging.layouts import Layout, Setting
from compositor_service.imaging.logo import Ground, Logo
from compositor_service.imaging.spots import SIZES, Spot, areas_for_text, calmest, spots
from compositor_service.imaging.stacking import Texts
from compositor_service.imaging.subject import Subject
from compositor_service.typesetting.errors import LayoutOverflow, NoRoomForLogo
from compositor_service.typesetting.phrases import Grade

_ON_SUBJECT = 2800
_WORST_LINE_ON_SUBJECT = 1400
_BUTTON_ON_SUBJECT = 2500
_BUTTON_COVERS_SUBJECT = 9000
_SMALLNESS = 2000
_TININESS = 4500
_SCRIM = 1200
_SCRIM_ON_SUBJECT = 5000
_SUBJECT_IN_SCRIM = 4000
_DROWNED_SUBJECT = 40_000
_THIRD_LINE = 600
_RANK = 25
"""Weights in a cost: text, its worst line and the button when wholly on the subject; a headline without any size, in
proportion and again by the square, since small is bad and tiny is worse; a full scrim, one wholly on the subject, one
with the whole subject in it; every line of the headline after the second; and each step down the order of layouts. Two
come on top as last resorts, and outweigh any size: a button by what of it is on the subject beyond a touch, and a scrim
by its strength beyond what leaves the subject to be seen."""

_TOUCH = 150
_STRONG = 400
"""Per mille: what a button may have on the subject's surroundings, and the opacity of a scrim that hides it."""

_ROUGHNESS = {
    Grade.AFTER_PAUSE: 0,
    Grade.BETWEEN_PHRASES: 300,
    Grade.BEFORE_DEPENDENT: 500,
    Grade.CHANGE_OF_SCRIPT: 1500,
    Grade.INSIDE_WORD: 3500,
}
"""What lines cost that end at such places."""

_SHORTLIST = 60

ScrimOf = Callable[[Arrangement], int]
"""Opacity per mille of the scrim that an arrangement would need."""


class Choice(NamedTuple):
    """A layout, the text arranged by it, and the logo's spot, when there is a logo."""

    cost: int
    layout: Layout
    arrangement: Arrangement
    spot: Spot | None


@dataclass(frozen=True, slots=True)
class Room:
    """What an arrangement is judged by: the text area, the least sizes, the picture's subject, its scrims.

    `spots` are the places for a logo, of which every arrangement has to leave one free; None without a logo.
    """

    area: Box
    floors: Floors
    subject: Subject
    scrim_of: ScrimOf
    ground_of: Callable[[Box], Ground]
    spots: tuple[Spot, ...] | None = None


def choose(texts: Texts, layouts: Sequence[Layout], room: Room) -> Choice:
    """The arrangement with the least cost; of equals the one of the earlier layout, then the larger one.

    Raises LayoutOverflow, in the first layout's words, when the text fits none, and NoRoomForLogo when it fits only
    where it leaves no spot free.
    """
    candidates = sorted(_candidates(texts, layouts, room), key=lambda candidate: candidate.cost)
    # Scrims take the longest to judge, so only those arrangements that keep off the subject best are asked.
    layout = _best(candidates[:_SHORTLIST], room).layout
    # All of the layout's own are asked, so that it gives the same picture when a person names it.
    return _best([candidate for candidate in candidates if candidate.layout == layout], room)


def choose_beside(logo: Logo, targets: Sequence[Box], texts: Texts, layouts: Sequence[Layout], room: Room) -> Choice:
    """The same with a logo at its full size in the targets' crop windows, or smaller where that leaves no room."""
    *larger, least = (
        replace(room, spots=spots(logo, logo.size(targets, share), room.area, room.subject, room.ground_of))
        for share in SIZES
    )
    for tried in larger:
        with suppress(NoRoomForLogo):
            return choose(texts, layouts, tried)
    return choose(texts, layouts, least)


def _best(candidates: Sequence[Choice], room: Room) -> Choice:
    best, least = candidates[0], candidates[0].cost + _scrim_cost(candidates[0].arrangement, room)
    for candidate in candidates[1:]:
        # They come by their costs, to which a scrim only adds: what follows can no longer be better.
        if candidate.cost >= least:
            break
        cost = candidate.cost + _scrim_cost(candidate.arrangement, room)
        if cost < least:
            best, least = candidate, cost
    return best


def _candidates(texts: Texts, layouts: Sequence[Layout], room: Room) -> list[Choice]:
    refusals: list[LayoutOverflow] = []
    placed: list[tuple[int, Layout, Arrangement]] = []
    for area in areas_for_text(room.area, room.spots or ()):
        set_texts: dict[Setting, list[Arrangement]] = {}
        for rank, layout in enumerate(layouts):
            if layout.setting not in set_texts:
                try:
                    set_texts[layout.setting] = arrangements(texts, layout.setting, area, room.floors)
                except LayoutOverflow as refusal:
                    refusals.append(refusal)
                    set_texts[layout.setting] = []
            placed += [(rank, layout, place(one, layout, area)) for one in set_texts[layout.setting]]
    if not placed:
        raise refusals[0]
    found = [Choice(_cost(one, layout, room) + rank * _RANK, layout, one, None) for rank, layout, one in placed]
    return found if room.spots is None else _with_logo(found, room.spots)


def _with_logo(found: Sequence[Choice], spots: Sequence[Spot]) -> list[Choice]:
    free = ((one, calmest(spot for spot in spots if spot.is_clear_of(one.arrangement.extent))) for one in found)
    choices = [one._replace(cost=one.cost + spot.cost, spot=spot) for one, spot in free if spot is not None]
    if not choices:
        raise NoRoomForLogo(
            "文字とロゴを重ならないように置ける場所がありません。文を短くするか、別のレイアウトか画像を選んでください。"
        )
    return choices


def _cost(arrangement: Arrangement, layout: Layout, room: Room) -> int:
    full = cap(layout.setting, room.area)
    small = PER_MILLE - min(PER_MILLE, arrangement.headline_size * PER_MILLE // full)
    boxes = [line.box.grown(block.size // 6) for block in arrangement.blocks for line in block.lines]
    shares = [room.subject.under(box) for box in boxes]
    areas = [box.width * box.height for box in boxes]
    covered = room.subject.under(arrangement.button)
    costs = (
        (_ON_SUBJECT, sum(share * area for share, area in zip(shares, areas, strict=True)) // sum(areas)),
        (_WORST_LINE_ON_SUBJECT, max(shares)),
        (_BUTTON_ON_SUBJECT, covered),
        (_BUTTON_COVERS_SUBJECT, max(0, covered - _TOUCH)),
        (_SMALLNESS, small),
        (_TININESS, small * small // PER_MILLE),
    )
    reading = _ROUGHNESS[arrangement.roughest]
    reading += _THIRD_LINE * max(0, len(arrangement.blocks[0].lines) - 2)
    return sum(weight * share // PER_MILLE for weight, share in costs) + reading


def _scrim_cost(arrangement: Arrangement, room: Room) -> int:
    opacity = room.scrim_of(arrangement)
    darkened = arrangement.text_extent.grown(2 * arrangement.headline_size)
    taken = room.subject.share_in(darkened)
    on_subject = _SCRIM_ON_SUBJECT * room.subject.under(darkened) + _SUBJECT_IN_SCRIM * taken
    drowned = _DROWNED_SUBJECT * max(0, opacity - _STRONG) * taken // (PER_MILLE * PER_MILLE)
    # A faint scrim goes unnoticed; a strong one takes the picture away, and the subject with it.
    return opacity * (_SCRIM * (PER_MILLE + opacity) + on_subject) // (PER_MILLE * PER_MILLE) + drowned
