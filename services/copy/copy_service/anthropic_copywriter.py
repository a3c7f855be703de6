"""Copy written by Claude over Anthropic's Messages API, one paid call at a time."""

import asyncio
from decimal import Decimal

import httpx2
from anthropic import AnthropicError, AsyncAnthropic, transform_schema
from anthropic.types import OutputConfigParam
from pydantic import BaseModel, ConfigDict, ValidationError

from assets.money import Units
from assets.provider_errors import OutcomeUnknown, RefusedByProvider, Spent
from assets.settings import YEN_PER_DOLLAR
from contracts.values import CopyText
from copy_service.anthropic_faults import fault_of
from copy_service.copywriter import CopyRequest, Written
from copy_service.pricing import PRICES
from copy_service.prompting import system_prompt, user_prompt
from copy_service.provider_errors import MalformedOutput, Truncated

DEFAULT_MODEL = next(iter(PRICES))
DEFAULT_BASE_URL = "https://api.anthropic.com"
MAX_TOKENS = 8_000

# What one variant uses at medium effort: the prompt, and the answer with the thinking before it.
_USUAL_INPUT, _USUAL_OUTPUT = 3_000, 2_500
_CONNECT_SECONDS = 5.0


class CopyAnswer(BaseModel):
    """The structure the model must answer in."""

    model_config = ConfigDict(extra="forbid")

    headline: str
    body: str
    cta: str
    hashtags: list[str]


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


class AnthropicCopywriter:
    """The real copywriter. The key and the address are arguments; nothing is read from the environment."""

    name = "anthropic"
    offline = False

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

    def estimate_yen(self) -> int:
        """What one attempt usually costs, in yen, rounded up."""
        return self._price.yen(_USUAL_INPUT, _USUAL_OUTPUT, self._yen_per_dollar)

    def estimate_usd_micros(self) -> int:
        """The same in millionths of a dollar."""
        return self._price.cost(_USUAL_INPUT, _USUAL_OUTPUT, self._yen_per_dollar).usd_micros

    async def write(self, request: CopyRequest) -> Written:
        """One paid call. Raises each of `provider_errors`."""
        message = await self._answer(request)
        spent = self._spent(message)
        if message.stop_reason == "refusal":
            raise RefusedByProvider("the model declined to write this copy", spent=spent)
        if message.stop_reason in ("max_tokens", "model_context_window_exceeded"):
            raise Truncated(f"the answer was cut off ({message.stop_reason})", spent=spent)
        copy = _copy_in(message, spent)
        return Written(copy, spent)

    async def _answer(self, request: CopyRequest) -> _Message:
        try:
            # The client's timeout bounds each read; this one bounds the whole call, however slowly bytes trickle.
            async with asyncio.timeout(self.timeout_seconds + _CONNECT_SECONDS):
                body = await self._post(request)
        except TimeoutError as error:
            raise OutcomeUnknown("no whole answer came in time") from error
        except AnthropicError as error:
            raise fault_of(error) from error
        try:
            return _Message.model_validate_json(body)
        except ValidationError as error:
            raise OutcomeUnknown("an answer came that is not a message") from error

    async def _post(self, request: CopyRequest) -> bytes:
        schema = transform_schema(CopyAnswer)
        output: OutputConfigParam = {"format": {"type": "json_schema", "schema": schema}, "effort": "medium"}
        response = await self._client.messages.with_raw_response.create(
            model=self.model,
            max_tokens=MAX_TOKENS,
            system=system_prompt(request),
            messages=[{"role": "user", "content": user_prompt(request)}],
            output_config=output,
        )
        return response.http_response.content

    def _spent(self, message: _Message) -> Spent:
        used = Units(input_tokens=message.usage.all_input_tokens, output_tokens=message.usage.output_tokens)
        cost = self._price.cost(message.usage.all_input_tokens, message.usage.output_tokens, self._yen_per_dollar)
        return Spent(message.id, cost.yen, cost.usd_micros, used)


def _copy_in(message: _Message, spent: Spent) -> CopyText:
    text = "".join(block.text for block in message.content if block.type == "text")
    try:
        answer = CopyAnswer.model_validate_json(text)
    except ValidationError as error:
        raise MalformedOutput("the answer is not the structure asked for", spent=spent) from error
    copy = CopyText(
        headline=answer.headline.strip(),
        body=answer.body.strip(),
        cta=answer.cta.strip(),
        hashtags=tuple(_hashtag(tag) for tag in answer.hashtags if tag.strip("#＃ 　")),
    )
    if not (copy.headline and copy.body and copy.cta):
        raise MalformedOutput("the answer leaves a field empty", spent=spent)
    return copy


def _hashtag(tag: str) -> str:
    return "#" + "".join(tag.split()).lstrip("#＃")
