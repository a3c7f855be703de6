"""Brands as the API shows and takes them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from contracts.values import Colours, PreferredTerm, Register
from gateway.schemas import samples
from gateway.schemas.assets import BlobView
from gateway.schemas.base import COLOUR, Body, Cursor, Label, Labels, LongText, Name, View, with_examples


class PreferredTermBody(Body):
    """表記ルール: write `use` wherever `insteadOf` would stand."""

    use: Label = Field(examples=["お客さま"], description="What to write.")
    instead_of: Label = Field(examples=["お客様"], description="What never to write.")


class ColoursBody(Body):
    """A brand's colours as #rrggbb."""

    primary: str = Field(pattern=COLOUR, examples=["#0b6e4f"], description="The main one.")
    accent: str = Field(pattern=COLOUR, examples=["#f2a541"], description="The one for what should stand out.")
    text: str = Field(default="#1a1a1a", pattern=COLOUR, description="The one of its text.")

    def value(self) -> Colours:
        """As the contract has it."""
        return Colours(**self.model_dump())


BrandName = Annotated[Name, Field(examples=["森の珈琲"], description="As people know it.")]
DefaultRegister = Annotated[Register, Field(description="How formally it speaks.")]
ToneTags = Annotated[Labels, Field(examples=[samples.BRAND["toneTags"]], description="How it sounds, in single words.")]
ToneDescription = Annotated[
    LongText, Field(examples=[samples.BRAND["toneDescription"]], description="How it sounds, in a sentence.")
]
BrandValues = Annotated[Labels, Field(examples=[samples.BRAND["brandValues"]], description="What it stands for.")]
BannedTerms = Annotated[Labels, Field(examples=[["激安"]], description="Words that its copy never uses.")]
PreferredTerms = Annotated[
    tuple[PreferredTermBody, ...],
    Field(max_length=200, examples=[samples.TERMS], description="表記ルール: which spelling to use instead of which."),
]


class BrandBody(Body):
    """What a brand looks and sounds like."""

    name: BrandName
    default_register: DefaultRegister = "standard"
    tone_tags: ToneTags = ()
    tone_description: ToneDescription = ""
    brand_values: BrandValues = ()
    colours: ColoursBody
    banned_terms: BannedTerms = ()
    preferred_terms: PreferredTerms = ()


class BrandPatch(Body):
    """The fields of a brand to change."""

    model_config = with_examples({"toneTags": ["あたたかい", "誠実", "遊び心"], "colours": samples.COLOURS})

    name: BrandName | None = None
    default_register: DefaultRegister | None = None
    tone_tags: ToneTags | None = None
    tone_description: ToneDescription | None = None
    brand_values: BrandValues | None = None
    colours: ColoursBody | None = None
    banned_terms: BannedTerms | None = None
    preferred_terms: PreferredTerms | None = None


class BrandView(View):
    """A brand at its newest version."""

    model_config = with_examples(samples.BRAND)

    name: str
    default_register: Register
    tone_tags: tuple[str, ...]
    tone_description: str
    brand_values: tuple[str, ...]
    colours: Colours
    banned_terms: tuple[str, ...]
    preferred_terms: tuple[PreferredTerm, ...]
    logo: BlobView | None = Field(description="Set on every composite; null for none.")
    id: str
    team_id: str
    version: int
    created_at: datetime
    updated_at: datetime


class BrandList(View):
    """A page of brands, newest first."""

    items: tuple[BrandView, ...]
    next_cursor: Cursor | None = None
