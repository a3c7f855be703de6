"""One variant as rules read it: folded, cut into words and sentences, each once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from sudachipy import SplitMode, Tokenizer

from contracts.values import BrandProfile
from qa_service.domain import TEXT_FIELDS, TextField, Words, field_text
from qa_service.rules.folding import Folded, fold, fold_kana
from qa_service.rules.lexicon import dictionary

# Sudachi refuses more than 49,149 bytes at once; a character has at most four.
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Token:
    """One word: where it stands in the text, its part of speech (`kind`, finer `sub` and `third`) and its forms."""

    surface: str
    start: int
    end: int
    kind: str
    sub: str
    third: str
    conjugation: str
    form: str
    lemma: str
    norm: str


class Reader:
    """Cuts texts into words, each text once. Not for use by several threads at once: each `judge` makes its own."""

    def __init__(self) -> None:
        self._tokenizer: Tokenizer | None = None
        self._read: dict[str, tuple[Token, ...]] = {}

    def tokens(self, text: str) -> tuple[Token, ...]:
        """The words of a text, in the shortest units of the dictionary."""
        if text not in self._read:
            self._read[text] = tuple(self._cut(text))
        return self._read[text]

    def _cut(self, text: str) -> Iterator[Token]:
        if self._tokenizer is None:
            self._tokenizer = dictionary().create()
        for offset in range(0, len(text), _AT_ONCE):
            for word in self._tokenizer.tokenize(text[offset : offset + _AT_ONCE], SplitMode.A):
                kind, sub, third, _, conjugation, form = word.part_of_speech()
                begin, end = offset + word.begin(), offset + word.end()
                names = word.dictionary_form(), word.normalized_form()
                # One sign that stands for several words (㍿) gives words of no characters as well.
                if begin < end:
                    yield Token(word.surface(), begin, end, kind, sub, third, conjugation, form, *names)


class Field:
    """One field's text and what is read from it, each computed when first asked for."""

    def __init__(self, name: TextField, text: str, reader: Reader) -> None:
        self.name: TextField = name
        self.text = text
        self._reader = reader

    @cached_property
    def folded(self) -> Folded:
        return fold(self.text)

    @cached_property
    def kana(self) -> Folded:
        return fold_kana(self.text)

    @cached_property
    def kana_starts(self) -> frozenset[int]:
        """Where the characters that `kana` kept were written."""
        return frozenset(self.kana.starts)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return self._reader.tokens(self.text)

    @cached_property
    def starting(self) -> dict[int, int]:
        """Which word starts at a place."""
        return {token.start: number for number, token in enumerate(self.tokens)}

    @cached_property
    def ending(self) -> dict[int, int]:
        """Which word ends at a place."""
        return {token.end: number for number, token in enumerate(self.tokens)}


@dataclass(frozen=True)
class Reading:
    """A variant with the brand it is held to; fields without text are left out."""

    words: Words
    brand: BrandProfile
    fields: tuple[Field, ...]
    reader: Reader

    @property
    def spoken(self) -> tuple[Field, ...]:
        """The fields that hold sentences: all but the hashtags."""
        return tuple(field for field in self.fields if field.name != "hashtags")


def read(words: Words, brand: BrandProfile, reader: Reader) -> Reading:
    """A variant made ready for rules."""
    fields = (Field(name, field_text(words.text, name), reader) for name in TEXT_FIELDS)
    return Reading(words, brand, tuple(field for field in fields if field.text), reader)
