"""What the registry's data files may say: placements, text rules and figures, each with where it comes from."""

from collections import Counter
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Counting = Literal["x_weighted", "google_width", "yahoo_width", "chars"]
CopyPart = Literal["headline", "body", "cta", "hashtags"]
Banned = Literal["link", "at_sign", "hash_sign"]
ImageRule = Literal["avoid_text", "no_frame", "white_or_photo_background"]
MediaType = Literal["image/jpeg", "image/png"]

Whole = Annotated[int, Field(strict=True, ge=0)]
Positive = Annotated[int, Field(strict=True, gt=0)]
PerMille = Annotated[int, Field(strict=True, ge=0, lt=500)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Sentence = Annotated[str, StringConstraints(min_length=3)]


class Strict(BaseModel):
    """Base of everything read from a data file: a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(Strict):
    """A figure and its evidence: either a dated source with its confidence, or a house limit with its reason.

    `effective_from` is when the platform began to apply the figure, or the day it was checked if no source says.
    """

    source: Sentence | None = None
    confidence: Literal["official", "third_party"] | None = None
    checked_on: date | None = None
    effective_from: date | None = None
    house: bool = False
    reason: Sentence | None = None
    note: Sentence | None = None

    @model_validator(mode="after")
    def _is_sourced_or_house(self) -> Self:
        evidence = (self.source, self.confidence, self.checked_on, self.effective_from)
        if self.house and (self.reason is None or any(evidence)):
            raise ValueError("a house limit has `reason` and no source, confidence or dates")
        if not self.house and (self.reason is not None or not all(evidence)):
            raise ValueError("needs source, confidence, checked_on and effective_from, or `house: true` with `reason`")
        return self


class SafeZone(Strict):
    """How much of each edge the platform covers or trims, in thousandths of that side's length."""

    top: PerMille = 0
    bottom: PerMille = 0
    left: PerMille = 0
    right: PerMille = 0


class Placement(Entry):
    """One place that takes an image. Sizes in pixels; `formats` in order of preference; `max_bytes` inclusive."""

    id: Name
    platform: Name
    width: Positive
    height: Positive
    min_width: Positive | None = None
    min_height: Positive | None = None
    max_width: Positive | None = None
    max_height: Positive | None = None
    max_bytes: Positive
    formats: tuple[MediaType, ...] = Field(min_length=1)
    safe_zone: SafeZone = SafeZone()
    # Text may touch at most this many cells of a 10 × 10 grid; a cell that is touched at all counts.
    text_cells_max: Positive | None = None
    image_rules: tuple[ImageRule, ...] = ()
    default: bool

    @property
    def global_id(self) -> str:
        """The placement's id among all platforms, such as `instagram.story`."""
        return f"{self.platform}.{self.id}"


class TextRule(Entry):
    """The longest text one of the platform's own fields takes, and which parts of our copy make up that field.

    `links` adds that many links to the count. A rule without parts limits a field that no copy is written for.
    """

    field: Name
    parts: tuple[CopyPart, ...] = ()
    links: Whole = 0
    max: Positive
    counting: Counting

    @model_validator(mode="after")
    def _only_x_gives_links_a_length(self) -> Self:
        if self.links and self.counting != "x_weighted":
            raise ValueError("`links` has a known length only where counting is x_weighted")
        return self


class HashtagRule(Entry):
    """How many hashtags one post may carry."""

    max_count: Whole


class Ban(Entry):
    """What must not stand in the given parts of our copy."""

    parts: tuple[CopyPart, ...] = Field(min_length=1)
    banned: tuple[Banned, ...] = Field(min_length=1)


class Figure(Entry):
    """A published limit on something the kit does not make yet, such as a video's length."""

    name: Name
    value: Whole
    unit: Name


class Platform(Strict):
    """Everything known about one platform. `label` is its name as people write it."""

    name: Name
    label: str
    placements: tuple[Placement, ...] = Field(min_length=1)
    text: tuple[TextRule, ...] = Field(min_length=1)
    hashtags: HashtagRule | None = None
    bans: tuple[Ban, ...] = ()
    figures: tuple[Figure, ...] = ()

    @model_validator(mode="after")
    def _ids_are_its_own(self) -> Self:
        if strangers := {p.platform for p in self.placements} - {self.name}:
            raise ValueError(f"a placement of {self.name} says platform {', '.join(sorted(strangers))}")
        ids = [p.id for p in self.placements], [t.field for t in self.text], [f.name for f in self.figures]
        if twice := [key for group in ids for key, times in Counter(group).items() if times > 1]:
            raise ValueError(f"stands twice: {', '.join(twice)}")
        return self

    def entries(self) -> tuple[Entry, ...]:
        """Every figure of the platform that carries evidence."""
        hashtags = () if self.hashtags is None else (self.hashtags,)
        return (*self.placements, *self.text, *hashtags, *self.bans, *self.figures)
