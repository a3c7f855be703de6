"""One paid call of Anthropic's Messages API, its answer held to a structure."""

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeVar

import httpx2
from anthropic import AnthropicError, AsyncAnthropic, transform_schema
from anthropic.types import ImageBlockParam, OutputConfigParam, TextBlockParam
from pydantic import BaseModel, ValidationError

from assets.money import Money, Units
from assets.provider_errors import OutcomeUnknown, RefusedByProvider, Spent
from assets.settings import YEN_PER_DOLLAR
from claude.errors import MalformedOutput, Truncated
from claude.faults import fault_of
from claude.pricing import PRICES

DEFAULT_MODEL = next(iter(PRICES))
DEFAULT_BASE_URL = "https://api.anthropic.com"

_CONNECT_SECONDS = 5.0

PictureType = Literal["image/jpeg", "image/png", "image/webp"]
Structure = TypeVar("Structure", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that is shown with the material, after a line that names it."""

    label: str
    media_type: PictureType
    data: bytes


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: instructions that hold nothing a person typed, the material, and the structure of an answer.

    `max_tokens` is the ceiling of the answer with the thinking before it.
    """

    system: str
    material: str
    answer: type[BaseModel]
    max_tokens: int
    pictures: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A whole answer, not read yet, and what it cost."""

    text: str
    spent: Spent

    def read(self, structure: type[Structure]) -> Structure:
        """The answer as that structure. Raises MalformedOutput with the cost."""
        try:
            return structure.model_validate_json(self.text)
        except ValidationError as error:
            raise MalformedOutput("the answer is not the structure asked for", spent=self.spent) from error


class _Usage(BaseModel):
    input_tokens: int
    output_tokens: int
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None

    @property
    def all_input_tokens(self) -> int:
        """No caching is asked for; should a proxy add some, it is counted at the full input price."""
        return self.input_tokens + (self.cache_creation_input_tokens or 0) + (self.cache_read_input_tokens or 0)


class _Block(BaseModel):
    type: str
    text: str = ""


class _Message(BaseModel):
    # Read by our own strict model: the SDK's builds an object from any JSON and fails late, with the cost lost.
    id: str
    model: str
    stop_reason: str
    content: list[_Block]
    usage: _Usage

    @property
    def text(self) -> str:
        return "".join(block.text for block in self.content if block.type == "text")


class Claude:
    """One model at one address. The key and the address are arguments; nothing is read from the environment."""

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str = DEFAULT_BASE_URL,
        model: str = DEFAULT_MODEL,
        timeout_seconds: float = 120.0,
        yen_per_dollar: Decimal = YEN_PER_DOLLAR,
    ) -> None:
        """Raises KeyError for a model without a known price."""
        self.model = model
        self.timeout_seconds = timeout_seconds
        self._price = PRICES[model]
        self._yen_per_dollar = yen_per_dollar
        timeout = httpx2.Timeout(timeout_seconds, connect=min(_CONNECT_SECONDS, timeout_seconds))
        self._client = AsyncAnthropic(api_key=api_key, base_url=base_url, max_retries=0, timeout=timeout)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    def cost(self, input_tokens: int, output_tokens: int) -> Money:
        """What so many tokens of this model cost."""
        return self._price.cost(input_tokens, output_tokens, self._yen_per_dollar)

    async def ask(self, question: Question) -> Said:
        """One paid call. Raises each of `assets.provider_errors`, and Truncated."""
        message = await self._answer(question)
        spent = self._spent(message)
        if message.stop_reason == "refusal":
            raise RefusedByProvider("the model declined to answer", spent=spent)
        if message.stop_reason in ("max_tokens", "model_context_window_exceeded"):
            raise Truncated(f"the answer was cut off ({message.stop_reason})", spent=spent)
        return Said(message.text, spent)

    async def _answer(self, question: Question) -> _Message:
        try:
            # The client's timeout bounds each read; this one bounds the whole call, however slowly bytes trickle.
            async with asyncio.timeout(self.timeout_seconds + _CONNECT_SECONDS):
                body = await self._post(question)
        except TimeoutError as error:
            raise OutcomeUnknown("no whole answer came in time") from error
        except AnthropicError as error:
            raise fault_of(error) from error
        try:
            return _Message.model_validate_json(body)
        except ValidationError as error:
            raise OutcomeUnknown("an answer came that is not a message") from error

    async def _post(self, question: Question) -> bytes:
        schema = transform_schema(question.answer)
        output: OutputConfigParam = {"format": {"type": "json_schema", "schema": schema}, "effort": "medium"}
        response = await self._client.messages.with_raw_response.create(
            model=self.model,
            max_tokens=question.max_tokens,
            system=question.system,
            messages=[{"role": "user", "content": list(_blocks(question))}],
            output_config=output,
        )
        return response.http_response.content

    def _spent(self, message: _Message) -> Spent:
        used = Units(input_tokens=message.usage.all_input_tokens, output_tokens=message.usage.output_tokens)
        cost = self.cost(message.usage.all_input_tokens, message.usage.output_tokens)
        return Spent(message.id, cost.yen, cost.usd_micros, used)


def _blocks(question: Question) -> Iterator[TextBlockParam | ImageBlockParam]:
    """Pictures first, as the provider advises."""
    for shown in question.pictures:
        yield {"type": "text", "text": shown.label}
        data = b64encode(shown.data).decode()
        yield {"type": "image", "source": {"type": "base64", "media_type": shown.media_type, "data": data}}
    yield {"type": "text", "text": question.material}
