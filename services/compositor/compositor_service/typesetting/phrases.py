"""Where a reader would like a line to end: BudouX phrases, held to 禁則."""

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate

import budoux

from compositor_service.typesetting.kinsoku import INSEPARABLE_CHARACTERS, PAUSES, allowed_breaks

_HONORIFIC_PREFIXES = frozenset("おご")

# Formal nouns and auxiliary verbs, which say little at the head of a line: 「選んでいただく／ために」.
_DEPENDENT = re.compile(
    r"(?:ため|こと|とき(?!め)|ところ|ほう|わけ|はず(?!む)|まま"
    r"|な(?:る|り|っ|れ)|する|して|しま|いただ|くださ|こめ|(?<!の)あ(?:る|り|っ))"
)

# Words in which the parser finds a phrase's end, and one that it often leaves joined to what goes before it.
_WHOLE = re.compile("やわらか|ゆるやか|なごむ|はずむ|背伸び")
_ALWAYS_A_PHRASE = re.compile("(?<!^)ひととき")


class Grade(IntEnum):
    """How well a line ends at a place; the lower, the better it reads."""

    AFTER_PAUSE = 0
    BETWEEN_PHRASES = 1
    BEFORE_DEPENDENT = 2
    CHANGE_OF_SCRIPT = 3
    INSIDE_WORD = 4


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a line may end: before the character at `index`. A forced one must end a line."""

    index: int
    grade: Grade
    forced: bool = False


@lru_cache(maxsize=1)
def _parser() -> budoux.Parser:
    return budoux.load_default_japanese_parser()


def phrase_boundaries(text: str) -> set[int]:
    """Indices at which a phrase (about a 文節) begins, the text's own start excluded."""
    found = set(accumulate(len(phrase) for phrase in _parser().parse(text))) - {len(text)}
    torn = {index for word in _WHOLE.finditer(text) for index in range(word.start() + 1, word.end())}
    return (found - torn) | {word.start() for word in _ALWAYS_A_PHRASE.finditer(text)}


def breaks_of(text: str, forced: frozenset[int] = frozenset()) -> tuple[Break, ...]:
    """All places where a line of `text` may end; those in `forced` must end one, whatever 禁則 says."""
    phrases = phrase_boundaries(text)
    return tuple(
        Break(index, Grade.AFTER_PAUSE if index in forced else _grade(text, index, phrases), index in forced)
        for index in sorted({*allowed_breaks(text), *forced})
    )


def _grade(text: str, index: int, phrases: set[int]) -> Grade:
    before, after = text[index - 1], text[index]
    if before in PAUSES or before.isspace():
        return Grade.AFTER_PAUSE
    if after in INSEPARABLE_CHARACTERS:
        return Grade.INSIDE_WORD
    if index in phrases:
        return Grade.BEFORE_DEPENDENT if _DEPENDENT.match(text, index) else Grade.BETWEEN_PHRASES
    # Hiragana after another script is most often an ending or a particle, which belongs to what precedes it.
    if before not in _HONORIFIC_PREFIXES and _script(after) not in ("HIRAGANA", _script(before)):
        return Grade.CHANGE_OF_SCRIPT
    return Grade.INSIDE_WORD


def _script(character: str) -> str:
    name = unicodedata.name(character, "").split(" ")[0]
    return "KATAKANA" if name == "KATAKANA-HIRAGANA" else name.split("-")[0]
