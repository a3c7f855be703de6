"""Messages that failed every try, as admins see them."""

from typing import Annotated

from pydantic import Field

from gateway.schemas import samples
from gateway.schemas.base import Body, Count, Identifier, Later, Moment, View, with_examples

LETTER_ID = f"image.jobs:{samples.JOB_ID}"
LETTER = Annotated[str, Field(examples=[LETTER_ID])]
LettersWanted = Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=100)]


class DeadLetterView(View):
    """A message of the team's that failed every try, and why. `count` is how often it lies there."""

    id: LETTER
    queue: str = Field(examples=["image.jobs"])
    message_id: str = Field(examples=[samples.JOB_ID])
    type: str = Field(examples=["job.run"])
    reason: str = Field(examples=["LookupError: the asset is not known"])
    tries: Count
    count: int = Field(examples=[1])
    first_dead_at: Moment
    last_dead_at: Later
    body: str = Field(examples=["{…}"], description="The beginning of the message as it was received.")
    whole: bool = Field(description="Whether `body` is all of it.")


class DeadLetterList(View):
    """The team's dead letters, the newest death first."""

    items: tuple[DeadLetterView, ...]
    more: bool = Field(description="There are more than could be looked at; replay some of these first.")
    unanswered: tuple[str, ...] = Field(
        default=(), examples=[[]], description="Services that did not answer, whose letters are missing here."
    )


class ReplayBody(Body):
    """Which dead letters to handle once more."""

    model_config = with_examples({"ids": [LETTER_ID]})

    ids: LettersWanted


class ReplayedView(View):
    """What is on its way to its queue again."""

    replayed: tuple[LETTER, ...]
