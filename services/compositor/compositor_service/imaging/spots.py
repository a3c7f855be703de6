"""Where a logo may stand on a composite: in a corner of the text area, or amid its upper or lower side."""

from collections.abc import Callable, Iterable, Sequence
from math import isqrt
from typing import NamedTuple

from compositor_service.imaging.geometry import PER_MILLE, Box
from compositor_service.imaging.logo import Ground, Logo
from compositor_service.imaging.subject import Subject

SIZES = (PER_MILLE, 700)
"""Of the logo's full size, per mille; the smaller one is for texts that leave no room for the full one."""

_CORNERS = ((0, 0), (1000, 0), (1000, 1000), (0, 1000))
_MIDDLES = ((500, 0), (500, 1000))
"""Across and down the area, per mille, the preferred one first."""

_PADDING = 180
"""Clear space on every side, per mille of the side of a square that has the logo's area."""

_LEAST_GAP = 60
"""From the text to that space: twice the padding, or at least so much of the area's shorter side, per mille."""

_ON_SUBJECT = 4000
_RESTLESS = 400
_ON_PLATE = 300
_AFLOAT = 800
_RANK = 15
"""Weights in a cost, on the scale of those in `choosing`: wholly on the subject, on a ground as restless as can be, on
a plate, half-way between the canvas's upper and lower side, and each step down the order."""

_MOST_UNREST = 6


class Spot(NamedTuple):
    """One place. `room` is what a plate would fill; `across` and `down` are the sides that it lies at, per mille."""

    room: Box
    padding: int
    gap: int
    across: int
    down: int
    cost: int

    @property
    def is_corner(self) -> bool:
        return self.across % PER_MILLE == 0

    def is_clear_of(self, text: Box) -> bool:
        """True when the text keeps its distance."""
        shared = self.room.grown(self.gap).intersection(text)
        return shared.width <= 0 or shared.height <= 0

    def box(self, *, on_plate: bool) -> Box:
        """Where the logo lies: amid its plate; without one at the area's very sides, in line with text there."""
        across, down = (500, 500) if on_plate else (self.across, self.down)
        left = self.room.left + 2 * self.padding * across // PER_MILLE
        top = self.room.top + 2 * self.padding * down // PER_MILLE
        return Box(left, top, left + self.room.width - 2 * self.padding, top + self.room.height - 2 * self.padding)


def spots(
    logo: Logo,
    size: tuple[int, int],
    area: Box,
    subject: Subject,
    ground_of: Callable[[Box], Ground],
) -> tuple[Spot, ...]:
    """All places for a logo of this size in the area, however much text would be in the way."""
    padding = max(1, isqrt(size[0] * size[1]) * _PADDING // PER_MILLE)
    width, height = size[0] + 2 * padding, size[1] + 2 * padding
    if width > area.width or height > area.height:
        return ()
    gap = max(2 * padding, min(area.width, area.height) * _LEAST_GAP // PER_MILLE)
    found: list[Spot] = []
    for rank, (across, down) in enumerate((*_CORNERS, *_MIDDLES)):
        left = area.left + (area.width - width) * across // PER_MILLE
        top = area.top + (area.height - height) * down // PER_MILLE
        room = Box(left, top, left + width, top + height)
        height_of_canvas = subject.canvas[1]
        afloat = min(room.top, height_of_canvas - room.bottom) * 2 * _AFLOAT // height_of_canvas
        cost = rank * _RANK + afloat + _cost(room, logo, subject, ground_of(room))
        found.append(Spot(room, padding, gap, across, down, cost))
    return tuple(found)


def calmest(free: Iterable[Spot]) -> Spot | None:
    """The free spot with the least cost, a middle one only where no corner is free."""
    return min(free, key=lambda spot: (not spot.is_corner, spot.cost), default=None)


def areas_for_text(area: Box, places: Sequence[Spot]) -> tuple[Box, ...]:
    """The whole area, and what is left of it under and above a strip that is kept for the logo."""
    if not places:
        return (area,)
    strip = places[0].room.height + places[0].gap
    under = Box(area.left, area.top + strip, area.right, area.bottom)
    above = Box(area.left, area.top, area.right, area.bottom - strip)
    return (area, under, above) if strip < area.height else (area,)


def _cost(room: Box, logo: Logo, subject: Subject, ground: Ground) -> int:
    restless = min(PER_MILLE, int((ground.unrest - 1) * PER_MILLE / (_MOST_UNREST - 1)))
    on_plate = PER_MILLE * (logo.plate_on(ground) is not None)
    costs = ((_ON_SUBJECT, subject.under(room)), (_RESTLESS, restless), (_ON_PLATE, on_plate))
    return sum(weight * share for weight, share in costs) // PER_MILLE
