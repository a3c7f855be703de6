"""Brands and campaigns as the API shows and takes them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from contracts.values import BrandProfile, Brief, Colours, PlatformName, Register
from gateway.schemas.assets import AssetView
from gateway.schemas.base import Body, Identifier, Label, LongText, Name, ShortText, View

CampaignStatus = Literal["pending", "generating", "ready", "partially_failed"]
Labels = Annotated[tuple[Label, ...], Field(max_length=50)]
Objective = Literal["awareness", "consideration", "conversion", "retention"]


class PreferredTermBody(Body):
    """表記ルール: write `use` wherever `insteadOf` would stand."""

    use: Label
    instead_of: Label


class ColoursBody(Body):
    """A brand's colours as #rrggbb."""

    primary: str = Field(pattern=r"^#[0-9a-fA-F]{6}$", examples=["#0b6e4f"])
    accent: str = Field(pattern=r"^#[0-9a-fA-F]{6}$", examples=["#f2a541"])
    text: str = Field(default="#1a1a1a", pattern=r"^#[0-9a-fA-F]{6}$")

    def value(self) -> Colours:
        """As the contract has it."""
        return Colours(**self.model_dump())


class BrandBody(Body):
    """What a brand looks and sounds like."""

    name: Annotated[Name, Field(examples=["森の珈琲"])]
    default_register: Register = "standard"
    tone_tags: Labels = Field(default=(), examples=[["あたたかい", "誠実"]])
    tone_description: LongText = ""
    brand_values: Labels = ()
    colours: ColoursBody
    banned_terms: Labels = ()
    preferred_terms: Annotated[tuple[PreferredTermBody, ...], Field(max_length=200)] = ()


class BrandPatch(Body):
    """The fields of a brand to change."""

    name: Name | None = None
    default_register: Register | None = None
    tone_tags: Labels | None = None
    tone_description: LongText | None = None
    brand_values: Labels | None = None
    colours: ColoursBody | None = None
    banned_terms: Labels | None = None
    preferred_terms: Annotated[tuple[PreferredTermBody, ...], Field(max_length=200)] | None = None


class BrandView(BrandProfile):
    """A brand at its newest version."""

    id: str
    team_id: str
    version: int
    created_at: datetime
    updated_at: datetime


class BrandList(View):
    """A page of brands, newest first."""

    items: tuple[BrandView, ...]
    next_cursor: str | None = None


class BriefBody(Body):
    """What a campaign is for."""

    objective: Objective
    product: Annotated[ShortText, Field(min_length=1, examples=["水出しアイスコーヒー"])]
    target_audience: Annotated[ShortText, Field(min_length=1, examples=["在宅勤務の30代"])]
    platforms: Annotated[tuple[PlatformName, ...], Field(min_length=1, max_length=8)]
    mood_tags: Labels = ()
    creative_direction: LongText = ""
    register_override: Register | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "ja"
    trend_report_id: Identifier | None = None


class BriefPatch(Body):
    """The fields of a brief to change; a null takes an optional one away."""

    objective: Objective | None = None
    product: Annotated[ShortText, Field(min_length=1)] | None = None
    target_audience: Annotated[ShortText, Field(min_length=1)] | None = None
    platforms: Annotated[tuple[PlatformName, ...], Field(min_length=1, max_length=8)] | None = None
    mood_tags: Labels | None = None
    creative_direction: LongText | None = None
    register_override: Register | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] | None = None
    trend_report_id: Identifier | None = None


class CampaignBody(Body):
    """A campaign to be made, whole kit and all."""

    name: Annotated[Name, Field(examples=["夏のアイスコーヒー"])]
    brand_id: Identifier
    brief: BriefBody
    images: int = Field(default=2, ge=1, le=8)


class CampaignPatch(Body):
    """What to change of a campaign."""

    name: Name | None = None
    brief: BriefPatch | None = None


class CampaignSummary(View):
    """A campaign without its assets."""

    id: str
    team_id: str
    brand_id: str
    name: str
    brief: Brief
    brief_version: int
    status: CampaignStatus
    approval_status: Literal["none"] = "none"
    parent_campaign_id: str | None = None
    template_id: str | None = None
    created_by: str | None = None
    created_at: datetime
    updated_at: datetime
    stream_position: int
    """The event stream up to here is in this answer; open it with this as Last-Event-ID to miss nothing."""


class CampaignView(CampaignSummary):
    """A campaign with its whole kit, staleness and causes."""

    assets: tuple[AssetView, ...]


class CampaignList(View):
    """A page of campaigns, newest first."""

    items: tuple[CampaignSummary, ...]
    next_cursor: str | None = None
