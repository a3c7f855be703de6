"""What all bodies share: camelCase out, snake_case accepted in, and strings that a database can keep."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from gateway.schemas import samples


def _storable(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain the NUL character")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError("must not contain half of a surrogate pair")
    return value


COLOUR = r"^#[0-9a-fA-F]{6}$"
IDENTIFIER = r"^[A-Za-z0-9._:-]+$"

Storable = AfterValidator(_storable)
Identifier = Annotated[str, Field(min_length=1, max_length=64, pattern=IDENTIFIER)]
Label = Annotated[str, Field(max_length=100), Storable]
Labels = Annotated[tuple[Label, ...], Field(max_length=50)]
Name = Annotated[str, Field(min_length=1, max_length=200), Storable]
ShortText = Annotated[str, Field(max_length=400), Storable]
LongText = Annotated[str, Field(max_length=2000), Storable]
BodyText = Annotated[str, Field(max_length=10_000), Storable]
Moment = Annotated[datetime, Field(examples=[samples.MOMENT])]
Later = Annotated[datetime, Field(examples=[samples.LATER])]
Cursor = Annotated[str, Field(examples=[samples.CURSOR], description="Give it as `cursor` to get the next page.")]
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
PromptText = Annotated[str, Field(min_length=1, max_length=4000), Storable]


class Body(BaseModel):
    """Base of request bodies; a field that is not known is an error that names it."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class View(BaseModel):
    """Base of answers."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


def with_examples(*examples: dict[str, Any]) -> ConfigDict:
    """The configuration of a model whose documentation shows these."""
    shown: list[Any] = list(examples)
    return ConfigDict(json_schema_extra={"examples": shown})
