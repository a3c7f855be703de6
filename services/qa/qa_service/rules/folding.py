"""A text with its variants of writing made one, and the way back to the characters that were written."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# A half-width kana carries its voicing as a character of its own, so both are folded together.
_CLUSTERS = re.compile(r".[ﾞﾟ\u3099\u309a]?", re.DOTALL)
_LONG_END = re.compile(r"(?<=[ァ-ヺー]{2}[ァ-ヺ])ー+(?![ァ-ヺー])")
# N o . 1: spaces that only part single characters hide a word, so they are no part of it.
_SPACED = re.compile(r"\S(?:[ \t]+\S){3,}|(?<!\S)\S(?:[ \t]+\S){2}(?!\S)")
_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` is the folded form; `starts` and `ends` give for each of its characters where it was written."""

    source: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] stands in the source; it must not be empty."""
        return self.starts[start], self.ends[end - 1]

    def quote(self, start: int, end: int) -> str:
        """What was written for text[start:end]."""
        began, ended = self.span(start, end)
        return self.source[began:ended]


def fold(source: str) -> Folded:
    """Full and half width, and upper and lower case, made one (NFKC), and spaces between single characters left out."""
    characters = list(_characters(source))
    text = "".join(char for char, _, _ in characters)
    spaced = {at for run in _SPACED.finditer(text) for at in range(*run.span()) if text[at] in " \t"}
    return _folded(source, [character for at, character in enumerate(characters) if at not in spaced])


def fold_kana(source: str) -> Folded:
    """As `fold`, with katakana and hiragana made one and without the long vowel at the end of a word (サーバー).

    As in technical Japanese, that vowel is left out of words of three sounds and more: カバー is not カバ.
    """
    plain = fold(source)
    skipped = {at for match in _LONG_END.finditer(plain.text) for at in range(*match.span())}
    kept = [at for at in range(len(plain.text)) if at not in skipped]
    return _folded(source, [(plain.text[at].translate(_KATAKANA), plain.starts[at], plain.ends[at]) for at in kept])


def _characters(source: str) -> Iterator[tuple[str, int, int]]:
    for cluster in _CLUSTERS.finditer(source):
        for char in unicodedata.normalize("NFKC", cluster[0]).casefold():
            yield char, cluster.start(), cluster.end()


def _folded(source: str, characters: list[tuple[str, int, int]]) -> Folded:
    text = "".join(char for char, _, _ in characters)
    return Folded(source, text, tuple(began for _, began, _ in characters), tuple(ended for _, _, ended in characters))
