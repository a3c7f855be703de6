"""A kit reviewed by Claude over Anthropic's Messages API, words and pictures in one paid call."""

from pydantic import BaseModel, Field, JsonValue, ValidationError

from claude.adapter import ClaudeAdapter
from claude.client import Question, Said, Shown
from contracts.qa import Section, Severity
from qa_service.criteria import CRITERIA
from qa_service.domain import TEXT_FIELDS
from qa_service.prompting import look_label, material_prompt, system_prompt
from qa_service.reviewer import Claim, Reviewed, ReviewRequest
from qa_service.vetting import PICTURE_FIELD

MAX_TOKENS = 16_000
TIMEOUT_SECONDS = 300.0
"""What its client should wait for one answer: so many tokens take minutes."""

# What a kit of four platforms and two images uses at medium effort: the instructions, sixteen variants and eight
# pictures; the findings with the thinking before them.
_USUAL_INPUT, _USUAL_OUTPUT = 22_000, 6_000

_FIELDS: list[JsonValue] = [*TEXT_FIELDS, PICTURE_FIELD]
_RULES: list[JsonValue] = [*dict.fromkeys(one.rule for one in CRITERIA)]


class ReviewFinding(BaseModel):
    """One thing that the model objects to."""

    section: Section
    target: str
    field: str = Field(json_schema_extra={"enum": _FIELDS})
    rule: str = Field(json_schema_extra={"enum": _RULES})
    severity: Severity
    quote: str
    description: str
    suggestion: str


class ReviewAnswer(BaseModel):
    """The structure the model must answer in. It has no score and no verdict: those are not the model's to give."""

    findings: list[ReviewFinding]


class _Answer(BaseModel):
    # Read one by one, so that a single bad finding does not cost the good ones.
    findings: list[JsonValue]


class AnthropicReviewer(ClaudeAdapter):
    """The real reviewer."""

    usual_tokens = (_USUAL_INPUT, _USUAL_OUTPUT)

    async def review(self, request: ReviewRequest) -> Reviewed:
        """One paid call. Raises each of `assets.provider_errors` and `claude.errors`."""
        shown = tuple(Shown(look_label(look), look.media_type, look.data) for look in request.looks)
        question = Question(system_prompt(), material_prompt(request), ReviewAnswer, MAX_TOKENS, shown)
        return _reviewed(await self._claude.ask(question))


def _reviewed(said: Said) -> Reviewed:
    found = said.read(_Answer).findings
    claims = tuple(claim for each in found if (claim := _claim(each)))
    return Reviewed(claims, said.spent, unreadable=len(found) - len(claims))


def _claim(said: JsonValue) -> Claim | None:
    try:
        finding = ReviewFinding.model_validate(said)
    except ValidationError:
        return None
    # No JSON of PostgreSQL's holds a NUL, and whoever keeps the answer keeps it there or may.
    if any("\0" in value for value in dict(finding).values()):
        return None
    return Claim(**dict(finding))
