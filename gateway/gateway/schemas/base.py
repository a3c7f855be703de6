"""What all bodies share: camelCase out, snake_case accepted in, and strings that a database can keep."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


def _storable(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain the NUL character")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError("must not contain half of a surrogate pair")
    return value


Storable = AfterValidator(_storable)
Identifier = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
Label = Annotated[str, Field(max_length=100), Storable]
Name = Annotated[str, Field(min_length=1, max_length=200), Storable]
ShortText = Annotated[str, Field(max_length=400), Storable]
LongText = Annotated[str, Field(max_length=2000), Storable]
BodyText = Annotated[str, Field(max_length=10_000), Storable]
PromptText = Annotated[str, Field(min_length=1, max_length=4000), Storable]


class Body(BaseModel):
    """Base of request bodies; a field that is not known is an error that names it."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class View(BaseModel):
    """Base of answers."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)
