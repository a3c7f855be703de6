"""What all bodies share: camelCase out, snake_case accepted in, and texts of characters that may be in them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from gateway.schemas import samples
from gateway.schemas.text import Hashtag, Line, Storable, Visible, VisibleLine


def _number(value: Any) -> Any:
    if isinstance(value, str | bool):
        raise ValueError("must be a number")
    return value


COLOUR = r"^#[0-9a-fA-F]{6}$"
IDENTIFIER = r"^[A-Za-z0-9._:-]+$"
SHA256 = r"^[0-9a-f]{64}$"
KEY = r"^[!-~]+$"
POSITION = r"^[0-9]*$"
NUMBERED = r"^[0-9]+$"
TIMED = r"^[0-9]{1,17}\.[A-Za-z0-9._:-]{1,64}$"
"""Microseconds since 1970 and an id."""

Identifier = Annotated[str, Field(min_length=1, max_length=64, pattern=IDENTIFIER)]
Label = Annotated[str, Field(max_length=100), Line]
Labels = Annotated[tuple[Label, ...], Field(max_length=50)]
Name = Annotated[str, Field(min_length=1, max_length=200), VisibleLine]
ShortText = Annotated[str, Field(max_length=400), Storable]
LongText = Annotated[str, Field(max_length=2000), Storable]
SpokenText = Annotated[str, Field(min_length=1, max_length=400), Visible]
BodyText = Annotated[str, Field(min_length=1, max_length=10_000), Visible]
HashtagText = Annotated[str, Field(max_length=100), Hashtag]
Moment = Annotated[datetime, Field(examples=[samples.MOMENT])]
Started = Annotated[datetime, Field(examples=[samples.ATTEMPT["startedAt"]])]
Later = Annotated[datetime, Field(examples=[samples.LATER])]
Cursor = Annotated[str, Field(description="Give it as `cursor` to get the next page.")]
CampaignId = Annotated[str, Field(examples=[samples.CAMPAIGN_ID])]
BrandId = Annotated[str, Field(examples=[samples.BRAND_ID])]
AssetId = Annotated[str, Field(examples=[samples.IMAGE_ID])]
JobId = Annotated[str, Field(examples=[samples.JOB_ID])]
CascadeId = Annotated[str, Field(examples=[samples.CASCADE_ID])]
Team = Annotated[str, Field(examples=["demo"])]
Person = Annotated[str, Field(examples=["yamada"])]
Hash = Annotated[str, Field(examples=[samples.SHA256])]
Yen = Annotated[int, Field(examples=[6], description="Yen.")]
Count = Annotated[int, Field(examples=[2])]
Whole = BeforeValidator(_number)
"""2.0 is one as well, by JSON Schema; "2" is not. Bounds come before it, or the document does not tell them."""
WholeNumber = Annotated[int, Whole]
YesOrNo = Annotated[bool, Field(strict=True)]
PromptText = Annotated[str, Field(min_length=1, max_length=4000), Storable]


class Body(BaseModel):
    """Base of request bodies; a field that is not known is an error that names it."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class View(BaseModel):
    """Base of answers."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


def with_examples(*examples: dict[str, Any], **keywords: Any) -> ConfigDict:
    """The configuration of a model whose documentation shows these, and whose schema has these keywords more."""
    shown: dict[str, Any] = {"examples": list(examples)} if examples else {}
    return ConfigDict(json_schema_extra=shown | keywords)
