"""What is judged, and what is found in it. Pure."""

from dataclasses import dataclass
from typing import Literal

from contracts.qa import Section, Severity
from contracts.values import BrandProfile, Brief, CopyText, PlatformName, Register

TextField = Literal["headline", "body", "cta", "hashtags"]
TEXT_FIELDS: tuple[TextField, ...] = ("headline", "body", "cta", "hashtags")


@dataclass(frozen=True, slots=True)
class Words:
    """One copy variant; `register` is the one that brand and brief want, whatever the words are in."""

    asset_id: str
    sha256: str
    platform: PlatformName
    variant_label: str
    text: CopyText
    register: Register


@dataclass(frozen=True, slots=True)
class Picture:
    """One image, composite or platform image. `contrast` is its worst line's, in hundredths (450 is 4.5:1)."""

    asset_id: str
    sha256: str
    kind: Literal["image", "composited_image", "platform_image"]
    media_type: str
    width: int | None
    height: int | None
    bytes: int | None
    platform: PlatformName | None = None
    placement: str | None = None
    contrast: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A campaign's kit as it is judged, with the brand and the brief that it is held to."""

    campaign_id: str
    brand: BrandProfile
    brief: Brief
    words: tuple[Words, ...]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to object to. `quote` stands word for word in the field; it is empty for a picture as a whole.

    `description` and `suggestion` are for people, in Japanese; `source` is what a rule rests on.
    """

    section: Section
    target: str
    field: str
    rule: str
    severity: Severity
    quote: str
    description: str
    suggestion: str
    source: str | None = None


def field_text(text: CopyText, field: TextField) -> str:
    """A field's text as it is quoted from; hashtags with a space between."""
    return " ".join(text.hashtags) if field == "hashtags" else getattr(text, field)
