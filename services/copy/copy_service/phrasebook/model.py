"""Types of the phrasebook. A line is a template with the slots product, brand, value, topic, scene."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from contracts.values import PlatformName
from copy_service.copywriter import Angle

Objective = Literal["awareness", "consideration", "conversion", "retention"]
Kind = Literal["food", "goods", "booking", "service", "visit"]

OBJECTIVES: tuple[Objective, ...] = ("awareness", "consideration", "conversion", "retention")
KINDS: tuple[Kind, ...] = ("food", "goods", "booking", "service", "visit")
THINGS: tuple[Kind, ...] = ("food", "goods")
DAILY: tuple[Kind, ...] = ("food", "goods", "service")
RESTFUL: tuple[Kind, ...] = ("food", "booking")
EXPLAINED: tuple[Kind, ...] = ("service", "visit")
NEW_CUSTOMERS: tuple[Objective, ...] = ("awareness", "consideration", "conversion")


@dataclass(frozen=True, slots=True)
class Line:
    """One phrase, and the products, objectives and platforms that it suits."""

    text: str
    kinds: tuple[Kind, ...] = KINDS
    objectives: tuple[Objective, ...] = OBJECTIVES
    platforms: tuple[PlatformName, ...] = ()

    def suits(self, kind: Kind, objective: Objective, platform: PlatformName) -> bool:
        """True if this phrase may be said of such a product, with this aim, on this platform."""
        return kind in self.kinds and objective in self.objectives and platform in (self.platforms or (platform,))


@dataclass(frozen=True, slots=True)
class RegisterBook:
    """All phrases of one register. Every line in it keeps that register, so any of them may stand together."""

    headlines: Mapping[Angle, tuple[Line, ...]]
    motif_headlines: Mapping[Angle, tuple[Line, ...]]
    openings: Mapping[Angle, tuple[Line, ...]]
    abouts: Mapping[Objective, tuple[Line, ...]]
    values: tuple[Line, ...]
    closings: tuple[Line, ...]
    habits: tuple[Line, ...]
    ctas: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Motif:
    """A theme a person can ask for. `topics` name a pleasure, `scenes` a time; the sentences are by register."""

    keywords: tuple[str, ...]
    topics: tuple[str, ...]
    scenes: tuple[str, ...]
    casual: tuple[str, ...]
    standard: tuple[str, ...]
    formal: tuple[str, ...]
    hashtag: str


def lines(
    *texts: str,
    kinds: tuple[Kind, ...] = KINDS,
    objectives: tuple[Objective, ...] = OBJECTIVES,
    platforms: tuple[PlatformName, ...] = (),
) -> tuple[Line, ...]:
    """Several phrases that suit the same things."""
    return tuple(Line(text, kinds, objectives, platforms) for text in texts)


@dataclass(frozen=True, slots=True)
class Words:
    """What one register says of a category. `closings` speak to new customers, `returning` to those who came back.

    `ctas` are the buttons for conversion where those of its kind say too little.
    """

    questions: tuple[str, ...]
    openings: Mapping[Angle, tuple[str, ...]]
    details: tuple[str, ...]
    closings: tuple[str, ...]
    returning: tuple[str, ...]
    ctas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    """What a product is, by a pattern in its name. `headlines` are noun phrases that stand in every register.

    `kind` is for those whose kind their name does not tell: a car is not put into a basket.
    """

    pattern: str
    headlines: Mapping[Angle, tuple[str, ...]]
    casual: Words
    standard: Words
    formal: Words
    hashtag: str
    kind: Kind | None = None
