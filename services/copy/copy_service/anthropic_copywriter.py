"""Copy written by Claude over Anthropic's Messages API, one paid call at a time."""

from pydantic import BaseModel, ConfigDict

from claude.adapter import ClaudeAdapter
from claude.client import Question, Said
from claude.errors import MalformedOutput
from contracts.values import CopyText
from copy_service.copywriter import CopyRequest, Written
from copy_service.prompting import system_prompt, user_prompt

MAX_TOKENS = 8_000

# What one variant uses at medium effort: the prompt, and the answer with the thinking before it.
_USUAL_INPUT, _USUAL_OUTPUT = 3_000, 2_500


class CopyAnswer(BaseModel):
    """The structure the model must answer in."""

    model_config = ConfigDict(extra="forbid")

    headline: str
    body: str
    cta: str
    hashtags: list[str]


class AnthropicCopywriter(ClaudeAdapter):
    """The real copywriter."""

    usual_tokens = (_USUAL_INPUT, _USUAL_OUTPUT)

    async def write(self, request: CopyRequest) -> Written:
        """One paid call. Raises each of `assets.provider_errors` and `claude.errors`."""
        question = Question(system_prompt(request), user_prompt(request), CopyAnswer, MAX_TOKENS)
        said = await self._claude.ask(question)
        return Written(_copy_in(said), said.spent)


def _copy_in(said: Said) -> CopyText:
    answer = said.read(CopyAnswer)
    copy = CopyText(
        headline=answer.headline.strip(),
        body=answer.body.strip(),
        cta=answer.cta.strip(),
        hashtags=tuple(_hashtag(tag) for tag in answer.hashtags if tag.strip("#＃ 　")),
    )
    if not (copy.headline and copy.body and copy.cta):
        raise MalformedOutput("the answer leaves a field empty", spent=said.spent)
    return copy


def _hashtag(tag: str) -> str:
    return "#" + "".join(tag.split()).lstrip("#＃")
