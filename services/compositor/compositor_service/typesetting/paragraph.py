"""A text that is ready to be set at any size: cleaned, measured and with its breaks known."""

import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from compositor_service.typesetting.fonts import EM, Weight
from compositor_service.typesetting.horizontal import horizontal_advances
from compositor_service.typesetting.linebreaking import break_lines
from compositor_service.typesetting.phrases import Break, Grade, breaks_of
from compositor_service.typesetting.vertical import vertical_advances
from compositor_service.typesetting.writing import Writing

_EMOJI_STYLE_SELECTORS = frozenset("\ufe0e\ufe0f")


def clean(text: str) -> str:
    """Composed (NFC) text without invisible characters; narrow spaces are single and lines have none at their ends.

    The variation selectors 15 and 16 only choose between a text and an emoji form, so they are dropped; those
    that choose a kanji's form (異体字) stay.
    """
    kept = (
        c
        for c in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
        if c == "\n" or (unicodedata.category(c) not in ("Cc", "Cf") and c not in _EMOJI_STYLE_SELECTORS)
    )
    lines = (" ".join(word for word in line.split(" ") if word).strip() for line in "".join(kept).split("\n"))
    return "\n".join(line for line in lines if line)


class Line(NamedTuple):
    """A line's text and its length in pixels, rounded up."""

    text: str
    length: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text, its prefix lengths in thousandths of an em, and where its lines may end.

    `least_length`: what all its lines have together at least, since spaces at their ends are not set.
    """

    text: str
    weight: Weight
    writing: Writing
    advances: tuple[int, ...]
    breaks: tuple[Break, ...]
    least_length: int

    @property
    def length(self) -> int:
        """Length set in one line, in thousandths of an em."""
        return self.advances[-1]

    def lines(self, size: int, measure: int, worst: Grade) -> tuple[Line, ...] | None:
        """Lines at `size` pixels per em in `measure` pixels ending at breaks of grade `worst` or better, or None."""
        texts = break_lines(self.text, self.advances, self.breaks, measure * EM // size, worst)
        if texts is None:
            return None
        lines, start = [], 0
        for text in texts:
            length = self.advances[start + len(text.rstrip())] - self.advances[start]
            lines.append(Line(text.rstrip(), -(-length * size // EM)))
            start += len(text)
        return tuple(lines)


def paragraph(text: str, weight: Weight, writing: Writing) -> Paragraph:
    """Prepare cleaned text. A line feed in it is a break that its writer wants."""
    parts = text.split("\n")
    joined = "".join(parts)
    forced = frozenset(len("".join(parts[:count])) for count in range(1, len(parts)))
    measure = horizontal_advances if writing == "horizontal" else vertical_advances
    advances = measure(joined, weight)
    placed = zip(joined, pairwise(advances), strict=True)
    spaces = sum(after - before for character, (before, after) in placed if character.isspace())
    return Paragraph(joined, weight, writing, advances, breaks_of(joined, forced), advances[-1] - spaces)
