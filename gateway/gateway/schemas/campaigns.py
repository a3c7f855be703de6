"""Campaigns as the API shows and takes them."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.approval import ApprovalStatus
from contracts.values import Brief, PlatformName, Register
from gateway.schemas import samples
from gateway.schemas.assets import AssetView
from gateway.schemas.base import (
    Body,
    BrandId,
    CampaignId,
    Cursor,
    Identifier,
    Labels,
    LongText,
    Moment,
    Name,
    Person,
    ShortText,
    Team,
    View,
    WholeNumber,
    with_examples,
)

CampaignStatus = Literal["pending", "generating", "ready", "partially_failed"]
Objective = Literal["awareness", "consideration", "conversion", "retention"]


Goal = Annotated[Objective, Field(description="What the campaign is to achieve.")]
Product = Annotated[
    ShortText, Field(min_length=1, examples=[samples.BRIEF["product"]], description="What is advertised.")
]
Audience = Annotated[
    ShortText, Field(min_length=1, examples=[samples.BRIEF["targetAudience"]], description="Whom it speaks to.")
]
Platforms = Annotated[
    tuple[PlatformName, ...],
    Field(
        min_length=1,
        max_length=8,
        json_schema_extra={"uniqueItems": True},
        examples=[samples.BRIEF["platforms"]],
        description="Each gets four copy variants and images in its own sizes.",
    ),
]
MoodTags = Annotated[Labels, Field(examples=[samples.BRIEF["moodTags"]], description="The mood of text and pictures.")]
Direction = Annotated[
    LongText, Field(examples=[samples.BRIEF["creativeDirection"]], description="Anything else the makers should know.")
]
RegisterOverride = Annotated[Register, Field(description="Wins over the brand's default register.")]
Language = Annotated[Literal["ja"], Field(description="Copy is written in Japanese; other languages not yet.")]
TrendReportId = Annotated[
    Identifier, Field(description="Kept with the brief. There are no trend reports yet, so nothing is made from it.")
]


class BriefBody(Body):
    """What a campaign is for."""

    objective: Goal
    product: Product
    target_audience: Audience
    platforms: Platforms
    mood_tags: MoodTags = ()
    creative_direction: Direction = ""
    register_override: RegisterOverride | None = None
    language: Language = "ja"
    trend_report_id: TrendReportId | None = None


class BriefPatch(Body):
    """The fields of a brief to change; a null takes an optional one away. Platforms stay as they were created."""

    model_config = with_examples({"creativeDirection": samples.DIRECTION, "moodTags": ["夕涼み"]})

    objective: Goal | None = None
    product: Product | None = None
    target_audience: Audience | None = None
    mood_tags: MoodTags | None = None
    creative_direction: Direction | None = None
    register_override: RegisterOverride | None = None
    language: Language | None = None
    trend_report_id: TrendReportId | None = None


CampaignName = Annotated[Name, Field(examples=["夏のアイスコーヒー"], description="What your team calls it.")]


class CampaignBody(Body):
    """A campaign to be made, whole kit and all."""

    name: CampaignName
    brand_id: Identifier = Field(examples=[samples.BRAND_ID], description="The brand that it is for.")
    brief: BriefBody
    images: WholeNumber = Field(default=2, ge=1, le=8, description="How many base images to generate.")


class CampaignPatch(Body):
    """What to change of a campaign."""

    model_config = with_examples({"brief": {"creativeDirection": samples.DIRECTION, "moodTags": ["夕涼み"]}})

    name: CampaignName | None = None
    brief: BriefPatch | None = None


class CampaignSummary(View):
    """A campaign without its assets."""

    id: CampaignId
    team_id: Team
    brand_id: BrandId
    name: str = Field(examples=["夏のアイスコーヒー"])
    brief: Brief = Field(examples=[samples.BRIEF])
    brief_version: int = Field(examples=[1])
    status: CampaignStatus = Field(examples=["ready"])
    approval_status: ApprovalStatus = Field(
        examples=["none"],
        description="Where the campaign's workflow (稟議) stands; `none` until something was submitted.",
    )
    parent_campaign_id: str | None = Field(default=None, description="Null: campaigns are not copied yet.")
    template_id: str | None = Field(default=None, description="Null: there are no templates yet.")
    created_by: Person | None = None
    created_at: Moment
    updated_at: Moment
    stream_position: int = Field(
        examples=[128],
        description="What the event stream told up to here is in this answer; send it as Last-Event-ID to go on.",
    )


class CampaignView(CampaignSummary):
    """A campaign with its whole kit, staleness and causes."""

    assets: tuple[AssetView, ...]


class CampaignList(View):
    """A page of campaigns, newest first."""

    items: tuple[CampaignSummary, ...]
    next_cursor: Cursor | None = None
