"""Claims that a pattern finds in a text, without those that the same sentence denies or warns of."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa_service.rules.reading import Field, Reading

_NEAR, _WORD = 60, 5
_SENTENCE_END = re.compile(r"[。!?\n]")
_DENIED = re.compile(
    r"(?:もの|話|方法|わけ|こと|保証|目的)(?:は|では|で)?(?:ありません|ない|ございません)|^(?:は"
    r"|を)?(?:でき|し|いたし|致し|され)(?:ません|かね|ない)|^(?:は|では)(?:一切)?(?:ありません"
    r"|ございません|ない)|ではありません|ではなく|ではございません|とは限ら|と(?:は)?言(?:え|い)ません"
    r"|なんてない|人によって|人それぞれ|に(?:[はも]、?)?(?:ご)?注意|にだまされ|に騙され|疑[うえい]"
    r"|」(?:と|を|や)(?:言われ|うた|誘|いう(?:話|人|言葉|勧誘|広告|甘い))|詐欺|(?:嘘|うそ"
    r"|ウソ)(?!のよう|みたい)|落とし穴|危険性|気をつけ|禁じ|禁止"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One match. `before` and `after` are the rest of its sentence as far as it is near, folded."""

    field: Field
    quote: str
    match: re.Match[str]
    before: str
    after: str


def claims(reading: Reading, patterns: Sequence[re.Pattern[str]]) -> Iterator[Claim]:
    """Every claim of the patterns, in order, none overlapping another of the same field."""
    for field in reading.fields:
        taken = 0
        for match in _in_order(field.folded.text, patterns):
            if match.start() >= taken and match.end() > match.start():
                before, after = _around(field.folded.text, match)
                if not _DENIED.search(after):
                    taken = match.end()
                    yield Claim(field, _quote(field, match), match, before, after)


def _quote(field: Field, match: re.Match[str]) -> str:
    """What was written, to the end of its last word."""
    start, end = field.folded.span(*match.span())
    whole = next((at for at in range(end, end + _WORD) if at in field.ending), end)
    return field.text[start:whole]


def _in_order(text: str, patterns: Sequence[re.Pattern[str]]) -> list[re.Match[str]]:
    found = (match for pattern in patterns for match in pattern.finditer(text))
    return sorted(found, key=lambda match: (match.start(), -match.end()))


def _around(text: str, match: re.Match[str]) -> tuple[str, str]:
    before = text[max(0, match.start() - _NEAR) : match.start()]
    after = text[match.end() : match.end() + _NEAR]
    return _SENTENCE_END.split(before)[-1], _SENTENCE_END.split(after)[0]
