"""Share a campaign's phrases out among its variants, none of which knows what the others say."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from copy_service.copywriter import ANGLES, Angle

_Phrase = TypeVar("_Phrase")
# What is an angle's own is shared out by platform, what is a platform's own by angle, all else by both.
_BY_PLATFORM, _BY_ANGLE, _BY_BOTH = ("opening",), ("habit",), ("detail", "about", "value", "motif", "closing")


def shares(
    places: Mapping[str, tuple[_Phrase, ...]], seat: int, angle: Angle, platforms: int, *, asked: bool
) -> dict[str, tuple[_Phrase, ...]]:
    """What one variant may say at each place: phrases that no other variant of the campaign has.

    `seat` is its platform's among `platforms`. A place may stay empty where the phrasebook has too little; the product
    is always named, and a motif that a person `asked` for always heard.
    """
    row, labels = ANGLES.index(angle), len(ANGLES)
    count = max(platforms, 1)
    ways = (
        dict.fromkeys(_BY_PLATFORM, (seat, count))
        | dict.fromkeys(_BY_ANGLE, (row, labels))
        | {place: (_slot(place, row, seat, count), labels * count) for place in _BY_BOTH}
    )
    shared = {place: pool if place not in ways else _share(pool, *ways[place]) for place, pool in places.items()}
    for place in ("about", "motif") if asked else ("about",):
        shared[place] = shared[place] or _one(places[place], ways[place][0])
    return shared


def _slot(place: str, row: int, seat: int, count: int) -> int:
    # Each place begins at another platform, so that what is said of the product itself is spread over them.
    begins = _BY_BOTH.index(place) + 1
    return (seat - begins) % count * len(ANGLES) + row


def _share(pool: Sequence[_Phrase], first: int, step: int) -> tuple[_Phrase, ...]:
    return tuple(pool[first::step])


def _one(pool: Sequence[_Phrase], slot: int) -> tuple[_Phrase, ...]:
    return (pool[slot % len(pool)],) if pool else ()
